/// One GGUF file by itself: a whole model, or one part of a model that was split over several files.
struct GGUFPart: Sendable {
  let file: MappedFile
  /// 2 or 3.
  let version: Int
  let metadata: GGUFMetadata
  /// Tensor data begins at a multiple of this many bytes.
  let alignment: Int
  /// In the order of the file's list.
  let tensors: [TensorView]

  /// Checks a file that is mapped already, in one scan of its metadata and its tensor list.
  init(file: MappedFile) throws(CheckpointError) {
    var reader = ByteReader(file: file)
    self.file = file
    version = try reader.ggufVersion()
    let tensorCount = try reader.ggufCount("the tensor count", smallest: 24)
    let pairCount = try reader.ggufCount("the metadata pair count", smallest: 13)
    metadata = try reader.ggufMetadata(count: pairCount)
    alignment = try metadata.alignment()
    tensors = try reader.ggufTensors(count: tensorCount, alignment: alignment)
  }
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
