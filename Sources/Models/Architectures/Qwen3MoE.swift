internal import JSON
internal import Transformer

extension Architecture {
  /// Qwen3 with experts.
  public static let qwen3MoE = Architecture(
    name: "qwen3_moe", className: "Qwen3MoeForCausalLM", ggufName: "qwen3moe",
    keys: ["intermediate_size": "moe_intermediate_size"],
    defaults: Defaults(
      vocabularyCount: 151_936, hiddenSize: 2048, layerCount: 24, keyValueHeadCount: 4,
      intermediateSize: 768, contextLength: 32768),
    traits: { $0.hasQueryKeyNorm = true },
    configure: { file, configuration throws(LoadError) in
      try file.setAttentionBiases(of: &configuration)
      try file.setWindowOfUpperLayers(of: &configuration)
      try file.refuse("decoder_sparse_step", unless: .integer(1), "experts in some layers only")
      try file.refuse("mlp_only_layers", unless: .array([]), "experts in some layers only")
      configuration.block.experts = try file.experts(
        count: ("num_experts", 128), perToken: 8,
        normalizesWeights: try file.flag("norm_topk_prob"))
    },
    configureGGUF: { file, configuration throws(LoadError) in
      try file.setExperts(of: &configuration, normalizesWeights: true)
    })
}
