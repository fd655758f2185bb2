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
      configuration.block.embeddingScale = try file.factor("embedding_multiplier", 1)
      configuration.block.attentionScale = try file.factor("attention_multiplier", 1)
      configuration.block.residualScale = try file.factor("residual_multiplier", 1)
      configuration.block.logitScale = 1 / (try file.factor("logits_scaling", 1))
    },
    configureGGUF: { file, configuration throws(LoadError) in
      try file.setMultipliers(of: &configuration, embedding: 1, residual: 1, logits: 1)
    })
}
