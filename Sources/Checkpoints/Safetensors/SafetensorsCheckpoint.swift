internal import Files

/// The weights of a directory in Hugging Face layout: `model.safetensors`, or the shards that
/// `model.safetensors.index.json` names.
///
/// As in transformers, the single file wins where both are there, and `weight_map` says which shard holds a tensor.
public struct SafetensorsCheckpoint: TensorSource {
  /// The directory.
  public let path: String
  /// The files, in the order in which the index names them first.
  public let shards: [SafetensorsFile]
  private let shardOfTensor: [String: Int]

  /// The name of the index.
  public static let indexName = "model.safetensors.index.json"
  /// The name of the weights where there is one file.
  public static let singleFileName = "model.safetensors"

  /// Opens and checks every file of the checkpoint.
  ///
  /// - Throws: ``CheckpointError`` that names the file, the field and the offset: if neither file is there, or a file
  ///   is bad, or the index names a shard that is missing or not in the directory, or a tensor is missing from its
  ///   shard, or in two.
  /// - Complexity: linear in the index and the headers; tensor data isn't read.
  public init(directory: String) throws(CheckpointError) {
    let single = "\(directory)/\(Self.singleFileName)"
    let index = "\(directory)/\(Self.indexName)"
    if FileKind.isTaken(single) {
      try self.init(directory: directory, shards: [try SafetensorsFile(path: single)])
    } else if FileKind.isTaken(index) {
      try self.init(directory: directory, index: try MappedFile(path: index))
    } else {
      throw .cannotOpen(
        file: directory,
        reason: "neither \(Self.singleFileName) nor \(Self.indexName) is there")
    }
  }

  /// Opens and checks the shards that an index names.
  package init(directory: String, index: MappedFile) throws(CheckpointError) {
    let map = try SafetensorsIndex(file: index)
    var shards: [SafetensorsFile] = []
    for name in map.shardNames {
      let shard = "\(directory)/\(name)"
      guard FileKind.isTaken(shard) else {
        throw .cannotOpen(file: shard, reason: "no such file, though \(index.path) names it")
      }
      shards.append(try SafetensorsFile(path: shard))
    }
    try self.init(directory: directory, shards: shards)
    for entry in map.entries where shardOfTensor[entry.tensor] != entry.shard {
      throw .invalid(
        file: index.path, field: "tensor \(quoted(entry.tensor))", offset: entry.offset,
        reason: "is not in \(map.shardNames[entry.shard]), where weight_map has it")
    }
  }

  private init(directory: String, shards: [SafetensorsFile]) throws(CheckpointError) {
    var shardOfTensor: [String: Int] = [:]
    for (index, shard) in shards.enumerated() {
      for name in shard.tensorNames {
        guard let other = shardOfTensor.updateValue(index, forKey: name) else { continue }
        throw .invalid(
          file: shard.path, field: "tensor \(quoted(name))", offset: nil,
          reason: "is in \(shards[other].path) too")
      }
    }
    path = directory
    self.shards = shards
    self.shardOfTensor = shardOfTensor
  }

  /// Every tensor's name, shard by shard.
  public var tensorNames: [String] { shards.flatMap(\.tensorNames) }

  /// What the headers say of each tensor, shard by shard.
  public var tensorDescriptions: [TensorDescription] { shards.flatMap(\.tensorDescriptions) }

  /// The bytes of a tensor of any type.
  func rawTensor(named name: String) -> RawTensor? {
    shardOfTensor[name].flatMap { shards[$0].rawTensor(named: name) }
  }

  /// The tensor of that name; `nil` if there is none, or if its type is none of F32, F16 and BF16.
  public func tensor(named name: String) -> TensorView? {
    shardOfTensor[name].flatMap { shards[$0].tensor(named: name) }
  }
}
