internal import Transformer

extension Architecture {
  /// Granite 3 with experts, all of a layer's in two tensors.
  public static let graniteMoE = Architecture(
    name: "granitemoe", className: "GraniteMoeForCausalLM", ggufName: "granitemoe",
    moduleNames: .huggingFace.with {
      $0.parts[.router] = "block_sparse_moe.router.layer"
      $0.stacked = [
        FusedTensor("block_sparse_moe.input_linear", [.gate, .up]),
        FusedTensor("block_sparse_moe.output_linear", [.down]),
      ]
    },
    ggufNames: .gguf.with { $0.pairing = .interleaved },
    defaults: Defaults(vocabularyCount: 32000, intermediateSize: 11008, contextLength: 2048),
    configure: { file, configuration throws(LoadError) in
      try file.setAttentionBiases(of: &configuration)
      try file.setGraniteMultipliers(of: &configuration)
      configuration.block.experts = try file.experts(
        count: ("num_local_experts", 8), perToken: 2, normalizesWeights: true)
    },
    configureGGUF: { file, configuration throws(LoadError) in
      try file.setMultipliers(of: &configuration, embedding: 1, residual: 1, logits: 1)
      try file.setExperts(of: &configuration, normalizesWeights: true)
    })
}
