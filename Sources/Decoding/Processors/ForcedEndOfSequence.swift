public import LanguageModeling

/// Makes the last token that the limit allows one of the given ones, so that a text doesn't break off (Hugging Face's
/// `forced_eos_token_id`).
///
/// Under a constraint it does nothing where the text isn't whole. Elsewhere
/// all logits become −∞ but those of the tokens, which become 0, whatever processors before this one made of them.
///
///     try ForcedEndOfSequence([0])  // of at most 8 new tokens, the 8th is 0
///
/// - Complexity: O(1), and at the last token O(vocabulary).
public struct ForcedEndOfSequence: LogitsProcessor, Hashable {
  /// The tokens, at least one.
  public let tokens: [TokenID]

  /// A last token among `tokens`.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` for no tokens.
  public init(_ tokens: [TokenID]) throws(DecodingFailure) {
    guard !tokens.isEmpty else {
      throw .invalidParameter("forced end of sequence", reason: "names no token")
    }
    self.tokens = tokens
  }

  /// `forced end of sequence`
  public var name: String { "forced end of sequence" }
  /// The name and the tokens.
  public var description: String {
    "forced end of sequence " + tokens.map(String.init).joined(separator: ",")
  }

  /// Refuses tokens that the model doesn't have, and a request that ignores the end of sequence.
  public func validate(_ request: DecodingRequest, vocabularyCount: Int) throws(DecodingFailure) {
    try check(tokens, vocabularyCount: vocabularyCount)
    guard !request.stopRules.ignoresEndOfSequence else {
      throw .conflict(
        "the end of sequence can't be both ignored and forced;"
          + " leave out one of ignore-eos and forced-eos-token-id")
    }
  }

  /// Leaves nothing but the tokens, where the next one is the last.
  public func process(_ candidates: inout Candidates, context: HypothesisContext) {
    guard context.generatedCount == context.lengthLimit - 1, context.mayEnd else { return }
    for index in 0..<candidates.count { candidates.logits[index] = -.infinity }
    for token in tokens {
      if let index = candidates.index(of: token) { candidates.logits[index] = 0 }
    }
  }
}

extension ForcedEndOfSequence {
  /// `forced_eos_token_id`
  public static let tokens = Parameter<[TokenID]>.tokens(
    "forced_eos_token_id", spelled: .null,
    help: "Token ids of which the last token that the limit allows must be one.")

  static let entry = ProcessorEntry([tokens.erased]) { (parameters, _) throws(DecodingFailure) in
    parameters.isOn(tokens) ? try ForcedEndOfSequence(parameters[tokens]) : nil
  }
}

extension Parameters {
  /// What the last token that the limit allows must be among (`forced_eos_token_id`); empty is off.
  public var forcedEndOfSequence: [TokenID] {
    get { self[ForcedEndOfSequence.tokens] }
    set { self[ForcedEndOfSequence.tokens] = newValue }
  }
}
