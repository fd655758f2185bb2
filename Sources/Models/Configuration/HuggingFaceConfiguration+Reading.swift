internal import JSON
internal import Kernels
internal import Transformer

// What families ask for.
extension HuggingFaceConfiguration {
  /// What the family calls a key that Llama calls so. Where a file has Llama's name all the same, that is read.
  func key(_ name: String) -> String {
    guard let own = architecture.keys[name], file.value(own) != nil || file.value(name) == nil
    else {
      return name
    }
    return own
  }

  /// A whole number inside `range`.
  func count(_ name: String, _ absent: Int, in range: ClosedRange<Int>) throws(LoadError) -> Int {
    let key = key(name)
    let value = try file.integer(key) ?? absent
    if let problem = ConfigurationLimits.problem(value, in: range) {
      throw file.invalid(key, problem)
    }
    return value
  }

  /// `true` or `false`.
  func flag(_ key: String, _ absent: Bool = false) throws(LoadError) -> Bool {
    try file.bool(key) ?? absent
  }

  /// A positive number.
  func factor(_ key: String, _ absent: Double) throws(LoadError) -> Float {
    Float(try optionalFactor(key) ?? absent)
  }

  /// A positive number; `nil` where the key is absent or `null`.
  func optionalFactor(_ key: String) throws(LoadError) -> Double? {
    guard let value = try file.double(key) else { return nil }
    if let problem = ConfigurationLimits.positiveProblem(value) {
      throw file.invalid(key, problem)
    }
    return value
  }

  /// An activation by the name that transformers gives it (`ACT2FN`).
  func activation(_ name: String) throws(LoadError) -> Activation? {
    let key = key(name)
    switch try file.string(key) {
    case nil: return nil
    case "silu", "swish": return .silu
    case "gelu", "gelu_python": return .gelu
    case "gelu_new", "gelu_pytorch_tanh", "gelu_fast": return .geluTanh
    case "relu": return .relu
    case "relu2": return .reluSquared
    case let other?:
      throw file.unsupported(key, "the activation “\(other)” (silu, gelu, relu and relu2 are)")
    }
  }

  /// Refuses a key that has another value than the one that can be run.
  func refuse(_ key: String, unless value: JSONValue, _ what: String) throws(LoadError) {
    guard let found = file[key], found != value else { return }
    throw file.unsupported(key, what)
  }

  /// A mixture of experts; where keys are absent, the numbers given.
  func experts(
    count: (key: String, absent: Int), perToken: Int, normalizesWeights: Bool
  ) throws(LoadError) -> ExpertShape {
    let total = try self.count(count.key, count.absent, in: 1...Int(Int16.max))
    return ExpertShape(
      count: total, perToken: try self.count("num_experts_per_tok", perToken, in: 1...total),
      normalizesWeights: normalizesWeights)
  }

  // MARK: - Windows

  /// The width of the window: none where the key is `null`.
  func slidingWindow(absent: Int?) throws(LoadError) -> Int? {
    if file.value("sliding_window") == .null { return nil }
    if absent == nil, file.value("sliding_window") == nil { return nil }
    return try count("sliding_window", absent ?? 0, in: ConfigurationLimits.context)
  }

  /// The layers that look at all positions: those that `layer_types` says, else every `pattern`th; `nil`: no layer has a
  /// window.
  func fullAttentionLayers(of layerCount: Int, pattern: Int?) throws(LoadError) -> Set<Int>? {
    if let types = try layerTypes(layerCount) {
      return Set(types.indices.filter { types[$0] == "full_attention" })
    }
    guard let pattern else { return nil }
    return Set((0..<layerCount).filter { ($0 + 1) % pattern == 0 })
  }

  /// Windows in some layers, as `layer_types` or a pattern says it.
  func setWindows(
    of configuration: inout TransformerConfiguration, absent: Int?, pattern: Int?
  ) throws(LoadError) {
    let full = try fullAttentionLayers(of: configuration.layerCount, pattern: pattern)
    guard let full, full.count < configuration.layerCount,
      let window = try slidingWindow(absent: absent)
    else { return }
    configuration.slidingWindow = window
    configuration.block.fullAttentionLayers = full
  }

  /// Qwen's window, which `use_sliding_window` turns on for the layers from `max_window_layers` on.
  func setWindowOfUpperLayers(
    of configuration: inout TransformerConfiguration
  ) throws(LoadError) {
    guard try flag("use_sliding_window"), let window = try slidingWindow(absent: 4096) else {
      return
    }
    let layerCount = configuration.layerCount
    let first = min(max(try file.integer("max_window_layers") ?? 28, 0), layerCount)
    let full =
      try fullAttentionLayers(of: layerCount, pattern: nil) ?? Set(0..<first)
    guard full.count < layerCount else { return }
    configuration.slidingWindow = window
    configuration.block.fullAttentionLayers = full
  }

  /// How a pattern is spelled: `sliding_window_pattern`, before or after transformers 5. It counts for nothing where
  /// `layer_types` says what each layer is.
  func slidingWindowPattern(_ absent: Int) throws(LoadError) -> Int {
    if file["layer_types"] != nil { return absent }
    for key in ["sliding_window_pattern", "_sliding_window_pattern"] where file[key] != nil {
      let value = try file.integer(key) ?? absent
      if let problem = ConfigurationLimits.problem(value, in: ConfigurationLimits.layers) {
        throw file.invalid(key, problem)
      }
      return value
    }
    return absent
  }

  private func layerTypes(_ layerCount: Int) throws(LoadError) -> [String]? {
    guard let value = file["layer_types"] else { return nil }
    let known = ["full_attention", "sliding_attention"]
    guard case .array(let elements) = value, elements.count == layerCount else {
      throw file.invalid("layer_types", "must be a list of \(layerCount) names, one for each layer")
    }
    var types: [String] = []
    for element in elements {
      guard case .string(let name) = element else {
        throw file.invalid("layer_types", "must hold names, not \(element.kind)")
      }
      guard known.contains(name) else {
        throw file.unsupported(
          "layer_types", "a layer of “\(name)” (full_attention and sliding_attention are)")
      }
      types.append(name)
    }
    return types
  }
}
