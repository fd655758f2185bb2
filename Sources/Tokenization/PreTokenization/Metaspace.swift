/// SentencePiece's way with spaces in `tokenizer.json`: a space is spelled `▁`, and a text may get one at its front.
struct Metaspace: Hashable, Sendable {
  /// Which parts of a text get the replacement at their front, unless they begin with it. The names are those of
  /// `tokenizer.json`.
  enum PrependScheme: String, Hashable, Sendable {
    /// Every part.
    case always
    /// The part that begins the text.
    case first
    case never
  }

  /// What stands for a space, `▁` in all published files.
  var replacement: [UInt8]
  var prependScheme: PrependScheme
  /// Whether the text is cut before each replacement.
  var splits: Bool

  /// Applies it to each part.
  func apply(to text: inout PreTokenizedText) throws(WorkLimit) {
    text.rewrite { part, beginsText, rewritten in
      let isPrefixed =
        switch prependScheme {
        case .always: true
        case .first: beginsText
        case .never: false
        }
      if isPrefixed, part.first != UInt8(ascii: " "), !part.starts(with: replacement) {
        rewritten += replacement
      }
      for byte in part {
        if byte == UInt8(ascii: " ") { rewritten += replacement } else { rewritten.append(byte) }
      }
    }
    guard splits else { return }
    let splitter = Splitter(pattern: .literal(replacement), behavior: .mergedWithNext)
    try text.split { (part, text, parts) throws(WorkLimit) in
      try splitter.split(part, of: text, into: &parts)
    }
  }
}
