import Metrics

/// An estimate and the range that covers the true value with a given probability.
public struct ConfidenceInterval: Hashable, Sendable {
  /// The score of the prompts themselves.
  public var estimate: Double
  /// The lower end.
  public var lower: Double
  /// The upper end.
  public var upper: Double

  /// An interval.
  public init(estimate: Double, lower: Double, upper: Double) {
    self.estimate = estimate
    self.lower = lower
    self.upper = upper
  }

  /// The quantiles of resampled scores that leave out `1 − level`, half at each end. Scores that are undefined in a
  /// resample are left out; with none left, the ends are undefined.
  init(estimate: Double, resampled: [Double], level: Double) {
    let sorted = resampled.filter(\.isFinite).sorted()
    self.estimate = estimate
    lower = Quantile.interpolated(sorted, (1 - level) / 2)
    upper = Quantile.interpolated(sorted, (1 + level) / 2)
  }

}
