internal import Checkpoints
internal import Transformer

// What families ask for.
extension GGUFConfiguration {
  /// The names of the file's tensors: those of the family, as far as the file has them.
  var names: TensorNaming {
    architecture.ggufNames.with {
      guard hasSecondNorm else { return }
      $0.parts[.attentionNorm] = "attn_norm_2"
      $0.parts[.feedForwardNorm] = "attn_norm"
    }
  }

  /// Whether layers have a norm beside that of the feed-forward layer, for attention (Falcon).
  var hasSecondNorm: Bool { holds("blk.0.attn_norm_2.weight") }

  /// Whether the file has a tensor of that name.
  func holds(_ name: String) -> Bool { file.tensor(named: name) != nil }

  /// A number.
  func number(_ name: String) throws(LoadError) -> Double? {
    try read { metadata throws(CheckpointError) in try metadata.floatIfPresent(key(name)) }
      .map(Double.init)
  }

  /// A number between 1e-6 and 1e6.
  func factor(_ name: String) throws(LoadError) -> Double? {
    guard let value = try number(name) else { return nil }
    if let problem = ConfigurationLimits.factorProblem(value) { throw invalid(name, problem) }
    return value
  }

  /// `true` or `false`.
  func flag(_ name: String) throws(LoadError) -> Bool? {
    switch metadata[key(name)] {
    case nil: nil
    case .bool(let flag)?: flag
    default: throw invalid(name, "must be true or false")
    }
  }

  /// The width of the window; `nil` for none, and for 0.
  func slidingWindow() throws(LoadError) -> Int? {
    let name = "attention.sliding_window"
    guard metadata[key(name)] != nil else { return nil }
    let window = try read { metadata throws(CheckpointError) in try metadata.integer(key(name)) }
    if window == 0 { return nil }
    if let problem = ConfigurationLimits.problem(window, in: ConfigurationLimits.context) {
      throw invalid(name, problem)
    }
    return window
  }

  /// Windows in all layers but every `pattern`th, or as `attention.sliding_window_pattern` says it: a number like that, or
  /// for each layer whether it has one.
  func setWindows(
    of configuration: inout TransformerConfiguration, absent: Int?, pattern: Int
  ) throws(LoadError) {
    let isThere = metadata[key("attention.sliding_window")] != nil
    guard let window = try slidingWindow() ?? (isThere ? nil : absent) else { return }
    let layers = 0..<configuration.layerCount
    let name = "attention.sliding_window_pattern"
    var full = Set(layers.filter { ($0 + 1) % pattern == 0 })
    if case .array(let list)? = metadata[key(name)] {
      guard list.count == configuration.layerCount else {
        throw invalid(name, "must have \(configuration.layerCount) elements, one for each layer")
      }
      guard list.elementType == .bool else {
        throw invalid(name, "must hold true or false for each layer")
      }
      full = Set(layers)
      try read { _ throws(CheckpointError) in
        try list.forEach { (layer, value) throws(CheckpointError) in
          if case .bool(true) = value { full.remove(layer) }
        }
      }
    } else if metadata[key(name)] != nil {
      let own = try read { metadata throws(CheckpointError) in try metadata.integer(key(name)) }
      if let problem = ConfigurationLimits.problem(own, in: ConfigurationLimits.layers) {
        throw invalid(name, problem)
      }
      full = Set(layers.filter { ($0 + 1) % own == 0 })
    }
    guard full.count < configuration.layerCount else { return }
    configuration.slidingWindow = window
    configuration.block.fullAttentionLayers = full
  }

  /// The angles of layers with a window: never stretched, with a base of their own.
  func windowedRotaryEmbedding(
    of configuration: TransformerConfiguration, absent: Double
  ) throws(LoadError) -> RotaryEmbedding {
    let name = "rope.freq_base_swa"
    var rotary = configuration.rotaryEmbedding
    rotary.theta = try number(name) ?? absent
    rotary.scaling = .none
    if let problem = ConfigurationLimits.thetaProblem(rotary.theta) {
      throw invalid(name, problem)
    }
    return rotary
  }

  /// Gemma's scale of attention, which the files leave to the reader: by the head, in the largest model by the width per
  /// head; and its soft caps.
  func setGemmaAttention(
    of configuration: inout TransformerConfiguration,
    caps: (attention: Double, logits: Double)?, layersOfLargest: Int
  ) throws(LoadError) {
    let isLargest = configuration.layerCount == layersOfLargest
    let width =
      isLargest ? configuration.hiddenSize / configuration.headCount : configuration.headDimension
    configuration.block.attentionScale = 1 / Float(width).squareRoot()
    configuration.block.attentionSoftCap = Float(
      try factor("attn_logit_softcapping") ?? caps?.attention ?? 0)
    configuration.block.logitSoftCap = Float(
      try factor("final_logit_softcapping") ?? caps?.logits ?? 0)
  }

  /// Granite's multipliers; that of logits divides.
  func setMultipliers(
    of configuration: inout TransformerConfiguration, embedding: Double, residual: Double,
    logits: Double
  ) throws(LoadError) {
    configuration.block.embeddingScale = Float(try factor("embedding_scale") ?? embedding)
    configuration.block.residualScale = Float(try factor("residual_scale") ?? residual)
    configuration.block.logitScale = Float(1 / (try factor("logit_scale") ?? logits))
    if let scale = try factor("attention.scale") {
      configuration.block.attentionScale = Float(scale)
    }
  }

  /// The experts that the metadata tells of, if any.
  func setExperts(
    of configuration: inout TransformerConfiguration, normalizesWeights: Bool
  ) throws(LoadError) {
    guard metadata[key("expert_count")] != nil else { return }
    let total = try count("expert_count", in: 0...Int(Int16.max))
    guard total > 0 else { return }
    configuration.block.experts = ExpertShape(
      count: total, perToken: try count("expert_used_count", in: 1...total),
      normalizesWeights: normalizesWeights)
    if metadata[key("expert_feed_forward_length")] != nil {
      configuration.intermediateSize = try count(
        "expert_feed_forward_length", in: ConfigurationLimits.width)
    }
  }
}
