/// A strict JSON parser (RFC 8259) over bytes, in one pass.
struct JSONParser {
  /// Deeper documents are refused: the parser recurses, and a tokenizer nests a handful of levels.
  static let deepestNesting = 64

  private let bytes: [UInt8]
  private let file: String
  private var index = 0

  static func parse(_ bytes: [UInt8], file: String) throws(TokenizationError) -> JSONValue {
    var parser = JSONParser(bytes: bytes, file: file)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.index == bytes.count else { throw parser.invalid("something behind the document") }
    return value
  }

  private init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  private func invalid(_ reason: String) -> TokenizationError {
    .invalid(file: file, field: "JSON", reason: "\(reason), at byte \(index)")
  }

  private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      index += 1
    }
  }

  /// Skips whitespace, and the character if it is the next.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard current == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func value(depth: Int) throws(TokenizationError) -> JSONValue {
    guard depth < Self.deepestNesting else {
      throw invalid("nested more than \(Self.deepestNesting) deep")
    }
    skipSpace()
    switch current {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case nil: throw invalid("the document ends early; is the file complete?")
    default: return .number(try number())
    }
  }

  private mutating func object(depth: Int) throws(TokenizationError) -> JSONValue {
    index += 1
    var members: [JSONValue.Member] = []
    if take("}") { return .object(members) }
    repeat {
      skipSpace()
      guard current == UInt8(ascii: "\"") else { throw invalid("a key is expected") }
      let key = try string()
      guard take(":") else { throw invalid("a colon is expected") }
      members.append(JSONValue.Member(key: key, value: try value(depth: depth + 1)))
    } while take(",")
    guard take("}") else { throw invalid("a comma or a closing brace is expected") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(TokenizationError) -> JSONValue {
    index += 1
    var elements: [JSONValue] = []
    if take("]") { return .array(elements) }
    repeat {
      elements.append(try value(depth: depth + 1))
    } while take(",")
    guard take("]") else { throw invalid("a comma or a closing bracket is expected") }
    return .array(elements)
  }

  private mutating func literal(
    _ text: StaticString, _ value: JSONValue
  ) throws(TokenizationError) -> JSONValue {
    let matches = text.withUTF8Buffer { bytes[index...].starts(with: $0) }
    guard matches else { throw invalid("an unknown word") }
    index += text.utf8CodeUnitCount
    return value
  }

  private mutating func number() throws(TokenizationError) -> Double {
    let start = index
    if current == UInt8(ascii: "-") { index += 1 }
    let isZero = current == UInt8(ascii: "0")
    let whole = skipDigits()
    guard whole > 0, !isZero || whole == 1 else { throw invalid("a value is expected") }
    if current == UInt8(ascii: ".") {
      index += 1
      guard skipDigits() > 0 else { throw invalid("digits are expected") }
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      index += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
      guard skipDigits() > 0 else { throw invalid("digits are expected") }
    }
    if index - start <= 15 {
      // Small whole numbers, which ids are, exactly and without a detour over text.
      var value = 0
      var isWhole = true
      for byte in bytes[start..<index] {
        guard (0x30...0x39).contains(byte) else {
          isWhole = false
          break
        }
        value = value * 10 + Int(byte - 0x30)
      }
      if isWhole { return Double(value) }
    }
    guard let value = Double(String(decoding: bytes[start..<index], as: UTF8.self)) else {
      throw invalid("a number that can't be read")
    }
    return value
  }

  private mutating func skipDigits() -> Int {
    let start = index
    while let byte = current, (0x30...0x39).contains(byte) { index += 1 }
    return index - start
  }

  private mutating func string() throws(TokenizationError) -> String {
    index += 1
    let start = index
    while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
      index += 1
    }
    if current == UInt8(ascii: "\"") {
      let text = String(validating: bytes[start..<index], as: UTF8.self)
      guard let text else { throw invalid("a string that is no UTF-8") }
      index += 1
      return text
    }
    var text = Array(bytes[start..<index])
    while true {
      guard let byte = current else { throw invalid("a string is cut off") }
      guard byte >= 0x20 else { throw invalid("a control character in a string") }
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw invalid("a string that is no UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): try escape(into: &text)
      default: text.append(byte)
      }
    }
  }

  private mutating func escape(into text: inout [UInt8]) throws(TokenizationError) {
    guard let byte = current else { throw invalid("a string is cut off") }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var value = try hexadecimal()
      if (0xD800..<0xDC00).contains(value), bytes[index...].starts(with: Array("\\u".utf8)) {
        index += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { throw invalid("half a surrogate pair") }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else { throw invalid("half a surrogate pair") }
      text.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    default: throw invalid("an unknown escape")
    }
  }

  private mutating func hexadecimal() throws(TokenizationError) -> UInt32 {
    guard bytes.count - index >= 4 else { throw invalid("a string is cut off") }
    var value: UInt32 = 0
    for _ in 0..<4 {
      switch bytes[index] {
      case let byte where (0x30...0x39).contains(byte): value = value << 4 | UInt32(byte - 0x30)
      case let byte where (0x41...0x46).contains(byte): value = value << 4 | UInt32(byte - 0x37)
      case let byte where (0x61...0x66).contains(byte): value = value << 4 | UInt32(byte - 0x57)
      default: throw invalid("four hexadecimal digits are expected")
      }
      index += 1
    }
    return value
  }
}
