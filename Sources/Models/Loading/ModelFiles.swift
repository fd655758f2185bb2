internal import Checkpoints
internal import Files

/// A model's files, by what stands at the path.
enum ModelFiles {
  case gguf(GGUFFile)
  case directory(String)

  /// Looks at `path`, or in the hub's cache where it is a name that lies there, and says what to give instead where
  /// there is no model.
  init(path: String) throws(LoadError) {
    let path = try ModelLoader.locate(path)
    switch FileKind(path: path) {
    case .missing(let reason): throw .notAModel(path: path, reason: reason)
    case .other:
      throw .notAModel(path: path, reason: "is neither a file nor a directory")
    case .file:
      self = .gguf(try Self.openGGUF(path: path))
    case .directory:
      try Self.checkLayout(directory: path)
      self = .directory(path)
    }
  }

  private static func openGGUF(path: String) throws(LoadError) -> GGUFFile {
    let file = try LoadError.wrapping { () throws(CheckpointError) in try MappedFile(path: path) }
    let isGGUF = file.withUnsafeBytes { $0.prefix(4).elementsEqual("GGUF".utf8) }
    guard isGGUF else {
      if let signature = FileSignature(file), signature != .safetensors {
        throw .checkpoint(.foreign(file: path, signature: signature))
      }
      let isPartOfDirectory = [".safetensors", ".json", ".model"].contains { path.hasSuffix($0) }
      throw .notAModel(
        path: path,
        reason: isPartOfDirectory
          ? "is one file of a model in Hugging Face layout; give the directory that it is in"
          : "is not a GGUF file (it doesn't begin with “GGUF”)")
    }
    return try LoadError.wrapping { () throws(CheckpointError) in try GGUFFile(file: file) }
  }

  private static func checkLayout(directory path: String) throws(LoadError) {
    guard !FileKind.isTaken("\(path)/config.json") else { return }
    let names = FileKind.names(inDirectory: path)
    if names.contains("adapter_config.json") {
      throw .notAModel(
        path: path,
        reason: "is a LoRA adapter; name the model that it adapts, and this as its adapter")
    }
    if let name = names.first(where: { $0.hasSuffix(".gguf") }) {
      throw .notAModel(
        path: path, reason: "has no config.json, but GGUF files; give one of them: \(path)/\(name)")
    }
    throw .notAModel(
      path: path,
      reason: "has no config.json; a directory in Hugging Face layout holds config.json, "
        + "*.safetensors, and tokenizer.model or tokenizer.json")
  }
}
