internal import Transformer

extension Architecture {
  /// Qwen3: normalised queries and keys.
  public static let qwen3 = Architecture(
    name: "qwen3", className: "Qwen3ForCausalLM", ggufName: "qwen3",
    moduleNames: llamaNames,
    defaults: Defaults(
      vocabularyCount: 151936, keyValueHeadCount: 32, headDimension: 128, intermediateSize: 22016,
      contextLength: 32768),
    traits: { $0.hasQueryKeyNorm = true },
    configure: { file, configuration throws(LoadError) in
      let hasBias = try file.flag("attention_bias")
      configuration.hasQueryKeyValueBias = hasBias
      configuration.hasAttentionOutputBias = hasBias
      try file.setWindowOfUpperLayers(of: &configuration)
    },
    configureGGUF: { file, configuration throws(LoadError) in
      configuration.slidingWindow = try file.slidingWindow()
    })
}
