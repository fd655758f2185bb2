extension JSONScanner {
  /// Reads a value of any kind.
  ///
  /// - Complexity: O(bytes); the values take up to about 40 times the text's size in memory.
  package mutating func value() throws(Failure) -> JSONValue {
    try value(depth: 0)
  }

  /// Reads a value of any kind and drops it.
  package mutating func skipValue() throws(Failure) {
    try skipValue(depth: 0)
  }

  /// Reads an integer from 0 to `Int.max`, written without fraction or exponent.
  package mutating func count(_ what: String) throws(Failure) -> Int {
    _ = peek()
    let start = offset
    guard let first = current, (0x30...0x39).contains(first), let number = try? number(),
      case .integer(let value) = number
    else { throw failure("\(what) must be a non-negative integer below 2^63", at: start) }
    return value
  }

  private mutating func value(depth: Int) throws(Failure) -> JSONValue {
    switch try kind(depth: depth) {
    case UInt8(ascii: "{"):
      var members: [JSONMember] = []
      try object { (scanner, key, _) throws(Failure) in
        members.append(JSONMember(key, try scanner.value(depth: depth + 1)))
      }
      return .object(members)
    case UInt8(ascii: "["):
      var elements: [JSONValue] = []
      try array { (scanner) throws(Failure) in
        elements.append(try scanner.value(depth: depth + 1))
      }
      return .array(elements)
    case UInt8(ascii: "\""): return .string(try string())
    default: return try scalar()
    }
  }

  private mutating func skipValue(depth: Int) throws(Failure) {
    switch try kind(depth: depth) {
    case UInt8(ascii: "{"):
      try object { (scanner, _, _) throws(Failure) in try scanner.skipValue(depth: depth + 1) }
    case UInt8(ascii: "["):
      try array { (scanner) throws(Failure) in try scanner.skipValue(depth: depth + 1) }
    case UInt8(ascii: "\""): _ = try string()
    default: _ = try scalar()
    }
  }

  /// The byte that a value begins with.
  private mutating func kind(depth: Int) throws(Failure) -> UInt8 {
    guard depth < Self.maximumNesting else {
      throw failure("values are nested more than \(Self.maximumNesting) deep")
    }
    guard let first = peek() else { throw failure("the text ends where a value should be") }
    return first
  }

  private mutating func scalar() throws(Failure) -> JSONValue {
    if take(word: "true") { return .bool(true) }
    if take(word: "false") { return .bool(false) }
    if take(word: "null") { return .null }
    if dialect == .python {
      if take(word: "NaN") { return .number(.nan) }
      if take(word: "Infinity") { return .number(.infinity) }
      if take(word: "-Infinity") { return .number(-.infinity) }
    }
    return try number()
  }

  private mutating func number() throws(Failure) -> JSONValue {
    let start = offset
    if current == UInt8(ascii: "-") { offset += 1 }
    let hasLeadingZero = current == UInt8(ascii: "0")
    let digits = skipDigits()
    guard digits > 0, !hasLeadingZero || digits == 1 else {
      throw failure("this is no JSON value", at: start)
    }
    var isWhole = true
    if current == UInt8(ascii: ".") {
      isWhole = false
      offset += 1
      guard skipDigits() > 0 else { throw failure("a digit should be here") }
    }
    if let byte = current, byte | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      offset += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { offset += 1 }
      guard skipDigits() > 0 else { throw failure("a digit should be here") }
    }
    if isWhole, digits == offset - start, digits <= 18 {
      // Ids and counts, which files hold by the hundred thousand, without a detour over text.
      return .integer(bytes[start..<offset].reduce(0) { $0 * 10 + Int($1 - 0x30) })
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isWhole, let value = Int(text) { return .integer(value) }
    if isWhole, let value = UInt64(text) { return .unsigned(value) }
    guard let value = Double(text), value.isFinite || dialect == .python else {
      throw failure("this is no number that a double can hold", at: start)
    }
    return .number(value)
  }

  private mutating func skipDigits() -> Int {
    let start = offset
    while let byte = current, (0x30...0x39).contains(byte) { offset += 1 }
    return offset - start
  }
}

extension JSONValue {
  /// The one value that `bytes` hold.
  ///
  /// - Throws: ``JSONSyntaxError`` with the byte at which the text goes wrong.
  public init(
    parsing bytes: UnsafeRawBufferPointer, dialect: JSONDialect = .standard
  ) throws(JSONSyntaxError) {
    var scanner = JSONScanner(bytes, dialect: dialect) { JSONSyntaxError(offset: $0, reason: $1) }
    self = try scanner.value()
    try scanner.expectEnd()
  }

  /// The one value that `bytes` hold.
  ///
  /// - Throws: ``JSONSyntaxError`` with the byte at which the text goes wrong.
  public init(
    parsing bytes: [UInt8], dialect: JSONDialect = .standard
  ) throws(JSONSyntaxError) {
    self = try bytes.span.bytes.withUnsafeBytes { (bytes) throws(JSONSyntaxError) in
      try JSONValue(parsing: bytes, dialect: dialect)
    }
  }
}
