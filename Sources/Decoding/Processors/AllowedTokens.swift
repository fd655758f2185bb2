public import LanguageModeling

/// Masks all tokens but those that a function of the tokens so far allows: constrained decoding (Hugging Face's
/// `prefix_allowed_tokens_fn`).
///
/// Where the function allows nothing, or nothing that the other processors left, the request fails with
/// ``DecodingFailure/noCandidates(length:)``. Ids outside the vocabulary allow nothing.
///
///     AllowedTokens { tokens in tokens.last == 1 ? [2, 3] : [1] }  // after a 1, only 2 or 3; else only 1
///
/// - Complexity: O(vocabulary), and what the function costs.
public struct AllowedTokens: LogitsProcessor {
  /// What may follow the prompt and the tokens generated so far.
  public let allowed: @Sendable (_ tokens: [TokenID]) -> [TokenID]

  /// A constraint by `allowed`, which must be a pure function: beams ask it in any order.
  public init(_ allowed: @escaping @Sendable (_ tokens: [TokenID]) -> [TokenID]) {
    self.allowed = allowed
  }

  /// `allowed tokens`
  public var name: String { "allowed tokens" }
  /// The name.
  public var description: String { "allowed tokens by a function" }

  /// Takes out what isn't allowed.
  public func process(_ candidates: inout Candidates, context: HypothesisContext) {
    candidates.keep(only: allowed(context.tokens))
  }
}

extension AllowedTokens {
  static let entry = ProcessorEntry([]) { (_, sources) throws(DecodingFailure) in
    sources.allowedTokens
  }
}
