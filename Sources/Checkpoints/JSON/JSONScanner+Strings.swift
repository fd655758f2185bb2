extension JSONScanner {
  /// Reads a string and resolves its escapes. Invalid UTF-8, bare control characters and lone surrogates are refused.
  mutating func string() throws(CheckpointError) -> String {
    try expect(UInt8(ascii: "\""))
    let bytes = file.unsafeBytes
    let start = offset
    var cursor = offset
    var hasEscapes = false
    while cursor < end, bytes[cursor] != UInt8(ascii: "\"") {
      guard bytes[cursor] >= 0x20 else {
        throw failure("a control character stands unescaped in a string", at: cursor)
      }
      if bytes[cursor] == UInt8(ascii: "\\") {
        hasEscapes = true
        cursor += 1
      }
      cursor += 1
    }
    guard cursor < end else { throw failure("a string doesn't end", at: start) }
    offset = cursor + 1
    if hasEscapes { return try unescaped(start..<cursor) }
    guard let text = file.utf8Text(in: start..<cursor) else {
      throw failure("a string is not valid UTF-8", at: start)
    }
    return text
  }

  private func unescaped(_ range: Range<Int>) throws(CheckpointError) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    var cursor = range.lowerBound
    while cursor < range.upperBound {
      let byte = file.unsafeBytes[cursor]
      cursor += 1
      guard byte == UInt8(ascii: "\\") else {
        result.append(byte)
        continue
      }
      // A backslash is never the last byte: it would have escaped the closing quote.
      let escape = file.unsafeBytes[cursor]
      cursor += 1
      switch escape {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(escape)
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0C)
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "u"):
        result.append(
          contentsOf: try escapedScalar(&cursor, before: range.upperBound).utf8)
      default: throw failure("an unknown escape stands in a string", at: cursor - 2)
      }
    }
    guard let text = String(validating: result, as: UTF8.self) else {
      throw failure("a string is not valid UTF-8", at: range.lowerBound)
    }
    return text
  }

  /// The scalar of the four digits at `cursor`, and of the second escape if they are a leading surrogate.
  private func escapedScalar(
    _ cursor: inout Int, before end: Int
  ) throws(CheckpointError) -> Character {
    let start = cursor - 2
    let first = try hexadecimal(&cursor, before: end)
    var value = first
    if (0xD800..<0xDC00).contains(first) {
      guard cursor + 2 <= end, file.unsafeBytes[cursor] == UInt8(ascii: "\\"),
        file.unsafeBytes[cursor + 1] == UInt8(ascii: "u")
      else { throw failure("a lone surrogate stands in a string", at: start) }
      cursor += 2
      let second = try hexadecimal(&cursor, before: end)
      guard (0xDC00..<0xE000).contains(second) else {
        throw failure("a lone surrogate stands in a string", at: start)
      }
      value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw failure("a lone surrogate stands in a string", at: start)
    }
    return Character(scalar)
  }

  private func hexadecimal(_ cursor: inout Int, before end: Int) throws(CheckpointError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      let digit: UInt8? =
        if cursor < end {
          switch file.unsafeBytes[cursor] {
          case let byte where (0x30...0x39).contains(byte): byte - 0x30
          case let byte where (0x61...0x66).contains(byte | 0x20): (byte | 0x20) - 0x57
          default: nil
          }
        } else {
          nil
        }
      guard let digit else { throw failure("four hexadecimal digits are due", at: cursor) }
      value = value << 4 | UInt32(digit)
      cursor += 1
    }
    return value
  }
}
