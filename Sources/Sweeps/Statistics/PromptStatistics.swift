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
  /// The sums of all rows; empty without ``flat``.
  private let totals: [Double]

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
    totals = flat == nil ? [] : MetricStatistics.sum(of: rows).sums
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

  /// The statistics of groups of prompts, such as those of one document: one row for each group, the sum of its prompts'.
  /// Resampling them resamples whole groups, as it must where prompts of a group are alike (Miller 2024, arXiv
  /// 2411.00640, section 3).
  public func grouped(_ groups: [[Int]]) -> PromptStatistics {
    PromptStatistics(
      rows: groups.map { $0.reduce(into: MetricStatistics()) { $0 += rows[$1] } }, score: finish)
  }

  /// What each prompt contributes to the score: its jackknife pseudo-value (Tukey 1958), n times the score less n − 1
  /// times the score without the prompt. For a mean over prompts, that is the prompt's own number. NaN for a prompt
  /// alone whose score without it is undefined, unless it is the only one.
  ///
  /// - Complexity: O(prompts · width); O(prompts² · width) for counts of tokens.
  public var pseudovalues: [Double] {
    let score = score
    guard rows.count > 1 else { return rows.map { _ in score } }
    let count = Double(rows.count)
    return rows.indices.map { index in
      count * score - (count - 1) * scoreWithout(index)
    }
  }

  private func scoreWithout(_ index: Int) -> Double {
    guard let flat else { return score(of: rows.indices.lazy.filter { $0 != index }) }
    return finish(
      MetricStatistics(
        sums: (0..<flat.width).map { column in
          totals[column] - flat.sums[index * flat.width + column]
        }))
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
