internal import JSON
internal import Kernels
internal import Transformer

extension Architecture {
  /// Gemma 3 without its eyes: Gemma 2 with normalised queries and keys, five layers with a window to one without, and
  /// another rotary base for the former.
  public static let gemma3 = Architecture(
    name: "gemma3_text", className: "Gemma3ForCausalLM", ggufName: "gemma3",
    moduleNames: llamaNames.with {
      $0.normOffset = 1
      $0.parts[.feedForwardNorm] = "pre_feedforward_layernorm"
    },
    defaults: Defaults(
      vocabularyCount: 262_208, hiddenSize: 2304, layerCount: 26, headCount: 8,
      keyValueHeadCount: 4, headDimension: 256, intermediateSize: 9216, contextLength: 131_072,
      theta: 1e6, tiesEmbeddings: true, activation: .geluTanh),
    traits: {
      gemmaTraits(&$0)
      $0.block.normalizesOutputs = true
      $0.hasQueryKeyNorm = true
    },
    configure: { file, configuration throws(LoadError) in
      try file.setGemmaActivation(of: &configuration)
      try file.setAttentionBiases(of: &configuration)
      try file.setGemmaAttention(of: &configuration, caps: nil)
      try file.setWindows(
        of: &configuration, absent: 4096, pattern: try file.slidingWindowPattern(6))
      try file.refuse(
        "use_bidirectional_attention", unless: .bool(false), "attention that looks ahead")
      configuration.block.windowedRotaryEmbedding = try file.gemma3WindowedRotary(configuration)
    },
    configureGGUF: { file, configuration throws(LoadError) in
      try file.setGemmaAttention(of: &configuration, caps: nil, layersOfLargest: 62)
      try file.setWindows(of: &configuration, absent: nil, pattern: 6)
      configuration.block.windowedRotaryEmbedding = try file.windowedRotaryEmbedding(
        of: configuration, absent: 10000)
    })
}

extension HuggingFaceConfiguration {
  /// The angles of layers with a window: `rope_local_base_freq`, or an object of their own in `rope_parameters`.
  fileprivate func gemma3WindowedRotary(
    _ configuration: TransformerConfiguration
  ) throws(LoadError) -> RotaryEmbedding {
    if let parameters = try file.object("rope_parameters"),
      parameters["sliding_attention"] != nil
    {
      return try rotaryEmbedding(
        headDimension: configuration.headDimension, contextLength: configuration.contextLength,
        layerType: "sliding_attention")
    }
    let key = "rope_local_base_freq"
    let theta = try file.double(key) ?? 10000
    if let problem = ConfigurationLimits.thetaProblem(theta) { throw file.invalid(key, problem) }
    var rotary = configuration.rotaryEmbedding
    rotary.theta = theta
    rotary.scaling = .none
    return rotary
  }
}
