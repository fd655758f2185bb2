internal import JSON

/// The header of a safetensors file, read and checked.
struct SafetensorsHeader {
  /// A tensor as the header has it, checked against its neighbours and the file.
  struct Entry: Sendable {
    let description: TensorDescription
    /// Where its bytes begin in the file.
    let offset: Int
  }

  /// The reference reader's limit on the header, in bytes.
  static let maximumHeaderLength = 100_000_000
  /// More dimensions than NumPy and PyTorch allow.
  static let highestRank = 64
  /// The key of the metadata among the names of tensors.
  static let metadataKey = "__metadata__"

  private(set) var metadata: [String: String] = [:]
  /// In the order of the data.
  private(set) var entries: [Entry] = []
  private let file: MappedFile
  private let dataStart: Int

  init(file: MappedFile) throws(CheckpointError) {
    self.file = file
    if let signature = FileSignature(file), signature != .safetensors {
      throw .foreign(file: file.path, signature: signature)
    }
    var reader = ByteReader(file: file)
    let field = "the header's length"
    let length = try reader.integer(UInt64.self, field)
    guard length <= Self.maximumHeaderLength else {
      throw .invalid(
        file: file.path, field: field, offset: 0,
        reason:
          "\(length) bytes, where \(Self.maximumHeaderLength) are allowed; is this a safetensors file?"
      )
    }
    try reader.require(length, "the header")
    dataStart = reader.offset + Int(length)
    try readJSON(reader.offset..<dataStart)
    try checkOrder()
  }

  private mutating func readJSON(_ range: Range<Int>) throws(CheckpointError) {
    guard let first = file.unsafeBytes[range].first, first == UInt8(ascii: "{") else {
      throw .invalid(
        file: file.path, field: "the header", offset: range.lowerBound,
        reason: "must begin with '{'")
    }
    var json = JSONScanner(file: file, field: "the header", range: range)
    try json.object { (json, name, offset) throws(CheckpointError) in
      if name == Self.metadataKey {
        // mlx writes it so where there is none, and the reference reader takes it.
        if json.takeNull() { return }
        try json.object { (json, key, _) throws(CheckpointError) in
          metadata[key] = try json.string()
        }
      } else {
        entries.append(try readEntry(name, at: offset, from: &json))
      }
    }
    guard
      let padding = file.unsafeBytes[json.offset..<range.upperBound].firstIndex(where: {
        $0 != 0x20
      })
    else { return }
    throw .invalid(
      file: file.path, field: "the header's padding", offset: padding,
      reason: file.unsafeBytes[padding] == 0
        ? "is of NUL bytes, where only spaces are allowed; replacing them with spaces mends the file"
        : "holds more than spaces")
  }

  private func readEntry(
    _ name: String, at offset: Int, from json: inout JSONScanner<CheckpointError>
  ) throws(CheckpointError) -> Entry {
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    try json.object { (json, key, _) throws(CheckpointError) in
      switch key {
      case "dtype": typeName = try json.string()
      case "shape":
        shape = try Self.counts(&json, limit: Self.highestRank, "the shape of \(quoted(name))")
      case "data_offsets":
        offsets = try Self.counts(&json, limit: 2, "data_offsets of \(quoted(name))")
      default: try json.skipValue()
      }
    }
    let field = "tensor \(quoted(name))"
    func invalid(_ reason: String) -> CheckpointError {
      .invalid(file: file.path, field: field, offset: offset, reason: reason)
    }
    guard let typeName else { throw invalid("lacks dtype") }
    guard let shape else { throw invalid("lacks shape") }
    guard let offsets, offsets.count == 2 else { throw invalid("lacks two data_offsets") }
    guard let bits = SafetensorsType.bits(typeName) else {
      throw .unsupported(
        file: file.path, field: field, offset: offset, what: "element type \(quoted(typeName))")
    }
    guard let byteCount = SafetensorsType.byteCount(shape: shape, bits: bits) else {
      throw invalid(
        "the bytes of shape \(shape) and dtype \(typeName) overflow or are no whole number")
    }
    guard offsets[0] <= offsets[1], offsets[1] - offsets[0] == byteCount else {
      throw invalid(
        "data_offsets \(offsets[0]) to \(offsets[1]) don't span the \(byteCount) bytes of shape \(shape) and dtype \(typeName)"
      )
    }
    let (start, overflow) = dataStart.addingReportingOverflow(offsets[0])
    guard !overflow, offsets[1] <= file.count - dataStart else {
      throw .truncated(
        file: file.path, field: "the data of \(field)", offset: offset,
        needed: UInt64(offsets[1]), available: UInt64(file.count - dataStart))
    }
    return Entry(
      description: TensorDescription(
        name: name, typeName: typeName, elementType: SafetensorsType.elementType(typeName),
        shape: shape, byteCount: byteCount), offset: start)
  }

  private static func counts(
    _ json: inout JSONScanner<CheckpointError>, limit: Int, _ what: String
  ) throws(CheckpointError) -> [Int] {
    var result: [Int] = []
    try json.array { (json) throws(CheckpointError) in
      guard result.count < limit else {
        throw json.failure("\(what) has more than \(limit) elements")
      }
      result.append(try json.count(what))
    }
    return result
  }

  /// The tensors must follow one another to the end of the file, without holes or overlaps.
  private mutating func checkOrder() throws(CheckpointError) {
    entries.sort {
      ($0.offset, $0.description.byteCount) < ($1.offset, $1.description.byteCount)
    }
    var end = dataStart
    for entry in entries {
      guard entry.offset == end else {
        throw .invalid(
          file: file.path, field: "tensor \(quoted(entry.description.name))", offset: entry.offset,
          reason: entry.offset < end
            ? "overlaps the tensor before it"
            : "leaves a hole of \(entry.offset - end) bytes before it")
      }
      end += entry.description.byteCount
    }
    guard end == file.count else {
      throw .invalid(
        file: file.path, field: "the data", offset: end,
        reason: "\(file.count - end) bytes at the end belong to no tensor")
    }
  }
}
