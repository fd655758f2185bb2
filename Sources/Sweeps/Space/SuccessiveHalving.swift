/// Successive halving over prompts (Karnin, Koren and Somekh 2013; Jamieson and Talwalkar 2016): all trials run on a
/// few prompts, the best of them on more, until one rung has all prompts.
public struct SuccessiveHalving: Hashable, Sendable {
  /// Of `eta` trials one stays.
  public var eta: Int
  /// The prompts of each rung, cumulative and ascending; the last is all of them.
  public var promptCounts: [Int]

  /// The rungs: `minimum` prompts, `eta` times as many, and so on, up to `promptCount`.
  ///
  /// - Parameters:
  ///   - eta: at least 2.
  ///   - minimum: at least 1.
  public init(eta: Int, minimum: Int, promptCount: Int) {
    self.eta = eta
    promptCounts = []
    var count = minimum
    while count < promptCount {
      promptCounts.append(count)
      let (next, overflow) = count.multipliedReportingOverflow(by: eta)
      count = overflow ? promptCount : next
    }
    promptCounts.append(promptCount)
  }

  /// Which trials go on to the next rung: the best ⌈n / eta⌉, of equal scores the earlier ones; in their order.
  /// Undefined scores are the worst.
  ///
  /// - Parameter scores: one a trial, greater is better.
  public func survivors(of scores: [Double]) -> [Int] {
    let count = scores.isEmpty ? 0 : (scores.count - 1) / eta + 1
    let order = scores.indices.sorted { first, second in
      let (left, right) = (scores[first], scores[second])
      if left.isNaN || right.isNaN {
        return left.isNaN == right.isNaN ? first < second : right.isNaN
      }
      return (-left, first) < (-right, second)
    }
    return order.prefix(count).sorted()
  }
}
