/// Whose JSON it is.
public enum JSONDialect: Hashable, Sendable {
  /// RFC 8259, to the letter.
  case standard
  /// What Python's `json` writes, and configuration files hold: `NaN`, `Infinity` and `-Infinity` are numbers too.
  case python
}

/// Reads JSON (RFC 8259) value by value, without building a tree unless asked for one.
///
/// Foundation's decoders drop all but one of duplicate keys, lose the order of members and tell no offsets; the readers
/// of models need all three. A key that stands twice in one object is refused: some readers take the first, others the
/// last. Time is linear in the text, and nesting is bounded.
///
/// `Failure` is the caller's own error type, made from a byte offset and a reason, so that callbacks and scanner throw
/// the same.
package struct JSONScanner<Failure: Error> {
  /// Each level is a stack frame; more than any file of a model has.
  package static var maximumNesting: Int { 64 }

  let bytes: UnsafeRawBufferPointer
  let dialect: JSONDialect
  private let makeFailure: (Int, String) -> Failure
  /// The next byte.
  package internal(set) var offset: Int

  /// Reads `bytes` from `start` on; the memory must outlive the scanner.
  package init(
    _ bytes: UnsafeRawBufferPointer, from start: Int = 0, dialect: JSONDialect = .standard,
    failure: @escaping (_ offset: Int, _ reason: String) -> Failure
  ) {
    self.bytes = bytes
    self.dialect = dialect
    offset = start
    makeFailure = failure
  }

  /// An error at a byte, the present one unless another is named.
  package func failure(_ reason: String, at offset: Int? = nil) -> Failure {
    makeFailure(offset ?? self.offset, reason)
  }

  /// The present byte, or `nil` at the end.
  var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// The next byte that is no white space, or `nil` at the end.
  package mutating func peek() -> UInt8? {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      offset += 1
    }
    return current
  }

  /// Throws unless only white space is left.
  package mutating func expectEnd() throws(Failure) {
    guard peek() == nil else { throw failure("text after the end of the value") }
  }

  /// Steps over `character` and the white space before it.
  package mutating func expect(_ character: Unicode.Scalar) throws(Failure) {
    guard let byte = peek() else { throw failure("the text ends where “\(character)” should be") }
    guard byte == UInt8(ascii: character) else { throw failure("“\(character)” should be here") }
    offset += 1
  }

  /// Steps over a word, if it comes next.
  mutating func take(word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard bytes.count - offset >= count else { return false }
    for index in 0..<count where bytes[offset + index] != word.utf8Start[index] { return false }
    offset += count
    return true
  }

  /// Steps over a `null`, if it comes next.
  package mutating func takeNull() -> Bool {
    _ = peek()
    return take(word: "null")
  }

  /// Reads an object; `member` is called with each key and its offset, and must consume the value.
  package mutating func object(
    _ member: (inout Self, _ key: String, _ offset: Int) throws(Failure) -> Void
  ) throws(Failure) {
    // Bytes, since distinct keys may be equal as `String`s.
    var keys: Set<[UInt8]> = []
    try list(from: "{", to: "}") { (scanner) throws(Failure) in
      _ = scanner.peek()
      let keyOffset = scanner.offset
      let key = try scanner.string()
      guard keys.insert(Array(key.utf8)).inserted else {
        throw scanner.failure("the key “\(key)” is there twice", at: keyOffset)
      }
      try scanner.expect(":")
      try member(&scanner, key, keyOffset)
    }
  }

  /// Reads an array; `element` must consume each value.
  package mutating func array(_ element: (inout Self) throws(Failure) -> Void) throws(Failure) {
    try list(from: "[", to: "]", element)
  }

  private mutating func list(
    from open: Unicode.Scalar, to close: Unicode.Scalar,
    _ item: (inout Self) throws(Failure) -> Void
  ) throws(Failure) {
    try expect(open)
    if peek() == UInt8(ascii: close) {
      offset += 1
      return
    }
    while true {
      try item(&self)
      if peek() == UInt8(ascii: close) {
        offset += 1
        return
      }
      guard peek() == UInt8(ascii: ",") else {
        throw failure("“,” or “\(close)” should be here")
      }
      offset += 1
    }
  }
}
