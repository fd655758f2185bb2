/// A trial against the baseline, on the same prompts.
public struct Comparison: Hashable, Sendable {
  /// The trial's score minus the baseline's.
  public var difference: ConfidenceInterval
  /// How probable a difference at least as great is, if there is none in truth; two-sided. NaN where a score is
  /// undefined.
  public var pValue: Double

  /// A comparison.
  public init(difference: ConfidenceInterval, pValue: Double) {
    self.difference = difference
    self.pValue = pValue
  }

  /// Whether `value` is at least `threshold`, up to the rounding of sums taken in another order.
  static func reaches(_ value: Double, _ threshold: Double) -> Bool {
    value >= threshold * (1 - 1e-9)
  }
}
