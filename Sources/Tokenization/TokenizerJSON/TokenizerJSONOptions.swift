/// What other files of a directory say about a `tokenizer.json`.
package struct TokenizerJSONOptions: Sendable {
  /// The `bos_token`; else what the post-processor puts first.
  package var beginningOfSequence: String?
  /// The `eos_token`.
  package var endOfSequence: String?
  /// The `add_bos_token`; else whether the post-processor puts a token first.
  package var addsBeginningOfSequence: Bool?
  /// The `add_prefix_space` of a byte-level file, which counts before the pre-tokenizer's own where that stands alone.
  package var byteLevelAddsPrefixSpace: Bool?
  /// How spaces are treated instead of what the file's normalizer and pre-tokenizer say.
  package var llamaSpaces: LlamaSpaces?
  /// Tokens that the other files declare.
  package var declarations: TokenDeclarations?

  package init(
    beginningOfSequence: String? = nil, endOfSequence: String? = nil,
    addsBeginningOfSequence: Bool? = nil, byteLevelAddsPrefixSpace: Bool? = nil,
    llamaSpaces: LlamaSpaces? = nil, declarations: TokenDeclarations? = nil
  ) {
    self.beginningOfSequence = beginningOfSequence
    self.endOfSequence = endOfSequence
    self.addsBeginningOfSequence = addsBeginningOfSequence
    self.byteLevelAddsPrefixSpace = byteLevelAddsPrefixSpace
    self.llamaSpaces = llamaSpaces
    self.declarations = declarations
  }

  /// How transformers builds the tokenizer of Llama's class anew where `tokenizer_config.json` has an
  /// `add_prefix_space` (`LlamaConverter`, 4.51.3).
  package struct LlamaSpaces: Hashable, Sendable {
    /// `legacy`: the prefix comes before each stretch of text, also after an added token.
    package var isLegacy: Bool
    /// `add_prefix_space`.
    package var addsPrefix: Bool

    package init(isLegacy: Bool, addsPrefix: Bool) {
      self.isLegacy = isLegacy
      self.addsPrefix = addsPrefix
    }
  }
}
