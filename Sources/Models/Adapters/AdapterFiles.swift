internal import Checkpoints
internal import Files

/// An adapter's files, by what stands at the path.
enum AdapterFiles {
  case gguf(GGUFFile)
  case peft(PEFTAdapterReader)
  case mlx(MLXAdapterReader)

  /// Looks at `path`, or in the hub's cache where it is a name that lies there, and says what to give instead where
  /// there is no adapter.
  init(path: String) throws(LoadError) {
    guard !path.isEmpty else {
      throw .notAnAdapter(
        path: "",
        reason: "the path of the adapter is empty; "
          + "give a directory with adapter_config.json, or a .gguf file")
    }
    let path = try AdapterLoader.locate(path)
    switch FileKind(path: path) {
    case .missing(let reason):
      let advice = HubCache.isName(path) ? "; \(HubCache.advice(path))" : ""
      throw .notAnAdapter(
        path: path,
        reason: "\(reason); an adapter is a directory with adapter_config.json, or a .gguf file"
          + advice)
    case .other:
      throw .notAnAdapter(path: path, reason: "is neither a file nor a directory")
    case .directory:
      let configuration = "\(path)/adapter_config.json"
      guard FileKind.isTaken(configuration) else {
        throw .notAnAdapter(
          path: path,
          reason: FileKind(path: "\(path)/config.json") == .file
            ? "is a whole model; give it as the model"
            : "has no adapter_config.json")
      }
      let file = try JSONFile(path: configuration)
      self =
        MLXAdapterReader.isWritten(file)
        ? .mlx(try MLXAdapterReader(path: path, configuration: file))
        : .peft(try PEFTAdapterReader(path: path, configuration: file))
    case .file:
      let file = try LoadError.wrapping { () throws(CheckpointError) in try MappedFile(path: path) }
      guard file.withUnsafeBytes({ $0.prefix(4).elementsEqual("GGUF".utf8) }) else {
        if let signature = FileSignature(file), signature != .safetensors {
          throw .checkpoint(.foreign(file: path, signature: signature))
        }
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
