/// Keeps the most probable candidates that together have at least probability *p*: the nucleus (Holtzman et al. 2020,
/// arXiv 1904.09751).
///
/// A candidate stays when the candidates before it, in descending order, have less than *p*; the first always stays.
/// That is the rule of Hugging Face, which sorts the other way and drops where the mass from the end is at most
/// 1 − *p*, and of llama.cpp, vLLM, mlx, CTranslate2 and fairseq. (swift-transformers keeps one more where a prefix
/// has exactly *p*.) Two details are settled here:
/// - A prefix whose mass is within 2^-22 of *p* counts as having reached it. Logits are float32, so masses are no
///   better known than that, and 0.4 + 0.3 reaches 0.7 whatever way it was rounded.
/// - Of equal candidates, those with the lowest ids come first (Hugging Face's answer depends on its sort).
///
///     try TopP(0.7)  // of 0.4, 0.3, 0.2, 0.1 keeps 0.4, 0.3
///
/// - Complexity: O(candidates); nothing is sorted but the candidates within 1/64 of the threshold.
public struct TopP: Filter, Hashable {
  /// The mass to reach, in 0...1. 0 keeps one candidate, 1 keeps all.
  public let mass: Double
  /// How many candidates remain at least.
  public let minimumKept: Int

  /// The nucleus of `mass`, of `minimumKept` candidates at least.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` outside 0...1.
  public init(_ mass: Double, minimumKept: Int = 1) throws(DecodingFailure) {
    guard mass >= 0, mass <= 1 else {
      throw .invalidParameter("top-p", reason: "is \(mass); it must be between 0 and 1")
    }
    try checkMinimum(minimumKept, of: "top-p")
    self.mass = mass
    self.minimumKept = minimumKept
  }

  /// `top-p`
  public var name: String { Self.entry.name }
  /// The name and the parameter.
  public var description: String { "top-p \(mass)" }

  /// Drops what is after the nucleus.
  public func apply(to candidates: inout Candidates) {
    if mass < 1 { candidates.keepMass(mass, minimum: minimumKept) }
  }
}

extension TopP {
  /// `top_p`
  public static let mass = Parameter<Double>.number(
    "top_p", neutral: 1, "a number above 0 and at most 1 (off)",
    help:
      "Keeps the fewest most probable tokens whose probabilities reach x together (nucleus sampling).",
    neutralWords: "off"
  ) { $0 > 0 && $0 <= 1 && Float($0).isNormal }

  static let entry = FilterEntry(
    "top-p", mass, isOff: { $0[mass] == 0 && $1 == .mlx }
  ) { (parameters, rules) throws(DecodingFailure) in
    try TopP(parameters[mass], minimumKept: rules.minimumKept)
  }
}

extension Parameters {
  /// The mass that the fewest most probable tokens must reach to be kept (`top_p`); in (0, 1], 1 keeps all.
  public var topP: Double {
    get { self[TopP.mass] }
    set { self[TopP.mass] = newValue }
  }
}
