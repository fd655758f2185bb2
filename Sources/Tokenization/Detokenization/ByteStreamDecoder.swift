import LanguageModeling

/// A stream decoder that writes bytes, whole characters at a time: one buffer serves a token and a whole text alike.
protocol ByteStreamDecoder: TokenStreamDecoder {
  /// Takes the next id and appends the text that has become certain.
  mutating func append(_ token: TokenID, to text: inout [UInt8])

  /// Ends the sequence and appends what was held back.
  mutating func finish(into text: inout [UInt8])
}

extension ByteStreamDecoder {
  mutating func append(_ token: TokenID) -> String {
    var text: [UInt8] = []
    append(token, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  mutating func finish() -> String {
    var text: [UInt8] = []
    finish(into: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// The text of `tokens`, from here to the end.
  mutating func decode(_ tokens: [TokenID]) -> String {
    var text: [UInt8] = []
    for token in tokens { append(token, to: &text) }
    finish(into: &text)
    return String(decoding: text, as: UTF8.self)
  }
}
