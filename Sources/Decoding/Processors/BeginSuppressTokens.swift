public import LanguageModeling

/// Takes tokens out for the first token behind the prompt alone (Hugging Face's `begin_suppress_tokens`).
///
/// - Complexity: O(tokens).
public struct BeginSuppressTokens: LogitsProcessor, Hashable {
  /// The tokens.
  public let tokens: [TokenID]

  /// A ban of these tokens at the beginning.
  public init(_ tokens: [TokenID]) {
    self.tokens = tokens
  }

  /// `tokens suppressed at the beginning`
  public var name: String { "tokens suppressed at the beginning" }
  /// The name and the tokens.
  public var description: String {
    "tokens suppressed at the beginning " + tokens.map(String.init).joined(separator: ",")
  }

  /// Refuses tokens that the model doesn't have.
  public func validate(_ request: DecodingRequest, vocabularyCount: Int) throws(DecodingError) {
    try check(tokens, vocabularyCount: vocabularyCount)
  }

  /// Takes them out where nothing is generated yet.
  public func process(_ candidates: inout Candidates, context: HypothesisContext) {
    guard context.generatedCount == 0 else { return }
    for token in tokens { candidates.exclude(token) }
  }
}
