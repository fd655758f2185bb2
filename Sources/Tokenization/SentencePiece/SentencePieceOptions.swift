/// What files beside a SentencePiece vocabulary say about it.
package struct SentencePieceOptions: Sendable {
  /// Whether a prompt begins with the beginning-of-sequence token.
  package var addsBeginningOfSequence: Bool
  /// Which stretches get a prefix where the vocabulary has one.
  package var prefix: DummyPrefix
  /// `add_prefix_space`: whether the vocabulary has a prefix, whatever it says itself.
  package var addsPrefix: Bool?
  /// Where user-defined tokens are found.
  package var userDefinedTokens: UserDefinedTokens
  /// Whether the tokens that are found first take the whitespace after them along (Phi-3).
  package var stripsRight: Bool
  /// Tokens that the files declare.
  package var declarations: TokenDeclarations?
  /// The `bos_token` and the `eos_token`, where they differ from the vocabulary's.
  package var beginningOfSequence: String?
  package var endOfSequence: String?

  /// Where the tokens that are always one are looked for.
  package enum UserDefinedTokens: Hashable, Sendable {
    /// In the normalised text, by SentencePiece.
    case inNormalizedText
    /// In the text as it stands, the leftmost first, and then by SentencePiece too: `LlamaTokenizerFast`.
    case inText
    /// In the text as it stands, the longest first, and nowhere else: llama.cpp.
    case inTextLongestFirst
  }

  package init(
    addsBeginningOfSequence: Bool = true, prefix: DummyPrefix = .first, addsPrefix: Bool? = nil,
    userDefinedTokens: UserDefinedTokens = .inNormalizedText, stripsRight: Bool = false,
    declarations: TokenDeclarations? = nil,
    beginningOfSequence: String? = nil, endOfSequence: String? = nil
  ) {
    self.addsBeginningOfSequence = addsBeginningOfSequence
    self.prefix = prefix
    self.addsPrefix = addsPrefix
    self.userDefinedTokens = userDefinedTokens
    self.stripsRight = stripsRight
    self.declarations = declarations
    self.beginningOfSequence = beginningOfSequence
    self.endOfSequence = endOfSequence
  }
}
