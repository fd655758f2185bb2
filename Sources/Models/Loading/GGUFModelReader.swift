internal import Checkpoints
internal import Tokenization
internal import Transformer

/// Reads a model from one GGUF file.
struct GGUFModelReader {
  let file: GGUFFile

  func load(computeType: ComputeType) throws(LoadError) -> LoadedModel {
    let configuration = try GGUFConfiguration(file: file)
    let (model, tokenizer) = try concurrently(
      { () throws(LoadError) -> TransformerModel in
        try transformer(configuration, computeType: computeType)
      },
      { () throws(LoadError) -> any Tokenizer in try self.tokenizer() })
    let template = try ChatTemplateReader.fromGGUF(file)
    let endOfSequence = try endOfSequence(vocabularyCount: model.vocabularyCount)
    let specialTokens = try SpecialTokenTexts(metadata: file.metadata, tokenizer: tokenizer)
    file.releaseMemory()
    return LoadedModel(
      path: file.path, format: .gguf, architecture: configuration.architecture, model: model,
      tokenizer: tokenizer, chatTemplate: template.template, chatTemplateProblem: template.problem,
      specialTokens: specialTokens,
      endOfSequenceTokens: endOfSequence.tokens, generationDefaults: .none,
      warnings: endOfSequence.warnings)
  }

  func transformer(computeType: ComputeType) throws(LoadError) -> TransformerModel {
    try transformer(
      GGUFConfiguration(file: file), computeType: computeType)
  }

  private func transformer(
    _ configuration: GGUFConfiguration, computeType: ComputeType
  ) throws(LoadError) -> TransformerModel {
    let shape = try configuration.transformer()
    return try LoadError.wrapping { () throws(CheckpointError) in
      try TransformerModel(
        configuration: shape, source: file, naming: configuration.names,
        computeType: computeType)
    }
  }

  private func endOfSequence(vocabularyCount: Int) throws(LoadError) -> EndOfSequenceTokens {
    var result = EndOfSequenceTokens(vocabularyCount: vocabularyCount)
    for name in ["eos_token_id", "eot_token_id", "eom_token_id"] {
      let key = "tokenizer.ggml.\(name)"
      let id = try LoadError.wrapping { () throws(CheckpointError) in
        try file.metadata.integerIfPresent(key)
      }
      if let id { result.insert(id, from: "\(file.path): “\(key)”") }
    }
    return result
  }
}
