internal import JSON
internal import Transformer

/// Reads a model's shape from `config.json` in Hugging Face layout.
///
/// Where a key is absent, the default of the architecture's configuration class in transformers 4.51.3 holds
/// (`configuration_llama.py` and its neighbours).
struct HuggingFaceConfiguration {
  /// The file.
  let file: JSONFile
  /// What it describes.
  let architecture: Architecture

  init(path: String) throws(LoadError) {
    file = try JSONFile(path: path)
    architecture = try Self.architecture(file)
  }

  private static func architecture(_ file: JSONFile) throws(LoadError) -> Architecture {
    let supported = Architecture.allCases.map(\.className).joined(separator: ", ")
    var named: Architecture?
    if let type = try file.string("model_type") {
      guard let known = Architecture(rawValue: type) else {
        throw file.unsupported(
          "model_type", "the architecture “\(type)” (supported: \(supported))")
      }
      named = known
    }
    if let classes = file["architectures"] {
      guard case .array(let elements) = classes, case .string(let name)? = elements.first else {
        throw file.invalid("architectures", "must be a list of class names")
      }
      guard let known = Architecture.allCases.first(where: { $0.className == name }) else {
        throw file.unsupported("architectures", "“\(name)” (supported: \(supported))")
      }
      if let named, named != known {
        throw file.invalid(
          "architectures", "“\(name)” contradicts the model_type “\(named.rawValue)”")
      }
      named = known
    }
    guard let named else {
      throw file.invalid("model_type", "is missing, and so is “architectures”; is this a model?")
    }
    return named
  }

  /// The model's shape.
  func transformer() throws(LoadError) -> TransformerConfiguration {
    try refuseUnsupportedFeatures()
    let isQwen = architecture == .qwen2 || architecture == .qwen3
    let hiddenSize = try count("hidden_size", 4096, in: ConfigurationLimits.width)
    let layerCount = try count("num_hidden_layers", 32, in: ConfigurationLimits.layers)
    let headCount = try count("num_attention_heads", 32, in: ConfigurationLimits.heads)
    let keyValueHeadCount = try keyValueHeadCount(headCount: headCount)
    let headDimension = try headDimension(hiddenSize: hiddenSize, headCount: headCount)
    let contextLength = try contextLength()
    let epsilon = try file.double("rms_norm_eps") ?? 1e-6
    if let problem = ConfigurationLimits.epsilonProblem(epsilon) {
      throw file.invalid("rms_norm_eps", problem)
    }
    let hasBias =
      architecture == .llama || architecture == .qwen3
      ? try file.bool("attention_bias") ?? false : false
    return TransformerConfiguration(
      vocabularyCount: try count(
        "vocab_size", isQwen ? 151936 : 32000, in: ConfigurationLimits.vocabulary),
      hiddenSize: hiddenSize,
      layerCount: layerCount,
      headCount: headCount,
      keyValueHeadCount: keyValueHeadCount,
      headDimension: headDimension,
      intermediateSize: try intermediateSize(),
      normEpsilon: Float(epsilon),
      contextLength: contextLength,
      rotaryEmbedding: try rotaryEmbedding(
        headDimension: headDimension, contextLength: contextLength),
      slidingWindow: try slidingWindow(layerCount: layerCount),
      hasQueryKeyValueBias: hasBias || architecture == .qwen2,
      hasAttentionOutputBias: hasBias,
      hasFeedForwardBias: architecture == .llama ? try file.bool("mlp_bias") ?? false : false,
      hasQueryKeyNorm: architecture == .qwen3,
      tiesEmbeddings: try file.bool("tie_word_embeddings") ?? false)
  }

  /// A whole number inside `range`.
  private func count(
    _ key: String, _ absent: Int, in range: ClosedRange<Int>
  ) throws(LoadError) -> Int {
    let value = try file.integer(key) ?? absent
    if let problem = ConfigurationLimits.problem(value, in: range) {
      throw file.invalid(key, problem)
    }
    return value
  }

  private func keyValueHeadCount(headCount: Int) throws(LoadError) -> Int {
    // `null` means as many as query heads everywhere; an absent key does so for Llama alone.
    var absent = headCount
    if file.value("num_key_value_heads") == nil {
      switch architecture {
      case .llama: break
      case .mistral: absent = 8
      case .qwen2, .qwen3: absent = 32
      }
    }
    let value = try count("num_key_value_heads", absent, in: ConfigurationLimits.heads)
    guard value <= headCount, headCount % value == 0 else {
      throw file.invalid(
        "num_key_value_heads", "\(value) doesn't divide the \(headCount) attention heads")
    }
    return value
  }

  private func headDimension(hiddenSize: Int, headCount: Int) throws(LoadError) -> Int {
    let absent =
      architecture == .qwen3 && file.value("head_dim") == nil ? 128 : hiddenSize / headCount
    let value = try count("head_dim", absent, in: ConfigurationLimits.width)
    guard value.isMultiple(of: 2) else {
      throw file.invalid(
        "head_dim", "heads of \(value) elements can't be turned in pairs; it must be even")
    }
    return value
  }

  private func intermediateSize() throws(LoadError) -> Int {
    let absent =
      switch architecture {
      case .llama: 11008
      case .mistral: 14336
      case .qwen2, .qwen3: 22016
      }
    return try count("intermediate_size", absent, in: ConfigurationLimits.width)
  }

  private func contextLength() throws(LoadError) -> Int {
    let absent =
      switch architecture {
      case .llama: 2048
      case .mistral: 131072
      case .qwen2, .qwen3: 32768
      }
    return try count("max_position_embeddings", absent, in: ConfigurationLimits.context)
  }

  /// Mistral's window, 4096 where the key is absent and none where it is `null`; Qwen's, which `use_sliding_window`
  /// turns on for the layers from `max_window_layers` on.
  private func slidingWindow(layerCount: Int) throws(LoadError) -> Int? {
    switch architecture {
    case .llama:
      return nil
    case .mistral:
      if file.value("sliding_window") == .null { return nil }
      return try count("sliding_window", 4096, in: ConfigurationLimits.context)
    case .qwen2, .qwen3:
      guard try file.bool("use_sliding_window") ?? false else { return nil }
      if file.value("sliding_window") == .null { return nil }
      let window = try count("sliding_window", 4096, in: ConfigurationLimits.context)
      let fullLayers = try file.integer("max_window_layers") ?? 28
      if fullLayers >= layerCount { return nil }
      guard fullLayers <= 0 else {
        throw file.unsupported(
          "max_window_layers",
          "a sliding window in some layers only (from layer \(fullLayers) of \(layerCount) on)")
      }
      return window
    }
  }

  private func refuseUnsupportedFeatures() throws(LoadError) {
    let activation = try file.string("hidden_act") ?? "silu"
    guard activation == "silu" || activation == "swish" else {
      throw file.unsupported("hidden_act", "the activation “\(activation)” (only “silu” is)")
    }
    if let quantization = try file.object("quantization_config") {
      let method = try quantization.string("quant_method") ?? "unknown"
      throw file.unsupported(
        "quantization_config",
        "a checkpoint quantised by “\(method)”; use one in float32, float16 or bfloat16, or a GGUF,"
      )
    }
    if let factor = try file.double("partial_rotary_factor"), factor != 1 {
      throw file.unsupported("partial_rotary_factor", "a part of each head turned (\(factor))")
    }
  }
}
