public import LanguageModeling

/// Takes tokens out at every step (Hugging Face's `suppress_tokens`).
///
/// - Complexity: O(tokens).
public struct SuppressTokens: LogitsProcessor, Hashable {
  /// The tokens.
  public let tokens: [TokenID]

  /// A ban of these tokens.
  public init(_ tokens: [TokenID]) {
    self.tokens = tokens
  }

  /// `suppressed tokens`
  public var name: String { "suppressed tokens" }
  /// The name and the tokens.
  public var description: String {
    "suppressed tokens " + tokens.map(String.init).joined(separator: ",")
  }

  /// Refuses tokens that the model doesn't have.
  public func validate(_ request: DecodingRequest, vocabularyCount: Int) throws(DecodingError) {
    try check(tokens, vocabularyCount: vocabularyCount)
  }

  /// Takes them out.
  public func process(_ candidates: inout Candidates, context: HypothesisContext) {
    for token in tokens { candidates.exclude(token) }
  }
}
