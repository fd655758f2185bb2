/// Bounds on what a configuration may say, far beyond any model, so that products of them can't overflow.
///
/// What a configuration declares is compared with the tensors before memory is taken for it; these bounds only keep
/// the arithmetic until then sound.
enum ConfigurationLimits {
  static let vocabulary = 1...(1 << 28)
  static let width = 1...(1 << 24)
  static let layers = 1...(1 << 16)
  static let heads = 1...(1 << 16)
  static let context = 1...(1 << 27)

  /// What is wrong with `value`, or `nil`.
  static func problem(_ value: Int, in range: ClosedRange<Int>) -> String? {
    range.contains(value)
      ? nil : "must be between \(range.lowerBound) and \(range.upperBound), not \(value)"
  }

  /// What is wrong with a number that must be positive and finite, or `nil`.
  static func positiveProblem(_ value: Double) -> String? {
    value.isFinite && value > 0 ? nil : "must be a finite number above 0, not \(value)"
  }

  /// What is wrong with the base of the rotary frequencies, or `nil`. Above 1, since its logarithm divides; at most
  /// what its powers leave representable.
  static func thetaProblem(_ value: Double) -> String? {
    value.isFinite && value > 1 && value <= 1e30
      ? nil : "must be a number above 1 and at most 1e30, not \(value)"
  }

  /// What is wrong with a factor by which positions are scaled, or `nil`.
  static func factorProblem(_ value: Double) -> String? {
    value.isFinite && value >= 1e-6 && value <= 1e6
      ? nil : "must be between 1e-6 and 1e6, not \(value)"
  }

  /// What is wrong with the epsilon of the normalisation, or `nil`.
  static func epsilonProblem(_ value: Double) -> String? {
    value.isFinite && value >= 0 && value <= 1 ? nil : "must be between 0 and 1, not \(value)"
  }
}
