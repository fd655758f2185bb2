internal import JSON
internal import Kernels
internal import Transformer

extension Architecture {
  /// OLMoE: OLMo with experts, its queries and keys normalised over their whole width.
  public static let olmoE = Architecture(
    name: "olmoe", className: "OlmoeForCausalLM", ggufName: "olmoe",
    defaults: Defaults(
      vocabularyCount: 50304, hiddenSize: 2048, layerCount: 16, headCount: 16,
      intermediateSize: 2048, contextLength: 4096, normEpsilon: 1e-5),
    traits: {
      $0.hasQueryKeyNorm = true
      $0.block.headNorm = .wholeWidth
    },
    configure: { file, configuration throws(LoadError) in
      try file.setAttentionBiases(of: &configuration)
      try file.refuse("clip_qkv", unless: .null, "queries, keys and values that are clipped")
      configuration.block.experts = try file.experts(
        count: ("num_experts", 64), perToken: 8,
        normalizesWeights: try file.flag("norm_topk_prob"))
    },
    configureGGUF: { file, configuration throws(LoadError) in
      try file.setExperts(of: &configuration, normalizesWeights: false)
    })
}
