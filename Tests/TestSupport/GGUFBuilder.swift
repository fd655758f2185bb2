/// Puts together the bytes of a GGUF file, good or hostile: any declared number may differ from the true one.
public struct GGUFBuilder: Sendable {
  /// A metadata value.
  public indirect enum Value: Sendable {
    case uint32(UInt32)
    case int32(Int32)
    case uint64(UInt64)
    case float32(Float)
    case bool(Bool)
    case string(String)
    /// Values of one type; `count` is what the file declares, if not their number.
    case array([Value], type: UInt32, count: UInt64? = nil)
    /// A type number and the bytes that follow it.
    case raw(type: UInt32, bytes: [UInt8])

    /// An array of strings.
    public static func strings(_ values: [String]) -> Value {
      .array(values.map(Value.string), type: 8)
    }
    /// An array of 32-bit integers.
    public static func int32s(_ values: [Int32]) -> Value {
      .array(values.map(Value.int32), type: 5)
    }
    /// An array of 32-bit floats.
    public static func floats(_ values: [Float]) -> Value {
      .array(values.map(Value.float32), type: 6)
    }

    var type: UInt32 {
      switch self {
      case .uint32: 4
      case .int32: 5
      case .float32: 6
      case .bool: 7
      case .string: 8
      case .array: 9
      case .uint64: 10
      case .raw(let type, _): type
      }
    }

    var bytes: [UInt8] {
      switch self {
      case .uint32(let value): littleEndian(value)
      case .int32(let value): littleEndian(value)
      case .uint64(let value): littleEndian(value)
      case .float32(let value): littleEndian(value.bitPattern)
      case .bool(let value): [value ? 1 : 0]
      case .string(let value): lengthPrefixed(value)
      case .array(let values, let type, let count):
        littleEndian(type) + littleEndian(count ?? UInt64(values.count)) + values.flatMap(\.bytes)
      case .raw(_, let bytes): bytes
      }
    }
  }

  /// The first four bytes.
  public var magic: [UInt8] = Array("GGUF".utf8)
  /// The format's version.
  public var version: UInt32 = 3
  /// The number of pairs that the file declares, if not the true one.
  public var declaredPairCount: UInt64?
  /// The number of tensors that the file declares, if not the true one.
  public var declaredTensorCount: UInt64?
  /// What tensor data is aligned to; a file with another value than 32 should say so in its metadata.
  public var alignment = 32

  private var pairs: [UInt8] = []
  private var pairCount: UInt64 = 0
  private var infos: [UInt8] = []
  private var tensorCount: UInt64 = 0
  private var data: [UInt8] = []

  /// An empty file of version 3.
  public init() {}

  /// Adds a metadata pair.
  public mutating func add(_ key: String, _ value: Value) {
    pairs += lengthPrefixed(key) + littleEndian(value.type) + value.bytes
    pairCount += 1
  }

  /// Adds a tensor: its extents innermost first, as the file has them, and the number of its ggml type.
  ///
  /// - Parameters:
  ///   - rank: what the file declares, if not the number of extents.
  ///   - offset: where the file says that the data begins, if not where it does.
  public mutating func addTensor(
    _ name: String, extents: [UInt64], type: UInt32 = 0, data bytes: [UInt8], rank: UInt32? = nil,
    offset: UInt64? = nil
  ) {
    data += [UInt8](repeating: 0, count: padding(data.count))
    infos += lengthPrefixed(name) + littleEndian(rank ?? UInt32(extents.count))
    infos += extents.flatMap(littleEndian) + littleEndian(type)
    infos += littleEndian(offset ?? UInt64(data.count))
    data += bytes
    tensorCount += 1
  }

  /// Adds a tensor of 32-bit floats, its extents innermost first.
  public mutating func addTensor(
    _ name: String, extents: [UInt64], floats: [Float], offset: UInt64? = nil
  ) {
    let bytes = floats.flatMap { littleEndian($0.bitPattern) }
    addTensor(name, extents: extents, data: bytes, offset: offset)
  }

  /// The file's bytes.
  public func build() -> [UInt8] {
    var bytes = magic + littleEndian(version)
    bytes += littleEndian(declaredTensorCount ?? tensorCount)
    bytes += littleEndian(declaredPairCount ?? pairCount)
    bytes += pairs + infos
    if !data.isEmpty { bytes += [UInt8](repeating: 0, count: padding(bytes.count)) + data }
    return bytes
  }

  private func padding(_ count: Int) -> Int { (alignment - count % alignment) % alignment }
}

/// The bytes of an integer, least significant first.
public func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

/// A string as GGUF has it: the number of its bytes, in 64 bits, and its bytes.
public func lengthPrefixed(_ text: String) -> [UInt8] {
  littleEndian(UInt64(text.utf8.count)) + text.utf8
}
