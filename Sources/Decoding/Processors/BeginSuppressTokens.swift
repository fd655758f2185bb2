public import LanguageModeling

/// Takes tokens out for the first token after the prompt alone (Hugging Face's `begin_suppress_tokens`).
///
///     BeginSuppressTokens([0])  // the first token after the prompt isn't 0; the second may be
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
  public func validate(_ request: DecodingRequest, vocabularyCount: Int) throws(DecodingFailure) {
    try check(tokens, vocabularyCount: vocabularyCount)
  }

  /// Takes them out where nothing is generated yet.
  public func process(_ candidates: inout Candidates, context: HypothesisContext) {
    guard context.generatedCount == 0 else { return }
    for token in tokens { candidates.exclude(token) }
  }
}

extension BeginSuppressTokens {
  /// `begin_suppress_tokens`
  public static let tokens = Parameter<[TokenID]>.tokens(
    "begin_suppress_tokens", help: "Token ids that can't be the first after the prompt.")

  static let entry = ProcessorEntry([tokens.erased]) { (parameters, _) throws(DecodingFailure) in
    parameters.isOn(tokens) ? BeginSuppressTokens(parameters[tokens]) : nil
  }
}

extension Parameters {
  /// Tokens that can't be the first after the prompt (`begin_suppress_tokens`).
  public var beginSuppressedTokens: [TokenID] {
    get { self[BeginSuppressTokens.tokens] }
    set { self[BeginSuppressTokens.tokens] = newValue }
  }
}
