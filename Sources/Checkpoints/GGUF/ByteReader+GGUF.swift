/// The parts of a GGUF file, in the order in which they stand.
extension ByteReader {
  /// Keys are limited to this by the specification; names of tensors are held to the same.
  private static let maximumNameLength = 65535

  /// Magic and version.
  mutating func ggufVersion() throws(CheckpointError) -> Int {
    let magic = try integer(UInt32.self, "the magic")
    guard magic == 0x4655_4747 else {
      if let signature = FileSignature(file) {
        throw .foreign(file: file.path, signature: signature)
      }
      throw .invalid(
        file: file.path, field: "the magic", offset: 0,
        reason: "this is not a GGUF file: it does not begin with 'GGUF'")
    }
    let start = offset
    let version = try integer(UInt32.self, "the version")
    switch version {
    case 2, 3: return Int(version)
    case 1:
      throw .unsupported(
        file: file.path, field: "the version", offset: start,
        what: "GGUF version 1 (32-bit counts)")
    case let other where other.byteSwapped <= 3 && other != 0:
      throw .unsupported(
        file: file.path, field: "the version", offset: start, what: "a big-endian GGUF file")
    default:
      throw .unsupported(
        file: file.path, field: "the version", offset: start,
        what: "GGUF version \(version) (2 and 3 are)")
    }
  }

  /// A number of things that take at least `smallest` bytes each.
  mutating func ggufCount(_ field: String, smallest: Int) throws(CheckpointError) -> Int {
    let start = offset
    let count = try integer(UInt64.self, field)
    let (bytes, overflow) = count.multipliedReportingOverflow(by: UInt64(smallest))
    guard !overflow, bytes <= UInt64(remaining) else {
      throw .truncated(
        file: file.path, field: "\(field), \(count)", offset: start,
        needed: overflow ? .max : bytes, available: UInt64(remaining))
    }
    return Int(count)
  }

  mutating func ggufMetadata(count: Int) throws(CheckpointError) -> GGUFMetadata {
    var metadata = GGUFMetadata(path: file.path)
    for index in 0..<count {
      let start = offset
      let key = try text(limit: Self.maximumNameLength, "the key of metadata pair \(index)")
      guard !key.isEmpty else {
        throw .invalid(
          file: file.path, field: "the key of metadata pair \(index)", offset: start,
          reason: "is empty")
      }
      let type = try valueType("the type of metadata key \(quoted(key))")
      let valueOffset = offset
      let value = try value(type, depth: 0, "metadata key \(quoted(key))")
      guard metadata.insert(.init(key: key, value: value, offset: valueOffset)) else {
        throw .invalid(
          file: file.path, field: "metadata key \(quoted(key))", offset: start,
          reason: "is there twice")
      }
    }
    return metadata
  }

  /// The list of tensors, checked against the data that follows it.
  mutating func ggufTensors(count: Int, alignment: Int) throws(CheckpointError) -> [TensorView] {
    var infos: [GGUFTensorInfo] = []
    infos.reserveCapacity(count)
    for index in 0..<count { infos.append(try ggufTensorInfo(index, alignment: alignment)) }
    // At most `alignment` - 1 beyond the end, in a file without data.
    let dataStart = (offset + alignment - 1) / alignment * alignment
    let dataCount = UInt64(max(file.count - dataStart, 0))
    var tensors: [TensorView] = []
    tensors.reserveCapacity(count)
    for info in infos {
      let (end, overflow) = info.dataOffset.addingReportingOverflow(UInt64(info.byteCount))
      guard !overflow, end <= dataCount else {
        throw .truncated(
          file: file.path, field: "the data of tensor \(quoted(info.name))",
          offset: info.fieldOffset, needed: overflow ? .max : end, available: dataCount)
      }
      tensors.append(
        TensorView(
          name: info.name, elementType: info.elementType, shape: info.shape,
          // Only a tensor without bytes can begin beyond the file's end.
          offset: min(dataStart + Int(info.dataOffset), file.count), byteCount: info.byteCount,
          file: file))
    }
    try refuseOverlaps(tensors)
    return tensors
  }

  private mutating func ggufTensorInfo(
    _ index: Int, alignment: Int
  ) throws(CheckpointError) -> GGUFTensorInfo {
    let name = try text(limit: Self.maximumNameLength, "the name of tensor \(index)")
    let rankOffset = offset
    let rank = try integer(UInt32.self, "the rank of tensor \(quoted(name))")
    guard rank <= 4 else {
      throw .invalid(
        file: file.path, field: "the rank of tensor \(quoted(name))", offset: rankOffset,
        reason: "\(rank) dimensions, where at most 4 are allowed")
    }
    let shapeOffset = offset
    var extents: [UInt64] = []
    for _ in 0..<rank {
      extents.append(try integer(UInt64.self, "the shape of tensor \(quoted(name))"))
    }
    let typeOffset = offset
    let number = try integer(UInt32.self, "the type of tensor \(quoted(name))")
    guard let type = ElementType(ggmlNumber: number) else {
      throw .unsupported(
        file: file.path, field: "the type of tensor \(quoted(name))", offset: typeOffset,
        what: unreadGGMLTypeName(number))
    }
    // The file holds the innermost extent first.
    let shape = extents.reversed().compactMap { Int(exactly: $0) }
    guard shape.count == extents.count, let byteCount = type.byteCount(shape: shape) else {
      let row = extents.first ?? 1
      throw .invalid(
        file: file.path, field: "the shape of tensor \(quoted(name))", offset: shapeOffset,
        reason: row.isMultiple(of: UInt64(type.blockElements))
          ? "\(Array(extents.reversed())) overflows"
          : "rows of \(row) are no whole number of \(type.rawValue) blocks, of \(type.blockElements)"
      )
    }
    let dataOffsetField = offset
    let dataOffset = try integer(UInt64.self, "the data offset of tensor \(quoted(name))")
    guard dataOffset.isMultiple(of: UInt64(alignment)) else {
      throw .invalid(
        file: file.path, field: "the data offset of tensor \(quoted(name))",
        offset: dataOffsetField,
        reason: "\(dataOffset) is no multiple of the alignment, \(alignment)")
    }
    return GGUFTensorInfo(
      name: name, elementType: type, shape: shape, byteCount: byteCount, dataOffset: dataOffset,
      fieldOffset: dataOffsetField)
  }

  private func refuseOverlaps(_ tensors: [TensorView]) throws(CheckpointError) {
    let sorted = tensors.filter { $0.byteCount > 0 }.sorted { $0.offset < $1.offset }
    for (previous, next) in zip(sorted, sorted.dropFirst())
    where next.offset < previous.offset + previous.byteCount {
      throw .invalid(
        file: file.path, field: "tensor \(quoted(next.name))", offset: next.offset,
        reason: "overlaps tensor \(quoted(previous.name))")
    }
  }
}

/// A tensor as the file's list has it, before its data is looked for.
private struct GGUFTensorInfo {
  let name: String
  let elementType: ElementType
  let shape: [Int]
  let byteCount: Int
  /// From the beginning of the data section.
  let dataOffset: UInt64
  /// Where `dataOffset` stands, for messages.
  let fieldOffset: Int
}
