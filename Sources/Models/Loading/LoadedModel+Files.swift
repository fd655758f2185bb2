import Files

extension LoadedModel {
  /// The files that decide what the model computes: its weights and their configuration, all parts of a split file, in
  /// the order of their names. Vocabulary, chat template and recommended settings aren't among them in Hugging Face
  /// layout.
  public var weightFiles: [String] {
    switch format {
    case .gguf: Self.parts(of: path)
    case .huggingFace:
      FileKind.names(inDirectory: path).filter {
        $0 == "config.json" || $0.hasSuffix(".safetensors")
          || $0.hasSuffix(".safetensors.index.json")
      }.map { "\(path)/\($0)" }
    }
  }

  /// The files that decide what an adapter changes, in the order of their names.
  ///
  /// - Parameter path: where it was loaded from: a GGUF file, or a directory.
  public static func adapterFiles(at path: String) -> [String] {
    guard FileKind(path: path) == .directory else { return [path] }
    return FileKind.names(inDirectory: path).filter {
      $0.hasSuffix(".json") || $0.hasSuffix(".safetensors")
    }.map { "\(path)/\($0)" }
  }

  /// The parts of a split GGUF file, as `NAME-00001-of-00003.gguf` says; the file alone where its name says nothing.
  private static func parts(of path: String) -> [String] {
    guard let match = path.firstMatch(of: #/^(.*-)\d{5}(-of-(\d{5})\.gguf)$/#.dotMatchesNewlines()),
      let count = Int(match.3), count > 0
    else { return [path] }
    return (1...count).map { number in
      let digits = String(number)
      return match.1 + String(repeating: "0", count: 5 - digits.count) + digits + match.2
    }.filter { FileKind.isTaken($0) }
  }
}
