public import Metrics

/// What a metric knows about each prompt, and how sums of it become a score.
///
/// Statistics of several prompts add up, so that a corpus score, a score of some of the prompts and a resampled score
/// are all the same function of a sum, and shards can be put together by appending rows.
public struct PromptStatistics: Sendable {
  private let rows: [MetricStatistics]
  private let finish: @Sendable (MetricStatistics) -> Double
  /// The sums of all rows end to end, where each has as many and none has counts of tokens: resampling adds them up a
  /// great many times.
  private let flat: (sums: [Double], width: Int)?

  /// Statistics of some prompts, one row each.
  ///
  /// - Parameter score: the score of a sum of rows; NaN where it is undefined, such as for no prompts.
  public init(
    rows: [MetricStatistics], score: @escaping @Sendable (MetricStatistics) -> Double
  ) {
    self.rows = rows
    finish = score
    let width = rows.first?.sums.count ?? 0
    flat =
      width > 0 && rows.allSatisfy { $0.sums.count == width && $0.histogram.counts.isEmpty }
      ? (rows.flatMap(\.sums), width) : nil
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
    if let flat {
      var sums = Array(repeating: 0.0, count: flat.width)
      var isEmpty = true
      for index in indices {
        isEmpty = false
        for column in 0..<flat.width { sums[column] += flat.sums[index * flat.width + column] }
      }
      return finish(isEmpty ? MetricStatistics() : MetricStatistics(sums: sums))
    }
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
    if let flat, let others = other.flat, flat.width == others.width {
      let width = flat.width
      var (ownSums, otherSums) = (
        Array(repeating: 0.0, count: width), Array(repeating: 0.0, count: width)
      )
      for prompt in rows.indices {
        let swaps = isSwapped(prompt)
        for column in 0..<width {
          let (mine, yours) = (
            flat.sums[prompt * width + column], others.sums[prompt * width + column]
          )
          ownSums[column] += swaps ? yours : mine
          otherSums[column] += swaps ? mine : yours
        }
      }
      return (
        finish(MetricStatistics(sums: ownSums)), other.finish(MetricStatistics(sums: otherSums))
      )
    }
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
