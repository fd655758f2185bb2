/// An array in a GGUF file's metadata. Its elements were checked when the file was opened and are read when asked for.
public struct GGUFArray: Sendable {
  /// The type of every element.
  public let elementType: GGUFValueType
  /// The number of elements.
  public let count: Int
  let file: MappedFile
  /// Where the first element begins.
  let offset: Int

  /// Calls `body` with each element's index and value, in order. Linear in the array's bytes; builds no strings.
  ///
  /// - Throws: what `body` throws; ``CheckpointError`` if the file was changed since it was opened.
  public func forEach(
    _ body: (Int, GGUFValue) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var reader = ByteReader(file: file, offset: offset)
    for index in 0..<count {
      try body(index, try reader.value(elementType, depth: 1, "element \(index)"))
    }
  }

  /// Calls `body` with the bytes of each string, in order; with nothing if the elements aren't strings. The buffer is
  /// valid inside `body` only.
  ///
  /// Use this where strings may not be UTF-8. Linear in the array's bytes; allocates nothing.
  public func forEachStringBytes(
    _ body: (Int, UnsafeRawBufferPointer) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    guard elementType == .string else { return }
    var reader = ByteReader(file: file, offset: offset)
    for index in 0..<count {
      let range = try reader.lengthPrefixedRange("element \(index)")
      try body(index, UnsafeRawBufferPointer(rebasing: file.unsafeBytes[range]))
    }
  }
}

extension ByteReader {
  /// Arrays in arrays go no deeper than this: nothing in use goes beyond 1, and each level is a stack frame.
  static let maximumNesting = 8

  /// Reads a metadata value of that type; strings and arrays are checked and skipped. One linear scan.
  mutating func value(
    _ type: GGUFValueType, depth: Int, _ field: @autoclosure () -> String
  ) throws(CheckpointError) -> GGUFValue {
    switch type {
    case .uint8: return .uint8(try integer(UInt8.self, field()))
    case .int8: return .int8(try integer(Int8.self, field()))
    case .uint16: return .uint16(try integer(UInt16.self, field()))
    case .int16: return .int16(try integer(Int16.self, field()))
    case .uint32: return .uint32(try integer(UInt32.self, field()))
    case .int32: return .int32(try integer(Int32.self, field()))
    case .float32: return .float32(Float(bitPattern: try integer(UInt32.self, field())))
    case .uint64: return .uint64(try integer(UInt64.self, field()))
    case .int64: return .int64(try integer(Int64.self, field()))
    case .float64: return .float64(Double(bitPattern: try integer(UInt64.self, field())))
    case .string:
      return .string(GGUFString(file: file, range: try lengthPrefixedRange(field())))
    case .bool:
      let start = offset
      let byte = try integer(UInt8.self, field())
      guard byte <= 1 else {
        throw .invalid(
          file: file.path, field: field(), offset: start,
          reason: "a boolean must be 0 or 1, not \(byte)")
      }
      return .bool(byte == 1)
    case .array:
      return .array(try array(depth: depth, field()))
    }
  }

  private mutating func array(
    depth: Int, _ field: @autoclosure () -> String
  ) throws(CheckpointError) -> GGUFArray {
    guard depth < Self.maximumNesting else {
      throw .unsupported(
        file: file.path, field: field(), offset: offset,
        what: "an array nested more than \(Self.maximumNesting) deep")
    }
    let elementType = try valueType("the element type of \(field())")
    let start = offset
    let declared = try integer(UInt64.self, "the element count of \(field())")
    let (bytes, overflow) = declared.multipliedReportingOverflow(
      by: UInt64(elementType.smallestSize))
    guard !overflow, bytes <= UInt64(remaining) else {
      throw .truncated(
        file: file.path, field: "\(field()), an array of \(declared) elements", offset: start,
        needed: overflow ? .max : bytes, available: UInt64(remaining))
    }
    let count = Int(declared)
    let result = GGUFArray(elementType: elementType, count: count, file: file, offset: offset)
    if let size = elementType.fixedSize, elementType != .bool {
      offset += count * size
    } else {
      for index in 0..<count {
        _ = try value(elementType, depth: depth + 1, "element \(index) of \(field())")
      }
    }
    return result
  }

  mutating func valueType(
    _ field: @autoclosure () -> String
  ) throws(CheckpointError) -> GGUFValueType {
    let start = offset
    let number = try integer(UInt32.self, field())
    guard let type = GGUFValueType(rawValue: number) else {
      throw .invalid(
        file: file.path, field: field(), offset: start,
        reason: "\(number) is the number of no metadata type (0 to 12)")
    }
    return type
  }
}
