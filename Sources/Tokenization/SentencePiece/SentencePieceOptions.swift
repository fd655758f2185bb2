/// What files beside a SentencePiece vocabulary say about it.
package struct SentencePieceOptions: Sendable {
  /// Whether a prompt begins with the beginning-of-sequence token.
  package var addsBeginningOfSequence: Bool
  /// Which stretches get a prefix where the vocabulary has one.
  package var prefix: DummyPrefix
  /// `add_prefix_space`: whether the vocabulary has a prefix, whatever it says itself.
  package var addsPrefix: Bool?
  /// Whether user-defined tokens are found in the text as it stands before SentencePiece sees it, the longest first, as
  /// in llama.cpp. SentencePiece finds them by itself in the normalised text.
  package var findsUserDefinedTokensFirst: Bool
  /// Whether the tokens that are found first take the whitespace after them along (Phi-3).
  package var stripsRight: Bool
  /// Tokens that the files declare.
  package var declarations: TokenDeclarations?
  /// The `bos_token` and the `eos_token`, where they differ from the vocabulary's.
  package var beginningOfSequence: String?
  package var endOfSequence: String?

  package init(
    addsBeginningOfSequence: Bool = true, prefix: DummyPrefix = .first, addsPrefix: Bool? = nil,
    findsUserDefinedTokensFirst: Bool = false, stripsRight: Bool = false,
    declarations: TokenDeclarations? = nil,
    beginningOfSequence: String? = nil, endOfSequence: String? = nil
  ) {
    self.addsBeginningOfSequence = addsBeginningOfSequence
    self.prefix = prefix
    self.addsPrefix = addsPrefix
    self.findsUserDefinedTokensFirst = findsUserDefinedTokensFirst
    self.stripsRight = stripsRight
    self.declarations = declarations
    self.beginningOfSequence = beginningOfSequence
    self.endOfSequence = endOfSequence
  }
}
