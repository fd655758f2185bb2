internal import Kernels
internal import Transformer

extension Architecture {
  /// Command R: attention and feed-forward side by side after one LayerNorm; neighbours turned together.
  public static let cohere = Architecture(
    name: "cohere", className: "CohereForCausalLM", ggufName: "command-r",
    moduleNames: .huggingFace.with { $0.pairing = .interleaved },
    ggufNames: .gguf.with { $0.pairing = .interleaved },
    keys: ["rms_norm_eps": "layer_norm_eps"],
    defaults: cohereDefaults,
    traits: cohereTraits,
    configure: { file, configuration throws(LoadError) in
      try file.setAttentionBiases(of: &configuration)
      configuration.block.logitScale = try file.factor("logit_scale", 0.0625)
      configuration.hasQueryKeyNorm = try file.flag("use_qk_norm")
    },
    configureGGUF: { file, configuration throws(LoadError) in
      configuration.block.logitScale = Float(try file.factor("logit_scale") ?? 0.0625)
      configuration.hasQueryKeyNorm = file.holds("blk.0.attn_q_norm.weight")
    })

  /// Command R7B: three layers with a window to one without, whose queries and keys aren't turned.
  public static let cohere2 = Architecture(
    name: "cohere2", className: "Cohere2ForCausalLM", ggufName: "cohere2",
    moduleNames: .huggingFace.with { $0.pairing = .interleaved },
    ggufNames: .gguf.with { $0.pairing = .interleaved },
    keys: ["rms_norm_eps": "layer_norm_eps"],
    defaults: cohereDefaults,
    traits: cohereTraits,
    configure: { file, configuration throws(LoadError) in
      try file.setAttentionBiases(of: &configuration)
      configuration.block.logitScale = try file.factor("logit_scale", 0.0625)
      try file.setWindows(
        of: &configuration, absent: 4096, pattern: try file.slidingWindowPattern(4))
      configuration.block.unrotatedLayers = Set(
        (0..<configuration.layerCount).filter { !configuration.hasWindow(inLayer: $0) })
    },
    configureGGUF: { file, configuration throws(LoadError) in
      configuration.block.logitScale = Float(try file.factor("logit_scale") ?? 0.0625)
      try file.setWindows(of: &configuration, absent: 4096, pattern: 4)
      configuration.block.unrotatedLayers = Set(
        (0..<configuration.layerCount).filter { !configuration.hasWindow(inLayer: $0) })
    })

  private static let cohereTraits: @Sendable (inout TransformerConfiguration) -> Void = {
    $0.block.centresNorms = true
    $0.block.isParallel = true
    $0.block.sharesNorm = true
    $0.block.headNorm = .headByHead
  }

  private static let cohereDefaults = Defaults(
    vocabularyCount: 256_000, hiddenSize: 8192, layerCount: 40, headCount: 64,
    intermediateSize: 22528, contextLength: 8192, normEpsilon: 1e-5, tiesEmbeddings: true)
}
