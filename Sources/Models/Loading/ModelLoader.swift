internal import Checkpoints
public import Tokenization
public import Transformer
internal import Vocab

/// Loads models: a path in; model, tokenizer and generation defaults out.
///
/// A path is a GGUF file or a directory in Hugging Face layout (`config.json`, `*.safetensors`, `tokenizer.model` or
/// `tokenizer.json`, and `tokenizer_config.json`, `generation_config.json`, `chat_template.jinja` where there are).
public enum ModelLoader {
  /// Loads the model at `path`. Weights are mapped, not read; for `ComputeType.int8` they are packed. The vocabulary is
  /// read meanwhile, on another thread.
  ///
  /// - Parameter computeType: what weights are multiplied in; `ComputeType.auto`: integers where the files are
  ///   quantised.
  /// - Throws: ``LoadError`` that names the file and the field.
  public static func load(
    path: String, computeType: ComputeType = .auto
  ) throws(LoadError) -> LoadedModel {
    switch try ModelFiles(path: path) {
    case .gguf(let file): try GGUFModelReader(file: file).load(computeType: computeType)
    case .directory(let path): try DirectoryModelReader(path: path).load(computeType: computeType)
    }
  }

  /// Loads the model that the package ships.
  ///
  /// - Throws: ``LoadError/embedded(_:)`` with the places that were searched, or what ``load(path:computeType:)`` throws.
  public static func loadEmbedded(
    computeType: ComputeType = .auto
  ) throws(LoadError) -> LoadedModel {
    let path: String
    do { path = try EmbeddedModel.locate() } catch { throw .embedded(error) }
    return try load(path: path, computeType: computeType)
  }

  /// Loads the transformer alone, for work on token ids: the files need hold no vocabulary.
  public static func loadTransformer(
    path: String, computeType: ComputeType = .auto
  ) throws(LoadError) -> TransformerModel {
    switch try ModelFiles(path: path) {
    case .gguf(let file): try GGUFModelReader(file: file).transformer(computeType: computeType)
    case .directory(let path):
      try DirectoryModelReader(path: path).transformer(computeType: computeType)
    }
  }

  /// Reads the shape of the transformer alone; in a directory, no weights are looked at.
  public static func loadConfiguration(
    path: String
  ) throws(LoadError) -> TransformerConfiguration {
    switch try ModelFiles(path: path) {
    case .gguf(let file): try GGUFConfiguration(file: file).transformer()
    case .directory(let path):
      try HuggingFaceConfiguration(path: "\(path)/config.json").transformer()
    }
  }

  /// Loads the vocabulary alone, for work on text: no weights are looked at.
  public static func loadTokenizer(path: String) throws(LoadError) -> any Tokenizer {
    switch try ModelFiles(path: path) {
    case .gguf(let file): try GGUFModelReader(file: file).tokenizer()
    case .directory(let path): try DirectoryModelReader(path: path).tokenizer()
    }
  }
}
