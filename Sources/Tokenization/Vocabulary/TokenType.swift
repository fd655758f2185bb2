/// What a token is, numbered as in SentencePiece's model proto and in GGUF's `tokenizer.ggml.token_type`.
public enum TokenType: Int32, Hashable, Sendable, CaseIterable {
  /// Ordinary text.
  case normal = 1
  /// Stands for what the vocabulary can't spell.
  case unknown = 2
  /// No text of its own (`<s>`, `<|im_end|>`); text becomes one only where special tokens are parsed.
  case control = 3
  /// Text that is always one token.
  case userDefined = 4
  /// Never produced by encoding.
  case unused = 5
  /// One byte, spelled `<0x0A>`.
  case byte = 6
}
