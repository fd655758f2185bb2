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
    let supported = Architecture.all.map(\.className).joined(separator: ", ")
    var named: Architecture?
    if let type = try file.string("model_type") {
      guard let known = Architecture.all.first(where: { $0.name == type }) else {
        throw file.unsupported(
          "model_type", "the architecture “\(type)” (supported: \(supported))")
      }
      named = known
    }
    if let classes = file["architectures"] {
      guard case .array(let elements) = classes, case .string(let name)? = elements.first else {
        throw file.invalid("architectures", "must be a list of class names")
      }
      guard let known = Architecture.all.first(where: { $0.className == name }) else {
        throw file.unsupported("architectures", "“\(name)” (supported: \(supported))")
      }
      if let named, named != known {
        throw file.invalid(
          "architectures", "“\(name)” contradicts the model_type “\(named.name)”")
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
    try refuseQuantization()
    let defaults = architecture.defaults
    let hiddenSize = try count("hidden_size", defaults.hiddenSize, in: ConfigurationLimits.width)
    let layerCount = try count(
      "num_hidden_layers", defaults.layerCount, in: ConfigurationLimits.layers)
    let headCount = try count(
      "num_attention_heads", defaults.headCount, in: ConfigurationLimits.heads)
    let keyValueHeadCount = try keyValueHeadCount(headCount: headCount)
    let headDimension = try headDimension(hiddenSize: hiddenSize, headCount: headCount)
    let contextLength = try count(
      "max_position_embeddings", defaults.contextLength, in: ConfigurationLimits.context)
    let epsilonKey = key("rms_norm_eps")
    let epsilon = try file.double(epsilonKey) ?? defaults.normEpsilon
    if let problem = ConfigurationLimits.epsilonProblem(epsilon) {
      throw file.invalid(epsilonKey, problem)
    }
    var configuration = TransformerConfiguration(
      vocabularyCount: try count(
        "vocab_size", defaults.vocabularyCount, in: ConfigurationLimits.vocabulary),
      hiddenSize: hiddenSize,
      layerCount: layerCount,
      headCount: headCount,
      keyValueHeadCount: keyValueHeadCount,
      headDimension: headDimension,
      intermediateSize: try count(
        "intermediate_size", defaults.intermediateSize ?? 4 * hiddenSize,
        in: ConfigurationLimits.width),
      normEpsilon: Float(epsilon),
      contextLength: contextLength,
      rotaryEmbedding: try rotaryEmbedding(
        headDimension: headDimension, contextLength: contextLength),
      tiesEmbeddings: try file.bool("tie_word_embeddings") ?? defaults.tiesEmbeddings)
    configuration.moduleNames = architecture.moduleNames
    configuration.block.activation = try activation("hidden_act") ?? defaults.activation
    architecture.traits(&configuration)
    try architecture.configure(self, &configuration)
    return configuration
  }

  private func keyValueHeadCount(headCount: Int) throws(LoadError) -> Int {
    let key = key("num_key_value_heads")
    // `null` means as many as query heads everywhere; an absent key does so for some families alone.
    let absent = file.value(key) == nil ? architecture.defaults.keyValueHeadCount : nil
    let value = try count(key, absent ?? headCount, in: ConfigurationLimits.heads)
    guard value <= headCount, headCount % value == 0 else {
      throw file.invalid(key, "\(value) doesn't divide the \(headCount) attention heads")
    }
    return value
  }

  private func headDimension(hiddenSize: Int, headCount: Int) throws(LoadError) -> Int {
    let absent = file.value("head_dim") == nil ? architecture.defaults.headDimension : nil
    let value = try count(
      "head_dim", absent ?? hiddenSize / headCount, in: ConfigurationLimits.width)
    guard value.isMultiple(of: 2) else {
      throw file.invalid(
        "head_dim", "heads of \(value) elements can't be turned in pairs; it must be even")
    }
    return value
  }

  private func refuseQuantization() throws(LoadError) {
    // mlx-lm writes its own `quantization` under this key too.
    if let quantization = try file.object("quantization_config"),
      file["quantization"] == nil || quantization["quant_method"] != nil
    {
      let method = try quantization.string("quant_method") ?? "unknown"
      throw file.unsupported(
        "quantization_config",
        "a checkpoint quantised by “\(method)”; use one in float32, float16 or bfloat16, or a GGUF,"
      )
    }
  }
}
