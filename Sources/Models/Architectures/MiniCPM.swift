internal import Transformer

extension Architecture {
  /// MiniCPM: Llama with multipliers on the embedding, what blocks add, and the logits.
  ///
  /// Read as its own code for transformers (`modeling_minicpm.py`, which comes with its files) has it.
  public static let miniCPM = Architecture(
    name: "minicpm", className: "MiniCPMForCausalLM", ggufName: "minicpm",
    ggufNames: .gguf.with { $0.pairing = .interleaved },
    defaults: Defaults(
      vocabularyCount: 32000, intermediateSize: 11008, contextLength: 2048, tiesEmbeddings: true),
    configure: { file, configuration throws(LoadError) in
      try file.setAttentionBiases(of: &configuration)
      configuration.block.embeddingScale = try file.factor("scale_emb", 1)
      configuration.block.residualScale =
        try file.factor("scale_depth", 1) / Float(configuration.layerCount).squareRoot()
      configuration.block.logitScale =
        try file.factor("dim_model_base", 1) / Float(configuration.hiddenSize)
    },
    configureGGUF: { file, configuration throws(LoadError) in
      // What files from before these keys are read with by llama.cpp.
      try file.setMultipliers(
        of: &configuration, embedding: 12,
        residual: 1.4 / Double(configuration.layerCount).squareRoot(),
        logits: 256 / Double(configuration.hiddenSize))
    })
}
