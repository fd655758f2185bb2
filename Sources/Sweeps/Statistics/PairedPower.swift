/// Which differences can be seen with so many prompts: the power of a two-sided test of paired differences at 5 %, by the
/// normal approximation (Cohen 1988; for evaluations of language models Miller 2024, arXiv 2411.00640, section 5).
///
///     let power = PairedPower(deviation: 3)
///     power.detectableDifference(promptCount: 16)  // 2.1
///     power.promptCount(toDetect: 1)  // 71
public struct PairedPower: Hashable, Sendable {
  /// The standard deviation of a prompt's difference.
  public var deviation: Double
  /// The probability with which a difference that is there is to be seen, in (0.05, 1).
  public var power: Double

  /// How often a test finds a difference where there is none.
  static let level = 0.05

  /// Differences that vary from prompt to prompt by `deviation`.
  public init(deviation: Double, power: Double = 0.8) {
    self.deviation = deviation
    self.power = power
  }

  /// The least true difference that a test on `promptCount` prompts sees with ``power``; 0 where prompts don't differ.
  ///
  /// The power of a difference of *d* standard errors is Φ(*d* − *z*) + Φ(−*d* − *z*), *z* the quantile of 97.5 %.
  public func detectableDifference(promptCount: Int) -> Double {
    Self.standardErrors(power: power) * deviation / Double(max(1, promptCount)).squareRoot()
  }

  /// The least number of prompts on which a true `difference` is seen with ``power``; `nil` for a difference of 0, and
  /// where they are too many to count.
  public func promptCount(toDetect difference: Double) -> Int? {
    guard difference != 0, deviation.isFinite else { return nil }
    let ratio = Self.standardErrors(power: power) * deviation / difference
    return Int(exactly: (ratio * ratio - 1e-9).rounded(.up)).map { max(1, $0) }
  }

  private static func standardErrors(power: Double) -> Double {
    let threshold = NormalDistribution.quantile(1 - level / 2)
    return Bisection.root(from: 0, to: 80) { distance in
      NormalDistribution.cumulative(distance - threshold)
        + NormalDistribution.cumulative(-distance - threshold) - power
    }
  }
}
