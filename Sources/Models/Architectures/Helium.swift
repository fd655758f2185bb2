internal import Transformer

extension Architecture {
  /// Helium: Llama with neighbours turned together.
  public static let helium = Architecture(
    name: "helium", className: "HeliumForCausalLM",
    moduleNames: .huggingFace.with { $0.pairing = .interleaved },
    defaults: Defaults(
      vocabularyCount: 48000, hiddenSize: 2560, layerCount: 24, headCount: 20,
      keyValueHeadCount: 20, headDimension: 128, intermediateSize: 7040, contextLength: 4096,
      normEpsilon: 1e-8, theta: 100_000),
    configure: { file, configuration throws(LoadError) in
      configuration.hasQueryKeyValueBias = try file.flag("attention_bias")
      configuration.hasFeedForwardBias = try file.flag("mlp_bias")
    })
}
