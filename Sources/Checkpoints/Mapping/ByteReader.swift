/// Reads little-endian fields of a mapped file one after another, each checked against the bytes that are left.
///
/// Field names are closures: the text is made only for an error.
struct ByteReader {
  let file: MappedFile
  /// Where the next field begins.
  var offset: Int
  /// The end of what may be read.
  let end: Int

  init(file: MappedFile, offset: Int = 0, end: Int? = nil) {
    self.file = file
    self.offset = offset
    self.end = end ?? file.count
  }

  var remaining: Int { end - offset }

  /// Refuses a field of `count` bytes that ends beyond the readable part. Nothing is consumed.
  func require(
    _ count: UInt64, _ field: @autoclosure () -> String
  ) throws(CheckpointError) {
    guard count <= UInt64(remaining) else {
      throw .truncated(
        file: file.path, field: field(), offset: offset, needed: count,
        available: UInt64(remaining))
    }
  }

  mutating func integer<Value: FixedWidthInteger>(
    _ type: Value.Type, _ field: @autoclosure () -> String
  ) throws(CheckpointError) -> Value {
    try require(UInt64(MemoryLayout<Value>.size), field())
    defer { offset += MemoryLayout<Value>.size }
    return Value(
      littleEndian: file.unsafeBytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
  }

  /// A length of 64 bits and as many bytes, unread: where they stand.
  mutating func lengthPrefixedRange(
    _ field: @autoclosure () -> String
  ) throws(CheckpointError) -> Range<Int> {
    let length = try integer(UInt64.self, field())
    try require(length, field())
    let range = offset..<offset + Int(length)
    offset = range.upperBound
    return range
  }

  /// A length of 64 bits and UTF-8 text of at most `limit` bytes.
  mutating func text(
    limit: Int, _ field: @autoclosure () -> String
  ) throws(CheckpointError) -> String {
    let start = offset
    let range = try lengthPrefixedRange(field())
    guard range.count <= limit else {
      throw .invalid(
        file: file.path, field: field(), offset: start,
        reason: "is \(range.count) bytes long, where \(limit) are allowed")
    }
    guard let text = file.utf8Text(in: range) else {
      throw .invalid(
        file: file.path, field: field(), offset: range.lowerBound, reason: "is not valid UTF-8")
    }
    return text
  }
}

extension MappedFile {
  /// The bytes of a checked range as a string, or `nil` where they aren't UTF-8.
  func utf8Text(in range: Range<Int>) -> String? {
    String(validUTF8: UnsafeRawBufferPointer(rebasing: unsafeBytes[range]))
  }
}

extension String {
  /// The text of UTF-8 bytes, or `nil` where they aren't valid.
  ///
  /// Several times as fast as the standard library's own for short texts, of which vocabularies have 100,000: decoding
  /// mends what isn't valid, and so what comes out unchanged was.
  init?(validUTF8 bytes: UnsafeRawBufferPointer) {
    self = String(decoding: bytes, as: UTF8.self)
    let isUnchanged = withUTF8 { UnsafeRawBufferPointer($0).elementsEqual(bytes) }
    guard isUnchanged else { return nil }
  }
}

/// A name from a file as messages show it: in quotes, control characters escaped, shortened.
func quoted(_ name: String) -> String {
  var text = "'"
  for (index, scalar) in name.unicodeScalars.enumerated() {
    if index == 80 {
      text += "…"
      break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator:
      text += scalar.escaped(asASCII: true)
    default: text.unicodeScalars.append(scalar)
    }
  }
  return text + "'"
}
