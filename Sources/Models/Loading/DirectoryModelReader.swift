internal import Checkpoints
internal import Files
internal import Tokenization
internal import Transformer

/// Reads a model from a directory in Hugging Face layout.
struct DirectoryModelReader {
  let path: String

  func load(computeType: ComputeType) throws(LoadError) -> LoadedModel {
    let configuration = try HuggingFaceConfiguration(path: file("config.json"))
    let tokenizerConfiguration = try tokenizerConfiguration()
    let (model, tokenizer) = try concurrently(
      { () throws(LoadError) -> TransformerModel in
        try transformer(configuration, computeType: computeType)
      },
      { () throws(LoadError) -> any Tokenizer in
        try self.tokenizer(configuration: tokenizerConfiguration)
      })
    let generation = try optionalJSON("generation_config.json")
    let template = try ChatTemplateReader.fromDirectory(
      path, configuration: tokenizerConfiguration.file)
    let specialTokens = try SpecialTokenTexts(
      configuration: tokenizerConfiguration.file, map: optionalJSON("special_tokens_map.json"),
      tokenizer: tokenizer)

    var endOfSequence = EndOfSequenceTokens(vocabularyCount: model.vocabularyCount)
    if let generation { try endOfSequence.insert(from: generation) }
    try endOfSequence.insert(from: configuration.file)
    return LoadedModel(
      path: path, format: .huggingFace, architecture: configuration.architecture, model: model,
      tokenizer: tokenizer, chatTemplate: template.template, chatTemplateProblem: template.problem,
      specialTokens: specialTokens, endOfSequenceTokens: endOfSequence.tokens,
      generationDefaults: GenerationDefaults(
        file: generation?.path, values: generation?.members ?? []),
      warnings: endOfSequence.warnings)
  }

  func transformer(computeType: ComputeType) throws(LoadError) -> TransformerModel {
    try transformer(
      HuggingFaceConfiguration(path: file("config.json")), computeType: computeType)
  }

  func tokenizer() throws(LoadError) -> any Tokenizer {
    try tokenizer(configuration: try tokenizerConfiguration())
  }

  private func transformer(
    _ configuration: HuggingFaceConfiguration, computeType: ComputeType
  ) throws(LoadError) -> TransformerModel {
    let shape = try configuration.transformer()
    let weights = try WeightFiles.open(
      directory: path, quantization: try MLXQuantization(configuration.file))
    return try LoadError.wrapping { () throws(CheckpointError) in
      try TransformerModel(
        configuration: shape, source: weights, naming: shape.moduleNames,
        computeType: computeType)
    }
  }

  private func tokenizerConfiguration() throws(LoadError) -> TokenizerConfiguration {
    TokenizerConfiguration(file: try optionalJSON("tokenizer_config.json"))
  }

  /// The path of a file in the directory.
  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Whether something of that name stands in the directory. What does must be read, or is refused with the reason: a
  /// file that is optional, and there, and can't be read, is not passed over.
  func holds(_ name: String) -> Bool { FileKind.isTaken(file(name)) }

  private func optionalJSON(_ name: String) throws(LoadError) -> JSONFile? {
    holds(name) ? try JSONFile(path: file(name)) : nil
  }
}
