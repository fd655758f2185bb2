import LanguageModeling

/// Keeps the candidates whose surprise −ln *p* is nearest to the entropy of the distribution, until they have
/// probability *p* together: locally typical sampling (Meister, Pimentel, Wiher and Cotterell 2023, arXiv 2202.00666).
///
/// Hugging Face counts a prefix as enough when it has at least the mass, and keeps every candidate that is as near as
/// the last one. llama.cpp goes on until the prefix has more than the mass, and keeps exactly that prefix; of equal
/// candidates those with the lowest ids.
///
///     // of 0.4, 0.3, 0.2, 0.1: the entropy is 1.28, the surprises are 0.92, 1.20, 1.61, 2.30
///     try Typical(0.5)  // keeps 0.3, 0.2
///
/// - Complexity: O(candidates); nothing is sorted but the candidates within 1/64 of the threshold.
public struct Typical: Filter, Hashable {
  /// The mass to reach, above 0 and at most 1. 1 keeps all.
  public let mass: Double
  /// How many candidates remain at least.
  public let minimumKept: Int
  /// Whether Hugging Face's rule for ties and equality holds, or llama.cpp's.
  public let edges: EdgeRules

  /// The typical set of `mass`.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` unless the mass is above 0 and at most 1.
  public init(
    _ mass: Double, minimumKept: Int = 1, edges: EdgeRules = .huggingFace
  ) throws(DecodingFailure) {
    guard mass > 0, mass <= 1 else {
      throw .invalidParameter("typical", reason: "is \(mass); it must be above 0 and at most 1")
    }
    try checkMinimum(minimumKept, of: "typical")
    self.mass = mass
    self.minimumKept = minimumKept
    self.edges = edges
  }

  /// `typical`
  public var name: String { Self.entry.name }
  /// The name and the parameter.
  public var description: String { "typical \(mass)" }

  /// Drops what is less typical.
  public func apply(to candidates: inout Candidates) {
    guard mass < 1, let summary = candidates.summary(entropy: true), let entropy = summary.entropy
    else { return }
    let tolerance = edges == .llamaCpp ? 0x1p-22 : -0x1p-22
    candidates.keepMass(
      mass + tolerance, around: Float(summary.logNormalizer - entropy), minimum: minimumKept,
      tiesKept: edges != .llamaCpp)
  }
}

extension Typical {
  /// `typical_p`
  public static let mass = Parameter<Double>.number(
    "typical_p", neutral: 1, "a number above 0 and at most 1 (off)",
    help:
      "Keeps the tokens whose surprise is nearest to the entropy, until their probabilities reach x (typical sampling).",
    neutralWords: "off",
    flag: ParameterFlag("typical-p", aliases: ["typical"], valueName: "x")
  ) { $0 > 0 && $0 <= 1 && Float($0).isNormal }

  static let entry = FilterEntry("typical", aliases: ["typ-p", "typical-p"], mass) {
    (parameters, rules) throws(DecodingFailure) in
    try Typical(parameters[mass], minimumKept: rules.minimumKept, edges: rules.edges)
  }
}

extension Parameters {
  /// The mass of the locally typical tokens that are kept (`typical_p`); in (0, 1], 1 keeps all.
  public var typicalP: Double {
    get { self[Typical.mass] }
    set { self[Typical.mass] = newValue }
  }
}
