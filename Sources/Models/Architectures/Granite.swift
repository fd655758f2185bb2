internal import Transformer

extension Architecture {
  /// Granite 3 and 4, dense: Llama with four multipliers.
  public static let granite = Architecture(
    name: "granite", className: "GraniteForCausalLM", ggufName: "granite",
    ggufNames: .gguf.with { $0.pairing = .interleaved },
    defaults: Defaults(vocabularyCount: 32000, intermediateSize: 11008, contextLength: 2048),
    configure: { file, configuration throws(LoadError) in
      try file.setAttentionBiases(of: &configuration)
      configuration.hasFeedForwardBias = try file.flag("mlp_bias")
      try file.setGraniteMultipliers(of: &configuration)
    },
    configureGGUF: { file, configuration throws(LoadError) in
      try file.setMultipliers(of: &configuration, embedding: 1, residual: 1, logits: 1)
    })
}

extension HuggingFaceConfiguration {
  /// The four multipliers; that of logits divides.
  func setGraniteMultipliers(of configuration: inout TransformerConfiguration) throws(LoadError) {
    configuration.block.embeddingScale = try factor("embedding_multiplier", 1)
    configuration.block.attentionScale = try factor("attention_multiplier", 1)
    configuration.block.residualScale = try factor("residual_multiplier", 1)
    configuration.block.logitScale = 1 / (try factor("logits_scaling", 1))
  }
}
