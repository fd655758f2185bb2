public import LanguageModeling

/// Token ids to text, one id at a time. What it returns never changes with later ids, and never holds part of a
/// character whose other bytes may still come.
public protocol TokenStreamDecoder: Sendable {
  /// Takes the next id and returns the text that has become certain.
  mutating func append(_ token: TokenID) -> String

  /// Ends the sequence and returns what was held back: U+FFFD for bytes that never became a character.
  mutating func finish() -> String
}
