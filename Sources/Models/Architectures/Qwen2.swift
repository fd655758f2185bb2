internal import Transformer

extension Architecture {
  /// Qwen2 and Qwen2.5: biases on query, key and value.
  public static let qwen2 = Architecture(
    name: "qwen2", className: "Qwen2ForCausalLM", ggufName: "qwen2",
    moduleNames: llamaNames,
    defaults: Defaults(
      vocabularyCount: 151936, keyValueHeadCount: 32, intermediateSize: 22016, contextLength: 32768),
    configure: { file, configuration throws(LoadError) in
      configuration.hasQueryKeyValueBias = true
      try file.setWindowOfUpperLayers(of: &configuration)
    },
    configureGGUF: { file, configuration throws(LoadError) in
      configuration.slidingWindow = try file.slidingWindow()
    })
}
