/// A safetensors file: named tensors and string metadata, mapped.
///
/// Checks what the reference reader (huggingface/safetensors) checks when the file is opened: the header's length,
/// strict JSON, and data that follows tensor by tensor without holes or overlaps to the end of the file. Like the
/// specification, and unlike the reference reader, it refuses duplicate names and padding other than spaces.
///
/// Tensors of types other than F32, F16 and BF16 are listed in ``tensorDescriptions`` and have no view.
public struct SafetensorsFile: TensorSource {
  /// The path it was opened by.
  public let path: String
  /// The strings of `__metadata__`; empty if there are none.
  public let metadata: [String: String]
  private let file: MappedFile
  private let entries: [SafetensorsHeader.Entry]
  private let positions: [String: Int]

  /// Opens and checks the file at `path`.
  ///
  /// - Throws: ``CheckpointError`` that names the file, the field and the offset.
  /// - Complexity: linear in the header and, times the logarithm, in the number of tensors; tensor data isn't read.
  public init(path: String) throws(CheckpointError) {
    try self.init(file: try MappedFile(path: path))
  }

  /// Checks a file that is mapped already.
  package init(file: MappedFile) throws(CheckpointError) {
    let header = try SafetensorsHeader(file: file)
    path = file.path
    self.file = file
    metadata = header.metadata
    entries = header.entries
    positions = Dictionary(
      zip(header.entries.lazy.map(\.description.name), header.entries.indices),
      uniquingKeysWith: { first, _ in first })
  }

  /// Every tensor's name, those without a view included, in the order of the data.
  public var tensorNames: [String] { entries.map(\.description.name) }

  /// What the header says of each tensor, in the order of the data.
  public var tensorDescriptions: [TensorDescription] { entries.map(\.description) }

  /// The tensor of that name; `nil` if there is none, or if its type is none of F32, F16 and BF16.
  ///
  /// The format lets tensors begin at any byte. One that doesn't begin at a multiple of its element's size is copied
  /// (old writers only: newer ones align the header and sort by size).
  public func tensor(named name: String) -> TensorView? {
    guard let entry = positions[name].map({ entries[$0] }),
      let type = entry.description.elementType
    else { return nil }
    let count = entry.description.byteCount
    let isAligned = entry.offset.isMultiple(of: type.alignment)
    return TensorView(
      name: name, elementType: type, shape: entry.description.shape,
      offset: isAligned ? entry.offset : 0, byteCount: count,
      file: isAligned ? file : copy(entry.offset..<entry.offset + count))
  }

  /// The bytes of a tensor of any type, wherever they begin.
  func rawTensor(named name: String) -> RawTensor? {
    positions[name].map { entries[$0] }.map { entry in
      RawTensor(
        typeName: entry.description.typeName, shape: entry.description.shape,
        offset: entry.offset, byteCount: entry.description.byteCount, file: file)
    }
  }

  private func copy(_ range: Range<Int>) -> MappedFile {
    MappedFile(copying: UnsafeRawBufferPointer(rebasing: file.unsafeBytes[range]), path: path)
  }
}

/// A tensor's bytes in a mapped file, of a type that may have no ``TensorView``.
struct RawTensor: Sendable {
  let typeName: String
  let shape: [Int]
  let offset: Int
  let byteCount: Int
  let file: MappedFile

  /// The bytes; valid as long as this value or a copy of it lives.
  var unsafeBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: file.unsafeBytes[offset..<offset + byteCount])
  }
}
