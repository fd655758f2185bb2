internal import JSON

/// A JSON value with its place in the file, whose accessors throw errors that name the place.
struct JSONField {
  let value: JSONValue
  let path: String
  let file: String

  func invalid(_ reason: String) -> TokenizationError {
    .invalid(file: file, field: path, reason: reason)
  }

  func unsupported(_ what: String) -> TokenizationError {
    .unsupported(file: file, field: path, what: what)
  }

  var isNull: Bool { if case .null = value { true } else { false } }

  /// A member of an object; null where there is none.
  func member(_ key: String) throws(TokenizationError) -> JSONField {
    let found = try members().first { $0.key == key }
    return JSONField(value: found?.value ?? .null, path: "\(path).\(key)", file: file)
  }

  func members() throws(TokenizationError) -> [JSONMember] {
    guard case .object(let members) = value else { throw expected("an object") }
    return members
  }

  func elements() throws(TokenizationError) -> [JSONField] {
    guard case .array(let elements) = value else { throw expected("a list") }
    return elements.enumerated().map {
      JSONField(value: $1, path: "\(path)[\($0)]", file: file)
    }
  }

  func string() throws(TokenizationError) -> String {
    guard case .string(let string) = value else { throw expected("a string") }
    return string
  }

  func bool(default fallback: Bool) throws(TokenizationError) -> Bool {
    switch value {
    case .null: return fallback
    case .bool(let bool): return bool
    default: throw expected("a boolean")
    }
  }

  func bool() throws(TokenizationError) -> Bool {
    guard case .bool(let bool) = value else { throw expected("a boolean") }
    return bool
  }

  /// A finite number.
  func double() throws(TokenizationError) -> Double {
    guard let number = value.double, number.isFinite else { throw expected("a number") }
    return number
  }

  /// A text of at most so many bytes, as UTF-8.
  func text(longest: Int) throws(TokenizationError) -> [UInt8] {
    let bytes = Array(try string().utf8)
    guard bytes.count <= longest else { throw invalid("a text of \(bytes.count) bytes") }
    return bytes
  }

  /// A text of one scalar, as UTF-8.
  func character() throws(TokenizationError) -> [UInt8] {
    let text = try string()
    guard text.unicodeScalars.count == 1 else { throw invalid("must be one character") }
    return Array(text.utf8)
  }

  /// A whole number from 0 up to `limit`.
  func index(below limit: Int) throws(TokenizationError) -> Int {
    guard case .integer(let whole) = value else { throw expected("a whole number") }
    guard (0..<limit).contains(whole) else { throw invalid("\(whole) is out of range") }
    return whole
  }

  /// Throws for a key that isn't known: what a file asks for is never passed over.
  func checkKeys(_ known: Set<String>) throws(TokenizationError) {
    for member in try members() where !known.contains(member.key) {
      throw unsupported("the key \"\(member.key)\"")
    }
  }

  private func expected(_ kind: String) -> TokenizationError {
    invalid(isNull ? "\(kind) is missing" : "\(value.kind) where \(kind) is expected")
  }
}
