/// How this library writes strings in JSON.
enum JSONText {
  /// The letter after the backslash, for the characters that have a short escape and need one.
  static func shortEscape(of byte: UInt8) -> UInt8? {
    switch byte {
    case 0x22, 0x5C: byte
    case 0x08: UInt8(ascii: "b")
    case 0x09: UInt8(ascii: "t")
    case 0x0A: UInt8(ascii: "n")
    case 0x0C: UInt8(ascii: "f")
    case 0x0D: UInt8(ascii: "r")
    default: nil
    }
  }
}

extension JSONText {
  /// A text within a JSON string, without the quotes, as generation spells it.
  static func encoded(_ text: some Sequence<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    for byte in text {
      if let short = shortEscape(of: byte) {
        result += [UInt8(ascii: "\\"), short]
      } else if byte < 0x20 {
        result += Array((byte < 16 ? "\\u000" : "\\u00").utf8)
        result += Array(String(byte, radix: 16).utf8)
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
