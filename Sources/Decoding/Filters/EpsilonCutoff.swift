import LanguageModeling

/// Drops the candidates whose probability is below a constant: epsilon sampling (Hewitt, Manning and Liang 2022, arXiv
/// 2210.15191; Hugging Face's `epsilon_cutoff`).
///
///     try EpsilonCutoff(0.25)  // of 0.4, 0.3, 0.2, 0.1 keeps 0.4, 0.3
///
/// - Complexity: O(candidates).
public struct EpsilonCutoff: Filter, Hashable {
  /// The probability, at least 0 and below 1. 0 keeps all.
  public let probability: Double
  /// How many of the best remain at least, with all that are equal to the last of them.
  public let minimumKept: Int

  /// A cutoff at `probability`.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` unless it is at least 0 and below 1.
  public init(_ probability: Double, minimumKept: Int = 1) throws(DecodingFailure) {
    guard probability >= 0, probability < 1 else {
      throw .invalidParameter(
        "epsilon", reason: "is \(probability); it must be at least 0 and below 1")
    }
    try checkMinimum(minimumKept, of: "epsilon")
    self.probability = probability
    self.minimumKept = minimumKept
  }

  /// `epsilon`
  public var name: String { Self.entry.name }
  /// The name and the parameter.
  public var description: String { "epsilon \(probability)" }

  /// Drops what is below the cutoff.
  public func apply(to candidates: inout Candidates) {
    guard probability > 0, let summary = candidates.summary(entropy: false) else { return }
    candidates.keep(
      atLeast: summary.logNormalizer + PortableLogarithm.log(probability) - 0x1p-22,
      minimum: minimumKept, ties: .kept)
  }
}

extension EpsilonCutoff {
  /// `epsilon_cutoff`
  public static let probability = Parameter<Double>.number(
    "epsilon_cutoff", neutral: 0, "a number from 0 (off) to below 1",
    help: "Drops tokens less probable than x (epsilon sampling).",
    neutralWords: "off"
  ) { $0 >= 0 && $0 < 1 }

  static let entry = FilterEntry("epsilon", probability) {
    (parameters, rules) throws(DecodingFailure) in
    try EpsilonCutoff(parameters[probability], minimumKept: rules.minimumKept)
  }
}

extension Parameters {
  /// The probability from which a token is kept (`epsilon_cutoff`); from 0, which keeps all, to below 1.
  public var epsilonCutoff: Double {
    get { self[EpsilonCutoff.probability] }
    set { self[EpsilonCutoff.probability] = newValue }
  }
}
