import LanguageModeling

/// How tokens become text: the `decoder` of `tokenizer.json`.
enum TokenDecoder: Sendable {
  /// Tokens are bytes in GPT-2's alphabet, and nothing else is done to them.
  case byteLevel(TokenTexts)
  /// These steps, each of which takes the tokens that the one before gives.
  case steps([Step])

  /// One decoder.
  enum Step: Hashable, Sendable {
    /// In each token, matches are replaced.
    case replace(TextPattern, by: [UInt8])
    /// In each token, the replacement becomes a space, or nothing in the first token where `dropsFirst`.
    case metaspace(replacement: [UInt8], dropsFirst: Bool)
    /// Runs of `<0x0A>` become the characters that they spell, or one U+FFFD for each where the run is no UTF-8.
    case byteFallback
    /// All tokens become one.
    case fuse
    /// From the ends of each token, so many of a character are cut.
    case strip(content: [UInt8], start: Int, stop: Int)
    /// Tokens are spelled in GPT-2's alphabet of bytes. Always last.
    case byteLevel
    /// A space between all tokens: what is done where a file names no decoder. Always alone.
    case joinBySpaces
  }
}
