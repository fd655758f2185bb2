internal import Kernels
internal import Transformer

extension Architecture {
  /// Gemma: norms hold what is beyond one, the embedding is scaled by the root of its width, the gate is GELU's.
  public static let gemma = Architecture(
    name: "gemma", className: "GemmaForCausalLM", ggufName: "gemma",
    moduleNames: llamaNames.with { $0.normOffset = 1 },
    defaults: Defaults(
      vocabularyCount: 256_000, hiddenSize: 3072, layerCount: 28, headCount: 16,
      keyValueHeadCount: 16, headDimension: 256, intermediateSize: 24576, contextLength: 8192,
      tiesEmbeddings: true, activation: .geluTanh),
    traits: gemmaTraits,
    configure: { file, configuration throws(LoadError) in
      try file.setGemmaActivation(of: &configuration)
      try file.setAttentionBiases(of: &configuration)
    })

  /// What all generations of Gemma have.
  static let gemmaTraits: @Sendable (inout TransformerConfiguration) -> Void = { configuration in
    configuration.block.activation = .geluTanh
    configuration.block.embeddingScale = Float(Double(configuration.hiddenSize).squareRoot())
  }
}

extension HuggingFaceConfiguration {
  /// `hidden_activation` counts; `hidden_act` was wrong in early files, and counts for nothing.
  func setGemmaActivation(of configuration: inout TransformerConfiguration) throws(LoadError) {
    configuration.block.activation = try activation("hidden_activation") ?? .geluTanh
  }

  /// `attention_bias` for the projections into attention and out of it.
  func setAttentionBiases(of configuration: inout TransformerConfiguration) throws(LoadError) {
    let hasBias = try flag("attention_bias")
    configuration.hasQueryKeyValueBias = hasBias
    configuration.hasAttentionOutputBias = hasBias
  }
}
