/// The type of a metadata value, by the number that the file carries (GGUF specification, `gguf_metadata_value_type`).
public enum GGUFValueType: UInt32, Hashable, Sendable, CaseIterable {
  /// An unsigned 8-bit integer.
  case uint8 = 0
  /// A signed 8-bit integer.
  case int8 = 1
  /// An unsigned 16-bit integer.
  case uint16 = 2
  /// A signed 16-bit integer.
  case int16 = 3
  /// An unsigned 32-bit integer.
  case uint32 = 4
  /// A signed 32-bit integer.
  case int32 = 5
  /// A 32-bit IEEE float.
  case float32 = 6
  /// A byte: 0 is false, 1 is true.
  case bool = 7
  /// A length and that many bytes, in most files UTF-8.
  case string = 8
  /// A type, a count, and that many values of the type.
  case array = 9
  /// An unsigned 64-bit integer.
  case uint64 = 10
  /// A signed 64-bit integer.
  case int64 = 11
  /// A 64-bit IEEE float.
  case float64 = 12

  /// The bytes of one value, or `nil` for strings and arrays.
  var fixedSize: Int? {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    case .string, .array: nil
    }
  }

  /// The fewest bytes that one value takes in a file: what bounds a declared number of values.
  var smallestSize: Int {
    switch self {
    case .string: 8
    case .array: 12
    default: fixedSize ?? 1
    }
  }
}

/// A metadata value. Strings and arrays stay in the mapped file until they are asked for.
public enum GGUFValue: Sendable {
  /// An unsigned 8-bit integer.
  case uint8(UInt8)
  /// A signed 8-bit integer.
  case int8(Int8)
  /// An unsigned 16-bit integer.
  case uint16(UInt16)
  /// A signed 16-bit integer.
  case int16(Int16)
  /// An unsigned 32-bit integer.
  case uint32(UInt32)
  /// A signed 32-bit integer.
  case int32(Int32)
  /// A 32-bit IEEE float.
  case float32(Float)
  /// A byte: 0 is false, 1 is true.
  case bool(Bool)
  /// A length and that many bytes, in most files UTF-8.
  case string(GGUFString)
  /// A type, a count, and that many values of the type.
  case array(GGUFArray)
  /// An unsigned 64-bit integer.
  case uint64(UInt64)
  /// A signed 64-bit integer.
  case int64(Int64)
  /// A 64-bit IEEE float.
  case float64(Double)

  /// The value's type.
  public var type: GGUFValueType {
    switch self {
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .uint32: .uint32
    case .int32: .int32
    case .float32: .float32
    case .bool: .bool
    case .string: .string
    case .array: .array
    case .uint64: .uint64
    case .int64: .int64
    case .float64: .float64
    }
  }

  /// The value as an `Int`; `nil` if it is no integer or doesn't fit.
  public var integer: Int? {
    switch self {
    case .uint8(let value): Int(value)
    case .int8(let value): Int(value)
    case .uint16(let value): Int(value)
    case .int16(let value): Int(value)
    case .uint32(let value): Int(value)
    case .int32(let value): Int(value)
    case .uint64(let value): Int(exactly: value)
    case .int64(let value): Int(exactly: value)
    case .float32, .float64, .bool, .string, .array: nil
    }
  }

  /// The value as a `Float`, rounded from a double or an integer; `nil` if it is no number.
  public var float: Float? {
    switch self {
    case .float32(let value): value
    case .float64(let value): Float(value)
    case .uint64(let value): Float(value)
    default: integer.map { Float($0) }
    }
  }
}

/// A string in a GGUF file: any bytes; most files hold UTF-8.
public struct GGUFString: Sendable {
  let file: MappedFile
  let range: Range<Int>

  /// The number of bytes.
  public var byteCount: Int { range.count }

  /// The text, or `nil` where the bytes aren't valid UTF-8. Linear in the length.
  public var text: String? { file.utf8Text(in: range) }

  /// Reads the bytes. The buffer is valid inside `body` only.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(rebasing: file.unsafeBytes[range]))
  }
}
