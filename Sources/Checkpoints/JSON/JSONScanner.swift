/// Reads strict JSON (RFC 8259) from part of a mapped file, value by value, without building a tree.
///
/// Foundation's decoders drop all but one of duplicate keys and tell no offsets; checkpoints need both. Duplicate
/// keys of one object are refused. Nothing is allocated but the strings that are asked for.
struct JSONScanner {
  let file: MappedFile
  /// What is being read, for messages.
  let field: String
  /// The next byte.
  var offset: Int
  /// The end of the JSON text.
  let end: Int

  /// Values inside values that are skipped go no deeper than this; each level is a stack frame.
  private static let deepestNesting = 64

  init(file: MappedFile, field: String, range: Range<Int>) {
    self.file = file
    self.field = field
    offset = range.lowerBound
    end = range.upperBound
  }

  /// The next byte after white space, or `nil` at the end.
  mutating func peek() -> UInt8? {
    while offset < end {
      let byte = file.unsafeBytes[offset]
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D: offset += 1
      default: return byte
      }
    }
    return nil
  }

  /// An error at the present byte.
  func failure(_ reason: String, at offset: Int? = nil) -> CheckpointError {
    .invalid(file: file.path, field: field, offset: offset ?? self.offset, reason: reason)
  }

  /// Consumes that byte, after white space.
  mutating func expect(_ byte: UInt8) throws(CheckpointError) {
    guard let found = peek() else {
      throw failure("ends where '\(Character(Unicode.Scalar(byte)))' is due")
    }
    guard found == byte else {
      throw failure("'\(Character(Unicode.Scalar(byte)))' is due here")
    }
    offset += 1
  }

  /// Reads an object; calls `member` with each key and its offset, to consume the value.
  mutating func object(
    _ member: (inout JSONScanner, String, Int) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var keys: Set<String> = []
    try list(from: UInt8(ascii: "{"), to: UInt8(ascii: "}")) {
      (scanner: inout JSONScanner) throws(CheckpointError) in
      _ = scanner.peek()
      let keyOffset = scanner.offset
      let key = try scanner.string()
      guard keys.insert(key).inserted else {
        throw scanner.failure("the key \(quoted(key)) is there twice", at: keyOffset)
      }
      try scanner.expect(UInt8(ascii: ":"))
      try member(&scanner, key, keyOffset)
    }
  }

  /// Reads an array; calls `element` to consume each value.
  mutating func array(
    _ element: (inout JSONScanner) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try list(from: UInt8(ascii: "["), to: UInt8(ascii: "]"), element)
  }

  private mutating func list(
    from open: UInt8, to close: UInt8,
    _ item: (inout JSONScanner) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try expect(open)
    if peek() == close {
      offset += 1
      return
    }
    while true {
      try item(&self)
      if peek() == close {
        offset += 1
        return
      }
      try expect(UInt8(ascii: ","))
    }
  }

  /// Reads an integer from 0 to `Int.max`, written without fraction or exponent.
  mutating func count(_ what: String) throws(CheckpointError) -> Int {
    _ = peek()
    let start = offset
    var value = 0
    while offset < end, case let byte = file.unsafeBytes[offset], (0x30...0x39).contains(byte) {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowToo) = tens.addingReportingOverflow(Int(byte - 0x30))
      guard !overflow, !overflowToo else { throw failure("\(what) overflows", at: start) }
      value = sum
      offset += 1
    }
    let digits = offset - start
    let next = offset < end ? file.unsafeBytes[offset] : 0
    let isLongZero = digits > 1 && file.unsafeBytes[start] == 0x30
    guard digits > 0, !isLongZero, next != UInt8(ascii: "."), next | 0x20 != UInt8(ascii: "e")
    else {
      throw failure("\(what) must be a non-negative integer", at: start)
    }
    return value
  }

  /// Reads a value of any kind and drops it.
  mutating func skipValue(depth: Int = 0) throws(CheckpointError) {
    guard depth < Self.deepestNesting else {
      throw failure("values are nested more than \(Self.deepestNesting) deep")
    }
    switch peek() {
    case UInt8(ascii: "{"):
      try object { (scanner: inout JSONScanner, _, _) throws(CheckpointError) in
        try scanner.skipValue(depth: depth + 1)
      }
    case UInt8(ascii: "["):
      try array { (scanner: inout JSONScanner) throws(CheckpointError) in
        try scanner.skipValue(depth: depth + 1)
      }
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"): try literal("true")
    case UInt8(ascii: "f"): try literal("false")
    case UInt8(ascii: "n"): try literal("null")
    default: try skipNumber()
    }
  }

  private mutating func literal(_ text: StaticString) throws(CheckpointError) {
    for index in 0..<text.utf8CodeUnitCount {
      guard offset < end, file.unsafeBytes[offset] == text.utf8Start[index] else {
        throw failure("this is no JSON value")
      }
      offset += 1
    }
  }

  private mutating func skipNumber() throws(CheckpointError) {
    let start = offset
    if offset < end, file.unsafeBytes[offset] == UInt8(ascii: "-") { offset += 1 }
    let whole = skipDigits()
    var isNumber = whole == 1 || (whole > 1 && file.unsafeBytes[offset - whole] != 0x30)
    if offset < end, file.unsafeBytes[offset] == UInt8(ascii: ".") {
      offset += 1
      isNumber = skipDigits() > 0 && isNumber
    }
    if offset < end, file.unsafeBytes[offset] | 0x20 == UInt8(ascii: "e") {
      offset += 1
      if offset < end,
        file.unsafeBytes[offset] == UInt8(ascii: "+")
          || file.unsafeBytes[offset] == UInt8(ascii: "-")
      {
        offset += 1
      }
      isNumber = skipDigits() > 0 && isNumber
    }
    guard isNumber else { throw failure("this is no JSON value", at: start) }
  }

  private mutating func skipDigits() -> Int {
    let start = offset
    while offset < end, (0x30...0x39).contains(file.unsafeBytes[offset]) { offset += 1 }
    return offset - start
  }
}
