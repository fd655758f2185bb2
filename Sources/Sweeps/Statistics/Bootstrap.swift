/// The bootstrap over prompts (Efron 1979): how a score would vary if other prompts of the same kind had been drawn.
///
/// The prompts of a resample depend on the seed and the number of prompts alone, so that all trials see the same
/// resamples and differences between them are paired (Koehn 2004, “Statistical significance tests for machine
/// translation evaluation”).
public struct Bootstrap: Sendable {
  /// Indices of prompts, `[resamples][prompts]`.
  private let resamples: [[Int]]
  /// The probability with which intervals cover.
  let level: Double
  /// The number of prompts.
  let promptCount: Int

  /// Resamples of `promptCount` prompts.
  ///
  /// - Parameters:
  ///   - promptCount: the number of prompts.
  ///   - resampleCount: the number of resamples.
  ///   - level: the probability with which intervals cover, in (0, 1).
  ///   - seed: decides the resamples.
  public init(promptCount: Int, resampleCount: Int = 1_000, level: Double = 0.95, seed: UInt64) {
    var stream = PhiloxStream(seed: seed, purpose: .bootstrap)
    resamples = (0..<(promptCount > 0 ? resampleCount : 0)).map { _ in
      (0..<promptCount).map { _ in stream.index(below: promptCount) }
    }
    self.level = level
    self.promptCount = promptCount
  }

  /// What comes of each resample, the indices of its prompts.
  func map<Value>(_ transform: ([Int]) -> Value) -> [Value] { resamples.map(transform) }

  /// The percentile interval of a score.
  ///
  /// - Complexity: O(resamples · prompts · width).
  public func interval(of statistics: PromptStatistics) -> ConfidenceInterval {
    ConfidenceInterval(
      estimate: statistics.score, resampled: resamples.map(statistics.score(of:)), level: level)
  }

  /// The difference `trial − baseline` on the same prompts, and how probable one at least as great would be if there
  /// were none.
  ///
  /// The p-value is two-sided, of the resampled differences shifted to have mean 0 (Efron and Tibshirani 1993, section
  /// 16.2), with one added above and below the line. sacrebleu 2 takes the absolute value before it subtracts the mean,
  /// which differs where the difference is small against its spread.
  public func comparison(
    of trial: PromptStatistics, with baseline: PromptStatistics
  ) -> Comparison {
    let difference = trial.score - baseline.score
    let resampled = resamples.map { trial.score(of: $0) - baseline.score(of: $0) }
      .filter(\.isFinite)
    let mean = resampled.reduce(0, +) / Double(resampled.count)
    let extreme = resampled.count { Comparison.reaches(abs($0 - mean), abs(difference)) }
    return Comparison(
      difference: ConfidenceInterval(estimate: difference, resampled: resampled, level: level),
      pValue: difference.isFinite && !resampled.isEmpty
        ? Double(extreme + 1) / Double(resampled.count + 1) : .nan)
  }
}
