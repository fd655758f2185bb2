internal import Kernels
internal import Transformer

extension Architecture {
  /// OLMo 2: norms after the blocks, queries and keys normalised over their whole width.
  public static let olmo2 = Architecture(
    name: "olmo2", className: "Olmo2ForCausalLM", ggufName: "olmo2",
    defaults: Defaults(
      vocabularyCount: 50304, intermediateSize: 11008, contextLength: 2048, normEpsilon: 1e-5),
    traits: olmo2Traits,
    configure: { file, configuration throws(LoadError) in
      try file.setAttentionBiases(of: &configuration)
    },
    configureGGUF: { file, configuration throws(LoadError) in
      // OLMo 3 goes by the same name.
      try file.setWindows(of: &configuration, absent: nil, pattern: 4)
      if configuration.slidingWindow != nil {
        configuration.block.windowedRotaryEmbedding = try file.windowedRotaryEmbedding(
          of: configuration, absent: configuration.rotaryEmbedding.theta)
      }
    })

  /// OLMo 3: OLMo 2 with three layers with a window to one without, which alone is stretched.
  public static let olmo3 = Architecture(
    name: "olmo3", className: "Olmo3ForCausalLM",
    defaults: Defaults(
      vocabularyCount: 50304, intermediateSize: 11008, contextLength: 2048, normEpsilon: 1e-5,
      theta: 5e5),
    traits: olmo2Traits,
    configure: { file, configuration throws(LoadError) in
      try file.setAttentionBiases(of: &configuration)
      try file.setWindows(of: &configuration, absent: 4096, pattern: 4)
      configuration.block.windowedRotaryEmbedding = try file.rotaryEmbedding(
        headDimension: configuration.headDimension, contextLength: configuration.contextLength,
        layerType: "sliding_attention")
    })

  private static let olmo2Traits: @Sendable (inout TransformerConfiguration) -> Void = {
    $0.block.normalizesInputs = false
    $0.block.normalizesOutputs = true
    $0.hasQueryKeyNorm = true
    $0.block.headNorm = .wholeWidth
  }
}
