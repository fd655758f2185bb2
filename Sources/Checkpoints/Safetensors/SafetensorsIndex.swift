internal import JSON

/// `model.safetensors.index.json`: which shard holds which tensor.
struct SafetensorsIndex {
  /// One pair of `weight_map`.
  struct Entry {
    let tensor: String
    /// Into `shardNames`.
    let shard: Int
    /// Where the pair stands in the file.
    let offset: Int
  }

  private(set) var entries: [Entry] = []
  /// File names in the index's directory, each once, in order of their first use.
  private(set) var shardNames: [String] = []

  init(file: MappedFile) throws(CheckpointError) {
    let path = file.path
    let limit = SafetensorsHeader.maximumHeaderLength
    guard file.count <= limit else {
      throw .invalid(
        file: path, field: "the index", offset: nil,
        reason: "is \(file.count) bytes long, where \(limit) are allowed")
    }
    if let signature = FileSignature(file) { throw .foreign(file: path, signature: signature) }
    var json = JSONScanner(file: file, field: "the index", range: 0..<file.count)
    var positions: [String: Int] = [:]
    var hasMap = false
    try json.object { (json, key, _) throws(CheckpointError) in
      guard key == "weight_map" else { return try json.skipValue() }
      hasMap = true
      try json.object { (json, tensor, offset) throws(CheckpointError) in
        let name = try json.string()
        if let known = positions[name] {
          entries.append(Entry(tensor: tensor, shard: known, offset: offset))
          return
        }
        guard Self.isPlainFileName(name) else {
          throw .invalid(
            file: path, field: "weight_map of \(quoted(tensor))", offset: offset,
            reason: "\(quoted(name)) is not the name of a file in the index's directory")
        }
        positions[name] = shardNames.count
        entries.append(Entry(tensor: tensor, shard: shardNames.count, offset: offset))
        shardNames.append(name)
      }
    }
    try json.expectEnd()
    guard hasMap else {
      throw .invalid(file: path, field: "weight_map", offset: nil, reason: "is missing")
    }
  }

  /// Whether the name stays in the directory that it is looked up in.
  private static func isPlainFileName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".."
      && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
  }
}
