/// What a metric knows about each prompt, and how sums of it become a score.
///
/// Statistics of several prompts add up, so that a corpus score, a score of some of the prompts and a resampled score
/// are all the same function of a sum, and shards can be put together by appending rows.
public struct PromptStatistics: Sendable {
  /// `[prompts, width]`, row-major.
  private let values: [Double]
  private let width: Int
  private let finish: @Sendable ([Double]) -> Double

  /// The number of prompts.
  public let promptCount: Int

  /// Statistics of some prompts.
  ///
  /// - Parameters:
  ///   - rows: one for each prompt, all of the same width; shorter ones are filled up with 0.
  ///   - score: the score of a sum of rows; NaN where it is undefined, such as for no prompts.
  public init(rows: [[Double]], score: @escaping @Sendable ([Double]) -> Double) {
    promptCount = rows.count
    width = rows.map(\.count).max() ?? 0
    finish = score
    var values: [Double] = []
    values.reserveCapacity(rows.count * width)
    for row in rows {
      values += row
      values += repeatElement(0, count: width - row.count)
    }
    self.values = values
  }

  /// Statistics whose score is the mean of one number a prompt; NaN among them makes it NaN.
  public init(meanOf numbers: [Double]) {
    self.init(rows: numbers.map { [$0, 1] }) { sum in
      sum.count == 2 && sum[1] > 0 ? sum[0] / sum[1] : .nan
    }
  }

  /// The score of all prompts together.
  public var score: Double {
    score(of: 0..<promptCount)
  }

  /// The score of the prompts with the given indices, one counted as often as it comes.
  ///
  /// - Complexity: O(indices · width).
  public func score(of indices: some Sequence<Int>) -> Double {
    var sum = Array(repeating: 0.0, count: width)
    add(indices, to: &sum)
    return finish(sum)
  }

  /// The statistics of some of the prompts, in that order.
  public func selecting(_ indices: [Int]) -> PromptStatistics {
    PromptStatistics(
      rows: indices.map { Array(values[$0 * width..<($0 + 1) * width]) }, score: finish)
  }

  /// The scores of two systems when the prompts with `isSwapped` change sides.
  func scores(
    against other: PromptStatistics, isSwapped: (Int) -> Bool
  ) -> (own: Double, other: Double) {
    var ownSum = Array(repeating: 0.0, count: width)
    var otherSum = Array(repeating: 0.0, count: other.width)
    for prompt in 0..<promptCount {
      let swaps = isSwapped(prompt)
      (swaps ? other : self).add(CollectionOfOne(prompt), to: &ownSum)
      (swaps ? self : other).add(CollectionOfOne(prompt), to: &otherSum)
    }
    return (finish(ownSum), other.finish(otherSum))
  }

  private func add(_ prompts: some Sequence<Int>, to sum: inout [Double]) {
    for prompt in prompts {
      for column in 0..<min(width, sum.count) { sum[column] += values[prompt * width + column] }
    }
  }
}
