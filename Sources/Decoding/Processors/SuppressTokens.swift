public import LanguageModeling

/// Takes tokens out at every step (Hugging Face's `suppress_tokens`).
///
///     SuppressTokens([0, 2])  // of three tokens leaves 1
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

  /// `false`: the same at every position.
  public var readsTokens: Bool { false }

  /// Refuses tokens that the model doesn't have.
  public func validate(_ request: DecodingRequest, vocabularyCount: Int) throws(DecodingFailure) {
    try check(tokens, vocabularyCount: vocabularyCount)
  }

  /// Takes them out.
  public func process(_ candidates: inout Candidates, context: HypothesisContext) {
    for token in tokens { candidates.exclude(token) }
  }
}

extension SuppressTokens {
  /// `suppress_tokens`
  public static let tokens = Parameter<[TokenID]>.tokens(
    "suppress_tokens", help: "Never chooses these token ids, joined by commas. Repeatable.",
    hasFlag: true)

  static let entry = ProcessorEntry([tokens.erased]) { (parameters, _) throws(DecodingFailure) in
    parameters.isOn(tokens) ? SuppressTokens(parameters[tokens]) : nil
  }
}

extension Parameters {
  /// Tokens that can't be chosen (`suppress_tokens`).
  public var suppressedTokens: [TokenID] {
    get { self[SuppressTokens.tokens] }
    set { self[SuppressTokens.tokens] = newValue }
  }
}
