/// A GGUF file, version 2 or 3, little-endian: metadata and tensors, mapped.
///
/// Follows ggml's specification of the format (`docs/gguf.md`) and, where that is silent, `gguf.cpp`. Everything is
/// checked when the file is opened, in one scan of the metadata and the tensor list, so that every view lies inside
/// the file; nothing is allocated from a declared size before that size is checked against the bytes that are left.
/// Stricter than the specification in one way: tensors may not overlap.
///
/// A model that is split over several files (`NAME-00001-of-00003.gguf`) is one such value: the metadata of its first
/// part, and the tensors of all. Any part may be given; the others must lie beside it.
public struct GGUFFile: TensorSource {
  /// The path it was opened by.
  public let path: String
  /// The format's version: 2 or 3.
  public let version: Int
  /// The key-value pairs, of the first part.
  public let metadata: GGUFMetadata
  /// Tensor data begins at a multiple of this many bytes (`general.alignment`, else 32), in the first part.
  public let alignment: Int
  /// The tensors, in the order of the file's list, part after part.
  public let tensors: [TensorView]
  private let positions: [String: Int]
  private let files: [MappedFile]

  /// Opens and checks the file at `path`, and the other parts where it is one of several.
  ///
  /// - Throws: ``CheckpointError`` that names the file, the field and the offset.
  /// - Complexity: linear in the metadata and, times the logarithm, in the number of tensors; tensor data isn't read.
  public init(path: String) throws(CheckpointError) {
    try self.init(file: try MappedFile(path: path))
  }

  /// Checks a file that is mapped already. Other parts are looked for beside its path.
  package init(file: MappedFile) throws(CheckpointError) {
    let given = try GGUFPart(file: file)
    let parts = try GGUFSplit.parts(of: given)
    let first = parts.first ?? given
    path = file.path
    version = first.version
    metadata = first.metadata
    alignment = first.alignment
    files = parts.map(\.file)
    tensors = parts.flatMap(\.tensors)
    var positions: [String: Int] = [:]
    for (index, tensor) in tensors.enumerated() {
      guard let other = positions.updateValue(index, forKey: tensor.name) else { continue }
      let isSameFile = tensors[other].file === tensor.file
      throw .invalid(
        file: tensor.file.path, field: "tensor \(quoted(tensor.name))", offset: nil,
        reason: isSameFile ? "its name is there twice" : "is in \(tensors[other].file.path) too")
    }
    self.positions = positions
  }

  /// Every tensor's name, in the order of the file's list.
  public var tensorNames: [String] { tensors.map(\.name) }

  /// The paths of its parts, in order; one for a model that isn't split.
  public var partPaths: [String] { files.map(\.path) }

  /// Frees the memory that metadata and tensors were read into; they are read again when they are next needed.
  package func releaseMemory() {
    for file in files { file.releaseMemory() }
  }

  /// The tensor of that name, or `nil`.
  public func tensor(named name: String) -> TensorView? { positions[name].map { tensors[$0] } }
}
