/// Where a JSON text goes wrong.
struct JSONSyntaxError: Error, Hashable {
  /// The byte at which it was noticed.
  let offset: Int
  /// What is wrong there.
  let reason: String
}

/// Reads JSON (RFC 8259) in the dialect of Python's `json`, which writes models' configurations: `NaN`, `Infinity`
/// and `-Infinity` are numbers. A key that stands twice in one object is refused: Python takes the last one, other
/// readers the first.
///
/// Memory and time are linear in the text; nesting is bounded.
struct JSONParser {
  /// Deeper nesting than any configuration has; each level is a stack frame.
  static let deepestNesting = 64

  private let bytes: UnsafeRawBufferPointer
  private var offset = 0

  private init(bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// Reads the one value that `bytes` hold.
  static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONSyntaxError) -> JSONValue {
    var parser = JSONParser(bytes: bytes)
    let value = try parser.value(depth: 0)
    parser.skipWhitespace()
    guard parser.offset == bytes.count else {
      throw parser.error("text after the end of the value")
    }
    return value
  }

  private func error(_ reason: String) -> JSONSyntaxError {
    JSONSyntaxError(offset: offset, reason: reason)
  }

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipWhitespace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      offset += 1
    }
  }

  /// Steps over `byte` and the white space before it, if it comes next.
  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    skipWhitespace()
    guard next == UInt8(ascii: byte) else { return false }
    offset += 1
    return true
  }

  /// Steps over a word, if it comes next.
  private mutating func take(word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard bytes.count - offset >= count else { return false }
    for index in 0..<count where bytes[offset + index] != word.utf8Start[index] { return false }
    offset += count
    return true
  }

  private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    guard depth < Self.deepestNesting else {
      throw error("nested more than \(Self.deepestNesting) deep")
    }
    skipWhitespace()
    guard let first = next else { throw error("the text ends where a value should be") }
    switch first {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default:
      if take(word: "true") { return .bool(true) }
      if take(word: "false") { return .bool(false) }
      if take(word: "null") { return .null }
      if take(word: "NaN") { return .number(.nan) }
      if take(word: "Infinity") { return .number(.infinity) }
      throw error("not a JSON value")
    }
  }

  private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    offset += 1
    var members: [JSONMember] = []
    var keys: Set<String> = []
    if take("}") { return .object(members) }
    repeat {
      skipWhitespace()
      guard next == UInt8(ascii: "\"") else { throw error("a key in double quotes should be here") }
      let start = offset
      let key = try string()
      guard keys.insert(key).inserted else {
        throw JSONSyntaxError(offset: start, reason: "the key “\(key)” is there twice")
      }
      guard take(":") else { throw error("a colon should be here") }
      members.append(JSONMember(key, try value(depth: depth + 1)))
    } while take(",")
    guard take("}") else { throw error("a comma or a closing brace should be here") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    offset += 1
    var elements: [JSONValue] = []
    if take("]") { return .array(elements) }
    repeat {
      elements.append(try value(depth: depth + 1))
    } while take(",")
    guard take("]") else { throw error("a comma or a closing bracket should be here") }
    return .array(elements)
  }

  private mutating func number() throws(JSONSyntaxError) -> JSONValue {
    let start = offset
    if next == UInt8(ascii: "-") { offset += 1 }
    if take(word: "Infinity") { return .number(-.infinity) }
    let leadingZero = next == UInt8(ascii: "0")
    let digits = skipDigits()
    guard digits > 0, !leadingZero || digits == 1 else { throw error("not a number") }
    var isWhole = true
    if next == UInt8(ascii: ".") {
      isWhole = false
      offset += 1
      guard skipDigits() > 0 else { throw error("a digit should be here") }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isWhole = false
      offset += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
      guard skipDigits() > 0 else { throw error("a digit should be here") }
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isWhole {
      if let value = Int(text) { return .integer(value) }
      if let value = UInt64(text) { return .unsigned(value) }
    }
    guard let value = Double(text) else {
      throw JSONSyntaxError(offset: start, reason: "not a number")
    }
    return .number(value)
  }

  private mutating func skipDigits() -> Int {
    let start = offset
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { offset += 1 }
    return offset - start
  }

  private mutating func string() throws(JSONSyntaxError) -> String {
    let start = offset
    offset += 1
    var text: [UInt8] = []
    var runStart = offset
    while let byte = next {
      if byte == UInt8(ascii: "\"") {
        text.append(contentsOf: bytes[runStart..<offset])
        offset += 1
        guard let result = String(validating: text, as: UTF8.self) else {
          throw JSONSyntaxError(offset: start, reason: "a string that is not valid UTF-8")
        }
        return result
      }
      guard byte >= 0x20 else { throw error("a control character in a string must be escaped") }
      if byte == UInt8(ascii: "\\") {
        text.append(contentsOf: bytes[runStart..<offset])
        offset += 1
        try escape(into: &text)
        runStart = offset
      } else {
        offset += 1
      }
    }
    throw JSONSyntaxError(offset: start, reason: "a string that never ends")
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONSyntaxError) {
    guard let byte = next else { throw error("the text ends inside a string") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): try unicodeEscape(into: &text)
    default: throw error("an escape that JSON doesn't have")
    }
  }

  private mutating func unicodeEscape(into text: inout [UInt8]) throws(JSONSyntaxError) {
    var code = try fourHexDigits()
    if (0xD800..<0xDC00).contains(code) {
      guard take(word: "\\u") else { throw error("half of a surrogate pair") }
      let low = try fourHexDigits()
      guard (0xDC00..<0xE000).contains(low) else { throw error("half of a surrogate pair") }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair") }
    text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  private mutating func fourHexDigits() throws(JSONSyntaxError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("four hexadecimal digits should be here")
      }
      code = code << 4 | UInt32(digit)
      offset += 1
    }
    return code
  }
}
