import LanguageModeling

/// A token that is found in text before anything else is done to it. The flags are those of Hugging Face's tokenizers.
struct AddedToken: Hashable, Sendable {
  var id: TokenID
  var content: [UInt8]
  /// Whether it is a control token, which is found where special tokens are parsed alone.
  var isSpecial: Bool
  /// Whether it takes the whitespace before it along.
  var stripsLeft = false
  /// Whether it takes the whitespace after it along.
  var stripsRight = false
  /// Whether it counts only where no word character stands next to it.
  var isSingleWord = false
  /// Whether it is looked for in the normalised text rather than in the text as it is.
  var isNormalized = false
}
