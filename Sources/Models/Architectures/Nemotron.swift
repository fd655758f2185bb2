internal import Kernels
internal import Transformer

extension Architecture {
  /// Nemotron and Minitron: LayerNorm whose weights hold what is beyond one, squared ReLU without a gate.
  public static let nemotron = Architecture(
    name: "nemotron", className: "NemotronForCausalLM", ggufName: "nemotron",
    moduleNames: .huggingFace.with { $0.normOffset = 1 },
    keys: ["rms_norm_eps": "norm_eps"],
    defaults: Defaults(
      vocabularyCount: 256_000, hiddenSize: 6144, headCount: 48, intermediateSize: 24576,
      contextLength: 4096, normEpsilon: 1e-5, rotaryFraction: 0.5, activation: .reluSquared),
    traits: { layerNormTraits(&$0) },
    configure: { file, configuration throws(LoadError) in
      try file.setAttentionBiases(of: &configuration)
      configuration.hasFeedForwardBias = try file.flag("mlp_bias")
    })
}
