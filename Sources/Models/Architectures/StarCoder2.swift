internal import Kernels
internal import Transformer

extension Architecture {
  /// StarCoder2: LayerNorm, GELU without a gate, biases.
  public static let starCoder2 = Architecture(
    name: "starcoder2", className: "Starcoder2ForCausalLM", ggufName: "starcoder2",
    moduleNames: .huggingFace.with {
      $0.parts[.up] = "mlp.c_fc"
      $0.parts[.down] = "mlp.c_proj"
    },
    keys: ["rms_norm_eps": "norm_epsilon"],
    defaults: Defaults(
      vocabularyCount: 49152, hiddenSize: 3072, layerCount: 30, headCount: 24,
      keyValueHeadCount: 2, intermediateSize: 12288, contextLength: 4096, normEpsilon: 1e-5,
      tiesEmbeddings: true, activation: .geluTanh),
    traits: { layerNormTraits(&$0) },
    configure: { file, configuration throws(LoadError) in
      let hasBias = try file.flag("use_bias", true)
      configuration.hasQueryKeyValueBias = hasBias
      configuration.hasAttentionOutputBias = hasBias
      configuration.hasFeedForwardBias = hasBias
      configuration.slidingWindow = try file.slidingWindow(absent: nil)
    },
    configureGGUF: { file, configuration throws(LoadError) in
      configuration.slidingWindow = try file.slidingWindow()
    })
}
