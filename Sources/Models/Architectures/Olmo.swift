internal import JSON
internal import Transformer

extension Architecture {
  /// OLMo: LayerNorm without weights.
  public static let olmo = Architecture(
    name: "olmo", className: "OlmoForCausalLM", ggufName: "olmo",
    ggufNames: .gguf.with { $0.pairing = .interleaved },
    defaults: Defaults(
      vocabularyCount: 50304, intermediateSize: 11008, contextLength: 2048, normEpsilon: 1e-5),
    traits: {
      $0.block.centresNorms = true
      $0.block.normsHaveWeights = false
      $0.normEpsilon = 1e-5
    },
    configure: { file, configuration throws(LoadError) in
      try file.setAttentionBiases(of: &configuration)
      try file.refuse("clip_qkv", unless: .null, "queries, keys and values that are clipped")
    })
}
