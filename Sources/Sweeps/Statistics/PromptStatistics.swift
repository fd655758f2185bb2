public import Metrics

/// What a metric knows about each prompt, and how sums of it become a score.
///
/// Statistics of several prompts add up, so that a corpus score, a score of some of the prompts and a resampled score
/// are all the same function of a sum, and shards can be put together by appending rows.
public struct PromptStatistics: Sendable {
  private let rows: [MetricStatistics]
  private let finish: @Sendable (MetricStatistics) -> Double

  /// Statistics of some prompts, one row each.
  ///
  /// - Parameter score: the score of a sum of rows; NaN where it is undefined, such as for no prompts.
  public init(
    rows: [MetricStatistics], score: @escaping @Sendable (MetricStatistics) -> Double
  ) {
    self.rows = rows
    finish = score
  }

  /// Statistics whose score is the mean of one number a prompt; NaN among them makes it NaN.
  public init(meanOf numbers: [Double]) {
    self.init(rows: numbers.map { MetricStatistics(sums: [$0, 1]) }) { sum in
      sum.sums.count == 2 && sum.sums[1] > 0 ? sum.sums[0] / sum.sums[1] : .nan
    }
  }

  /// The number of prompts.
  public var promptCount: Int { rows.count }

  /// The score of all prompts together.
  public var score: Double {
    score(of: rows.indices)
  }

  /// The score of the prompts with the given indices, one counted as often as it comes.
  ///
  /// - Complexity: O(indices · width).
  public func score(of indices: some Sequence<Int>) -> Double {
    var sum = MetricStatistics()
    for index in indices { sum += rows[index] }
    return finish(sum)
  }

  /// The statistics of some of the prompts, in that order.
  public func selecting(_ indices: [Int]) -> PromptStatistics {
    PromptStatistics(rows: indices.map { rows[$0] }, score: finish)
  }

  /// The scores of two systems when the prompts with `isSwapped` change sides.
  func scores(
    against other: PromptStatistics, isSwapped: (Int) -> Bool
  ) -> (own: Double, other: Double) {
    var ownSum = MetricStatistics()
    var otherSum = MetricStatistics()
    for prompt in rows.indices {
      let swaps = isSwapped(prompt)
      ownSum += swaps ? other.rows[prompt] : rows[prompt]
      otherSum += swaps ? rows[prompt] : other.rows[prompt]
    }
    return (finish(ownSum), other.finish(otherSum))
  }
}
