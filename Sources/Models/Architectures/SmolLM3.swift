internal import JSON
internal import Transformer

extension Architecture {
  /// SmolLM3: Llama whose every fourth layer isn't turned.
  public static let smolLM3 = Architecture(
    name: "smollm3", className: "SmolLM3ForCausalLM", ggufName: "smollm3",
    ggufNames: .gguf.with { $0.pairing = .interleaved },
    defaults: Defaults(
      vocabularyCount: 128_256, hiddenSize: 2048, layerCount: 36, headCount: 16,
      keyValueHeadCount: 4, intermediateSize: 11008, contextLength: 32768, theta: 2e6,
      tiesEmbeddings: true),
    configure: { file, configuration throws(LoadError) in
      try file.setAttentionBiases(of: &configuration)
      configuration.hasFeedForwardBias = try file.flag("mlp_bias")
      configuration.block.unrotatedLayers = try file.layersWithoutRotation(
        configuration.layerCount)
      if try file.flag("use_sliding_window") {
        try file.setWindows(of: &configuration, absent: nil, pattern: nil)
      }
    },
    configureGGUF: { file, configuration throws(LoadError) in
      configuration.block.unrotatedLayers = Set(
        (0..<configuration.layerCount).filter { ($0 + 1) % 4 == 0 })
    })
}

extension HuggingFaceConfiguration {
  /// `no_rope_layers`, where 0 means without, else every `no_rope_layer_interval`th.
  fileprivate func layersWithoutRotation(_ layerCount: Int) throws(LoadError) -> Set<Int> {
    let key = "no_rope_layers"
    guard let value = file[key] else {
      let interval = try file.integer("no_rope_layer_interval") ?? 4
      if let problem = ConfigurationLimits.problem(interval, in: ConfigurationLimits.layers) {
        throw file.invalid("no_rope_layer_interval", problem)
      }
      return Set((0..<layerCount).filter { ($0 + 1) % interval == 0 })
    }
    guard case .array(let elements) = value, elements.count == layerCount,
      elements.allSatisfy({ $0 == .integer(0) || $0 == .integer(1) })
    else {
      throw file.invalid(key, "must be a list of \(layerCount) numbers, 0 or 1, one for each layer")
    }
    return Set(elements.indices.filter { elements[$0] == .integer(0) })
  }
}
