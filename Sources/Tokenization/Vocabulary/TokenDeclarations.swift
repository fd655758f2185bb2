import LanguageModeling

/// Tokens that files beside the vocabulary declare: `tokenizer_config.json`, `added_tokens.json`,
/// `special_tokens_map.json`.
package struct TokenDeclarations: Hashable, Sendable {
  /// A token and how it is found in text. The flags are those of Hugging Face's tokenizers.
  package struct Token: Hashable, Sendable {
    /// How it is spelled, not empty.
    package var content: String
    /// Its id, where the file gives one.
    package var id: Int?
    package var isSpecial: Bool
    package var stripsLeft: Bool
    package var stripsRight: Bool
    package var isSingleWord: Bool
    package var isNormalized: Bool

    package init(
      content: String, id: Int? = nil, isSpecial: Bool, stripsLeft: Bool = false,
      stripsRight: Bool = false, isSingleWord: Bool = false, isNormalized: Bool? = nil
    ) {
      self.content = content
      self.id = id
      self.isSpecial = isSpecial
      self.stripsLeft = stripsLeft
      self.stripsRight = stripsRight
      self.isSingleWord = isSingleWord
      self.isNormalized = isNormalized ?? !isSpecial
    }
  }

  /// What errors call the place by where the tokens are declared.
  package var file: String
  /// The field that errors name.
  package var field: String
  /// Tokens with their ids, which count before what the vocabulary file says of the same ones.
  package var added: [Token]
  /// Special tokens by their spelling: what the vocabulary file doesn't declare becomes one.
  package var special: [Token]
  /// Whether ``added`` is a list of all tokens with their flags, beside which those of ``special`` count for nothing.
  package var givesAllFlags = false

  package init(file: String, field: String, added: [Token] = [], special: [Token] = []) {
    self.file = file
    self.field = field
    self.added = added
    self.special = special
  }

  func invalid(_ token: Token, _ reason: String) -> TokenizationError {
    .invalid(file: file, field: field, reason: "the token “\(token.content)” \(reason)")
  }
}

extension AddedToken {
  init(_ token: TokenDeclarations.Token, id: TokenID) {
    self.init(
      id: id, content: Array(token.content.utf8), isSpecial: token.isSpecial,
      stripsLeft: token.stripsLeft, stripsRight: token.stripsRight,
      isSingleWord: token.isSingleWord, isNormalized: token.isNormalized, isDeclared: true)
  }
}
