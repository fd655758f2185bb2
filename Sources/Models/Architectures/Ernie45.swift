internal import Transformer

extension Architecture {
  /// ERNIE 4.5, dense: Llama with neighbours turned together.
  public static let ernie45 = Architecture(
    name: "ernie4_5", className: "Ernie4_5ForCausalLM", ggufName: "ernie4_5",
    moduleNames: .huggingFace.with { $0.pairing = .interleaved },
    ggufNames: .gguf.with { $0.pairing = .interleaved },
    defaults: Defaults(
      vocabularyCount: 103_424, hiddenSize: 1024, layerCount: 18, headCount: 16,
      keyValueHeadCount: 2, headDimension: 128, intermediateSize: 3072, contextLength: 131_072,
      normEpsilon: 1e-5, theta: 5e5, tiesEmbeddings: true),
    configure: { file, configuration throws(LoadError) in
      let hasBias = try file.flag("use_bias")
      configuration.hasQueryKeyValueBias = hasBias
      configuration.hasAttentionOutputBias = hasBias
      configuration.hasFeedForwardBias = hasBias
    })
}
