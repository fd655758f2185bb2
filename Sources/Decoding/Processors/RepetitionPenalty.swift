/// Divides the positive and multiplies the negative logits of tokens that have occurred, once for each token (Keskar et
/// al. 2019, arXiv 1909.05858).
///
/// Over log-probabilities, as under beam search, it always multiplies: the same value is stronger there. (Hugging
/// Face; llama.cpp and mlx agree.)
///
///     // logits 4, 2, -1 after the tokens 0 and 2
///     try RepetitionPenalty(2)  // makes them 2, 2, -2
///
/// - Complexity: O(window).
public struct RepetitionPenalty: LogitsProcessor, Hashable {
  /// The factor, above 0: above 1 discourages, below 1 encourages.
  public let penalty: Float
  /// The tokens that count as having occurred.
  public let window: PenaltyWindow

  /// A penalty over the whole sequence.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` unless it is a finite number above 0.
  public init(_ penalty: Double, window: PenaltyWindow = .wholeSequence) throws(DecodingFailure) {
    let penalty = Float(penalty)
    guard penalty > 0, penalty.isFinite else {
      throw .invalidParameter(
        "repetition penalty", reason: "is \(penalty); it must be a finite number above 0")
    }
    self.penalty = penalty
    self.window = window
  }

  /// `repetition penalty`
  public var name: String { "repetition penalty" }
  /// The name and the parameters.
  public var description: String { "repetition penalty \(penalty)\(window.suffix)" }

  /// Weakens the tokens of the window.
  public func process(_ candidates: inout Candidates, context: HypothesisContext) {
    candidates.forEachDistinct(of: window.tokens(of: context)) { candidates, token, _ in
      candidates.updateLogit(of: token) { $0 < 0 ? $0 * penalty : $0 / penalty }
    }
  }
}

extension RepetitionPenalty {
  /// `repetition_penalty`
  public static let penalty = Parameter<Double>.number(
    "repetition_penalty", neutral: 1, "a number above 0",
    help: "Makes tokens that have occurred less likely where above 1, more likely where below:"
      + " divides positive logits by x and multiplies negative ones.",
    neutralWords: "off",
    flag: ParameterFlag("repetition-penalty", aliases: ["repeat-penalty"], valueName: "x")
  ) { $0 > 0 && Float($0).isNormal }

  static let entry = ProcessorEntry([penalty.erased]) {
    (parameters, _) throws(DecodingFailure) in
    guard parameters.isOn(penalty), let window = try PenaltyWindow(parameters) else { return nil }
    return try RepetitionPenalty(parameters[penalty], window: window)
  }
}

extension Parameters {
  /// Divides or multiplies the scores of tokens that have occurred (`repetition_penalty`); above 0, 1 is off.
  public var repetitionPenalty: Double {
    get { self[RepetitionPenalty.penalty] }
    set { self[RepetitionPenalty.penalty] = newValue }
  }
}
