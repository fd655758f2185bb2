/// Subtracts from the logits of tokens that have occurred: *count* · frequency + presence (OpenAI's API; llama.cpp,
/// vLLM, mlx-lm).
///
/// OpenAI and vLLM count what was generated, llama.cpp and mlx-lm the last tokens of prompt and output; the window
/// says which.
/// - Complexity: O(window).
public struct OccurrencePenalty: LogitsProcessor, Hashable {
  /// What is subtracted for each time that the token occurred.
  public let frequency: Float
  /// What is subtracted once for a token that occurred.
  public let presence: Float
  /// The tokens that count.
  public let window: PenaltyWindow

  /// Penalties over the whole sequence unless said otherwise. Negative ones encourage.
  ///
  /// - Throws: ``DecodingError/invalidParameter(_:reason:)`` unless both are finite numbers.
  public init(
    frequency: Double = 0, presence: Double = 0, window: PenaltyWindow = .wholeSequence
  ) throws(DecodingError) {
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
