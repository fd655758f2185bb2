import LanguageModeling

/// Keeps the candidates that have at least a given fraction of the best one's probability (Nguyen et al. 2024, arXiv
/// 2407.01082). Equality is kept.
///
/// As *p* / *p*max = exp(logit − max logit), nothing has to be normalised. Hugging Face, llama.cpp and mlx agree;
/// llama.cpp also takes ratios above 1, which leave the first of the best alone, where the others refuse them.
///
///     try MinP(0.5)  // of 0.4, 0.3, 0.2, 0.1 keeps 0.4, 0.3, 0.2
///
/// - Complexity: O(candidates).
public struct MinP: Filter, Hashable {
  /// The fraction, in 0...1. 0 keeps all, 1 those that equal the best.
  public let ratio: Double
  /// How many candidates remain at least; among equals, those with the lowest ids.
  public let minimumKept: Int

  /// The candidates with at least `ratio` of the greatest probability.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` outside 0...1; under llama.cpp's rules, below 0.
  public init(
    _ ratio: Double, minimumKept: Int = 1, edges: EdgeRules = .huggingFace
  ) throws(DecodingFailure) {
    let isValid = edges == .llamaCpp ? ratio >= 0 && ratio < .infinity : ratio >= 0 && ratio <= 1
    guard isValid else {
      throw .invalidParameter("min-p", reason: "is \(ratio); it must be between 0 and 1")
    }
    try checkMinimum(minimumKept, of: "min-p")
    self.ratio = ratio
    self.minimumKept = minimumKept
  }

  /// `min-p`
  public var name: String { Self.entry.name }
  /// The name and the parameter.
  public var description: String { "min-p \(ratio)" }

  /// The best, where one candidate is enough to remain.
  public var reach: FilterReach { minimumKept == 1 ? .best : .all }

  /// Drops what is less probable than the fraction of the best.
  public func apply(to candidates: inout Candidates) {
    guard ratio > 0 else { return }
    candidates.keep(
      atLeast: Double(candidates.maximum) + PortableLogarithm.log(ratio) - 0x1p-22,
      minimum: minimumKept, ties: .cut)
  }
}

extension MinP {
  /// `min_p`
  public static let ratio = Parameter<Double>.number(
    "min_p", neutral: 0, "a number from 0 (off) to 1",
    help: "Drops tokens less probable than x times the most probable one.",
    neutralWords: "off"
  ) { $0 >= 0 && $0 <= 1 }

  static let entry = FilterEntry("min-p", ratio) {
    (parameters, rules) throws(DecodingFailure) in
    try MinP(parameters[ratio], minimumKept: rules.minimumKept, edges: rules.edges)
  }
}

extension Parameters {
  /// The share of the greatest probability that keeps a token (`min_p`); 0 to 1, 0 keeps all.
  public var minP: Double {
    get { self[MinP.ratio] }
    set { self[MinP.ratio] = newValue }
  }
}
