extension JSONScanner {
  /// Reads a string and resolves its escapes. Bytes that are no UTF-8, bare control characters and lone surrogates are
  /// refused.
  package mutating func string() throws(Failure) -> String {
    try expect("\"")
    let start = offset
    // Most strings have no escapes and are taken as they stand.
    while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
      offset += 1
    }
    if current == UInt8(ascii: "\"") {
      offset += 1
      return try text(bytes[start..<offset - 1], at: start)
    }
    var unescaped = Array(bytes[start..<offset])
    while let byte = current {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""): return try text(unescaped[...], at: start)
      case UInt8(ascii: "\\"): try escape(into: &unescaped)
      case 0..<0x20:
        throw failure("a control character in a string must be escaped", at: offset - 1)
      default: unescaped.append(byte)
      }
    }
    throw failure("a string that never ends", at: start - 1)
  }

  private func text(
    _ bytes: some Sequence<UInt8>, at offset: Int
  ) throws(Failure) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw failure("a string that is not valid UTF-8", at: offset)
    }
    return text
  }

  private mutating func escape(into text: inout [UInt8]) throws(Failure) {
    guard let byte = current else { throw failure("the text ends inside a string") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: Character(try escapedScalar()).utf8)
    default: throw failure("an escape that JSON doesn't have", at: offset - 2)
    }
  }

  /// The scalar of four digits, and of a second escape if they are a leading surrogate.
  private mutating func escapedScalar() throws(Failure) -> Unicode.Scalar {
    let start = offset - 2
    var code = try fourHexDigits()
    if (0xD800..<0xDC00).contains(code) {
      guard take(word: "\\u") else { throw failure("half of a surrogate pair", at: start) }
      let low = try fourHexDigits()
      guard (0xDC00..<0xE000).contains(low) else {
        throw failure("half of a surrogate pair", at: start)
      }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw failure("half of a surrogate pair", at: start)
    }
    return scalar
  }

  private mutating func fourHexDigits() throws(Failure) -> UInt32 {
    guard bytes.count - offset >= 4 else { throw failure("four hexadecimal digits should be here") }
    var code: UInt32 = 0
    var areDigits = true
    for byte in bytes[offset..<offset + 4] {
      switch byte {
      case 0x30...0x39: code = code << 4 | UInt32(byte - 0x30)
      case 0x41...0x46, 0x61...0x66: code = code << 4 | UInt32((byte | 0x20) - 0x57)
      default: areDigits = false
      }
    }
    guard areDigits else { throw failure("four hexadecimal digits should be here") }
    offset += 4
    return code
  }
}
