/// Reads protocol buffers' wire format from a byte array, bounded: every length is checked against what is left.
struct ProtoReader {
  /// A field's value, still undecoded.
  enum Value {
    case varint(UInt64)
    case fixed64
    case fixed32(UInt32)
    /// Where the bytes lie in the array.
    case bytes(Range<Int>)
  }

  private let bytes: [UInt8]
  private let end: Int
  private(set) var offset: Int
  private let file: String
  private let message: String

  /// - Parameters:
  ///   - range: the message's bytes.
  ///   - message: the message's name, for errors.
  init(_ bytes: [UInt8], in range: Range<Int>, file: String, message: String) {
    self.bytes = bytes
    offset = range.lowerBound
    end = range.upperBound
    self.file = file
    self.message = message
  }

  /// The next field's number and value, or `nil` at the message's end.
  mutating func next() throws(TokenizationError) -> (field: Int, value: Value, offset: Int)? {
    guard offset < end else { return nil }
    let start = offset
    let tag = try varint()
    let field = tag >> 3
    guard field > 0, field < 1 << 29 else { throw invalid("field number \(field)", at: start) }
    switch tag & 7 {
    case 0: return (Int(field), .varint(try varint()), start)
    case 1:
      _ = try take(8)
      return (Int(field), .fixed64, start)
    case 2:
      let length = try varint()
      guard length <= UInt64(end - offset) else {
        throw invalid(
          "field \(field) is \(length) bytes long and \(end - offset) are left; is the file complete?",
          at: start)
      }
      return (Int(field), .bytes(try take(Int(length))), start)
    case 5:
      let range = try take(4)
      var value: UInt32 = 0
      for index in range.reversed() { value = value << 8 | UInt32(bytes[index]) }
      return (Int(field), .fixed32(value), start)
    default: throw invalid("wire type \(tag & 7) of field \(field)", at: start)
    }
  }

  func invalid(_ reason: String, at offset: Int) -> TokenizationError {
    .invalid(file: file, field: message, reason: "\(reason), at byte \(offset)")
  }

  private mutating func take(_ count: Int) throws(TokenizationError) -> Range<Int> {
    guard count <= end - offset else {
      throw invalid("\(count) bytes are needed and \(end - offset) are left", at: offset)
    }
    defer { offset += count }
    return offset..<(offset + count)
  }

  private mutating func varint() throws(TokenizationError) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard offset < end else { throw invalid("a number is cut off", at: start) }
      let byte = bytes[offset]
      offset += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw invalid("a number is longer than ten bytes", at: start)
  }
}
