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
    lower = Self.quantile(sorted, (1 - level) / 2)
    upper = Self.quantile(sorted, (1 + level) / 2)
  }

  /// The linearly interpolated quantile (type 7 of Hyndman and Fan 1996, which NumPy and R take).
  static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    guard let last = sorted.last else { return .nan }
    let place = share * Double(sorted.count - 1)
    let index = Int(place)
    guard index + 1 < sorted.count else { return last }
    return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
  }
}
