/// Which prompts choose the best trial, and which tell how good it is: choosing and reporting on the same prompts
/// would flatter the winner.
public struct PromptSplit: Hashable, Sendable {
  /// The prompts to choose on, as indices in ascending order.
  public var selection: [Int]
  /// The prompts to report on; the same as ``selection`` where nothing is held out.
  public var report: [Int]

  /// Splits prompts by chance.
  ///
  /// - Parameters:
  ///   - promptCount: the number of prompts.
  ///   - holdout: the share to report on, in [0, 1); 0 uses all prompts for both. At least one prompt is left for
  ///     either if there are two.
  ///   - seed: decides who goes where.
  public init(promptCount: Int, holdout: Double, seed: UInt64) {
    self.init(groups: (0..<promptCount).map { [$0] }, holdout: holdout, seed: seed)
  }

  /// Splits the prompts of a sweep by chance. Prompts of one cluster stay together.
  public init(_ prompts: [SweepPrompt], holdout: Double, seed: UInt64) {
    self.init(groups: Self.clusters(prompts, among: prompts.indices), holdout: holdout, seed: seed)
  }

  private init(groups: [[Int]], holdout: Double, seed: UInt64) {
    let held = Int((Double(groups.count) * holdout).rounded())
    guard holdout > 0, groups.count > 1 else {
      selection = groups.joined().sorted()
      report = selection
      return
    }
    var stream = PhiloxStream(seed: seed, purpose: .promptOrder)
    let shuffled = stream.permutation(of: groups.count)
    let count = min(max(held, 1), groups.count - 1)
    report = shuffled.prefix(count).flatMap { groups[$0] }.sorted()
    selection = shuffled.dropFirst(count).flatMap { groups[$0] }.sorted()
  }

  /// Whether some prompts are held out.
  public var holdsOut: Bool { selection != report }

  /// The prompts to choose on, in an order drawn by chance: that in which early stopping takes them.
  public func selectionOrder(seed: UInt64) -> [Int] {
    var stream = PhiloxStream(seed: ~seed, purpose: .promptOrder)
    return stream.permutation(of: selection.count).map { selection[$0] }
  }

  /// The prompts at some places by cluster, as indices into `places`, in the order in which clusters come; a prompt
  /// without a cluster is one.
  static func clusters(_ prompts: [SweepPrompt], among places: some Sequence<Int>) -> [[Int]] {
    var numbers: [String: Int] = [:]
    var groups: [[Int]] = []
    for (index, place) in places.enumerated() {
      if let cluster = prompts[place].cluster {
        if let number = numbers[cluster] {
          groups[number].append(index)
          continue
        }
        numbers[cluster] = groups.count
      }
      groups.append([index])
    }
    return groups
  }
}
