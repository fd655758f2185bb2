/// Subtracts from the logits of tokens that have occurred: *count* · frequency + presence (OpenAI's API; llama.cpp,
/// vLLM, mlx-lm).
///
/// OpenAI and vLLM count what was generated, llama.cpp and mlx-lm the last tokens of prompt and output; the window
/// says which.
///
///     // logits 4, 2, 1 after the tokens 0, 0, 2
///     try OccurrencePenalty(frequency: 0.5, presence: 1)  // makes them 2, 2, -0.5
///
/// - Complexity: O(window).
public struct OccurrencePenalty: LogitsProcessor, Hashable {
  /// What is subtracted for each time that the token occurred.
  public let frequency: Float
  /// What is subtracted once for a token that occurred.
  public let presence: Float
  /// The tokens that count.
  public let window: PenaltyWindow

  /// Penalties over the whole sequence. Negative ones encourage.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` unless both are finite numbers.
  public init(
    frequency: Double = 0, presence: Double = 0, window: PenaltyWindow = .wholeSequence
  ) throws(DecodingFailure) {
    for (name, value) in [("frequency penalty", frequency), ("presence penalty", presence)] {
      guard Float(value).isFinite else {
        throw .invalidParameter(name, reason: "is \(value); it must be a finite number")
      }
    }
    self.frequency = Float(frequency)
    self.presence = Float(presence)
    self.window = window
  }

  /// `frequency and presence penalty`
  public var name: String { "frequency and presence penalty" }
  /// The parameters with their names.
  public var description: String {
    "frequency penalty \(frequency), presence penalty \(presence)\(window.suffix)"
  }

  /// Weakens the tokens of the window.
  public func process(_ candidates: inout Candidates, context: HypothesisContext) {
    candidates.forEachDistinct(of: window.tokens(of: context)) { candidates, token, count in
      candidates.updateLogit(of: token) { $0 - Float(count) * frequency - presence }
    }
  }
}

extension OccurrencePenalty {
  /// `frequency_penalty`
  public static let frequency = Parameter<Double>.number(
    "frequency_penalty", neutral: 0, "a number",
    help: "Subtracted from a token's logit for each time that the token has occurred."
  ) { Float($0).isFinite }

  /// `presence_penalty`
  public static let presence = Parameter<Double>.number(
    "presence_penalty", neutral: 0, "a number",
    help: "Subtracted once from the logit of every token that has occurred."
  ) { Float($0).isFinite }

  static let entry = ProcessorEntry([frequency.erased, presence.erased] + PenaltyWindow.parameters)
  {
    (parameters, _) throws(DecodingFailure) in
    guard parameters.isOn(frequency) || parameters.isOn(presence),
      let window = try PenaltyWindow(parameters)
    else { return nil }
    return try OccurrencePenalty(
      frequency: parameters[frequency], presence: parameters[presence], window: window)
  }
}

extension Parameters {
  /// Taken off a token's score for each time that it has occurred (`frequency_penalty`); 0 is off.
  public var frequencyPenalty: Double {
    get { self[OccurrencePenalty.frequency] }
    set { self[OccurrencePenalty.frequency] = newValue }
  }

  /// Taken off the score of a token that has occurred (`presence_penalty`); 0 is off.
  public var presencePenalty: Double {
    get { self[OccurrencePenalty.presence] }
    set { self[OccurrencePenalty.presence] = newValue }
  }
}
