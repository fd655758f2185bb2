internal import Checkpoints

/// An adapter's files, by what stands at the path.
enum AdapterFiles {
  case gguf(GGUFFile)
  case peft(String)

  /// Looks at `path`, and says what to give instead where there is no adapter.
  init(path: String) throws(LoadError) {
    switch FileKind(path: path) {
    case .missing(let reason):
      throw .notAnAdapter(
        path: path,
        reason:
          "\(reason); an adapter is a directory with adapter_config.json, or a .gguf file")
    case .other:
      throw .notAnAdapter(path: path, reason: "is neither a file nor a directory")
    case .directory:
      guard FileKind(path: "\(path)/adapter_config.json") == .file else {
        throw .notAnAdapter(
          path: path,
          reason: FileKind(path: "\(path)/config.json") == .file
            ? "is a whole model; give it as the model"
            : "has no adapter_config.json")
      }
      self = .peft(path)
    case .file:
      let file = try LoadError.wrapping { () throws(CheckpointError) in try MappedFile(path: path) }
      guard file.withUnsafeBytes({ $0.prefix(4).elementsEqual("GGUF".utf8) }) else {
        let isPart = path.hasSuffix(".safetensors") || path.hasSuffix(".json")
        throw .notAnAdapter(
          path: path,
          reason: isPart
            ? "is one file of an adapter; give the directory that it is in"
            : "is not a GGUF file (it doesn't begin with “GGUF”)")
      }
      self = .gguf(
        try LoadError.wrapping { () throws(CheckpointError) in try GGUFFile(file: file) })
    }
  }
}
