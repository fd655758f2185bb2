/// A GGUF file, version 2 or 3, little-endian: metadata and tensors, mapped.
///
/// Follows ggml's specification of the format (`docs/gguf.md`) and, where that is silent, `gguf.cpp`. Everything is
/// checked when the file is opened, in one scan of the metadata and the tensor list, so that every view lies inside
/// the file; nothing is allocated from a declared size before that size is checked against the bytes that are left.
/// Stricter than the specification in one way: tensors may not overlap.
public struct GGUFFile: TensorSource {
  /// The path it was opened by.
  public let path: String
  /// The format's version: 2 or 3.
  public let version: Int
  /// The key-value pairs.
  public let metadata: GGUFMetadata
  /// Tensor data begins at a multiple of this many bytes (`general.alignment`, else 32).
  public let alignment: Int
  /// The tensors, in the order of the file's list.
  public let tensors: [TensorView]
  private let positions: [String: Int]
  private let file: MappedFile

  /// Opens and checks the file at `path`.
  ///
  /// - Throws: ``CheckpointError`` that names the file, the field and the offset.
  /// - Complexity: linear in the metadata and, times the logarithm, in the number of tensors; tensor data isn't read.
  public init(path: String) throws(CheckpointError) {
    try self.init(file: try MappedFile(path: path))
  }

  /// Checks a file that is mapped already.
  package init(file: MappedFile) throws(CheckpointError) {
    var reader = ByteReader(file: file)
    self.file = file
    path = file.path
    version = try reader.ggufVersion()
    let tensorCount = try reader.ggufCount("the tensor count", smallest: 24)
    let pairCount = try reader.ggufCount("the metadata pair count", smallest: 13)
    metadata = try reader.ggufMetadata(count: pairCount)
    alignment = try metadata.alignment()
    tensors = try reader.ggufTensors(count: tensorCount, alignment: alignment)
    var positions: [String: Int] = [:]
    for (index, tensor) in tensors.enumerated() {
      guard positions.updateValue(index, forKey: tensor.name) == nil else {
        throw .invalid(
          file: path, field: "tensor \(quoted(tensor.name))", offset: nil,
          reason: "its name is there twice")
      }
    }
    self.positions = positions
  }

  /// Every tensor's name, in the order of the file's list.
  public var tensorNames: [String] { tensors.map(\.name) }

  /// Lets go of the memory that metadata and tensors were read into; they are read again when they are next needed.
  package func releaseMemory() { file.releaseMemory() }

  /// The tensor of that name, or `nil`.
  public func tensor(named name: String) -> TensorView? { positions[name].map { tensors[$0] } }
}

extension GGUFMetadata {
  /// `general.alignment`: by the specification a multiple of 8; a power of two, since every writer and ggml's reader
  /// assume it.
  fileprivate func alignment() throws(CheckpointError) -> Int {
    let key = "general.alignment"
    guard let entry = entry(key) else { return 32 }
    let value = try integer(key)
    guard value >= 8, value <= 1 << 24, value & (value - 1) == 0 else {
      throw .invalid(
        file: path, field: "metadata key '\(key)'", offset: entry.offset,
        reason: "must be a power of two from 8 to 16777216, not \(value)")
    }
    return value
  }
}
