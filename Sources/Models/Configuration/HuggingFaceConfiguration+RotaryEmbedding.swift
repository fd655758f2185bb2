internal import Transformer

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension HuggingFaceConfiguration {
  /// The rotary embedding, as `modeling_rope_utils.py` of transformers 4.51.3 reads it from `rope_theta` and
  /// `rope_scaling`; the later spelling that holds both, `rope_parameters`, is read too.
  func rotaryEmbedding(
    headDimension: Int, contextLength: Int
  ) throws(LoadError) -> RotaryEmbedding {
    let parameters = try file.object("rope_parameters")
    let thetaHolder = parameters?["rope_theta"] == nil ? file : parameters ?? file
    let theta = try thetaHolder.double("rope_theta") ?? architecture.defaults.theta
    if let problem = ConfigurationLimits.thetaProblem(theta) {
      throw thetaHolder.invalid("rope_theta", problem)
    }
    var scaling = RotaryEmbedding.Scaling.none
    let older = try file.object("rope_scaling")
    if let object = parameters ?? older {
      scaling = try Self.scaling(object, contextLength: contextLength)
    }
    return RotaryEmbedding(
      theta: theta, dimension: headDimension, pairing: architecture.moduleNames.pairing,
      scaling: scaling)
  }

  private static func scaling(
    _ object: JSONFile, contextLength: Int
  ) throws(LoadError) -> RotaryEmbedding.Scaling {
    // transformers copies the old spelling over the new one where both are there.
    let key = object["type"] == nil ? "rope_type" : "type"
    switch try object.string(key) {
    case "default": return .none
    case "linear": return .linear(factor: try factor("factor", object))
    case "llama3":
      let low = try factor("low_freq_factor", object)
      let high = try factor("high_freq_factor", object)
      guard low < high else {
        throw object.invalid("low_freq_factor", "\(low) must be below “high_freq_factor”, \(high)")
      }
      return .llama3(
        factor: try factor("factor", object), lowFrequencyFactor: low, highFrequencyFactor: high,
        originalContextLength: try originalContextLength(object, absent: nil))
    case "yarn":
      return try yarn(object, contextLength: contextLength)
    case let other?:
      throw object.unsupported(
        key, "the scaling “\(other)” (default, linear, llama3 and yarn are)")
    case nil:
      throw object.invalid("rope_type", "is missing, and so is “type”")
    }
  }

  /// YaRN as `_compute_yarn_parameters` has it: where the original context length is given, the factor is the ratio
  /// of the two lengths and the key `factor` counts for nothing; the correction range is rounded outwards.
  private static func yarn(
    _ object: JSONFile, contextLength: Int
  ) throws(LoadError) -> RotaryEmbedding.Scaling {
    var stretch = try factor("factor", object)
    let original = try originalContextLength(object, absent: contextLength)
    if object["original_max_position_embeddings"] != nil {
      stretch = Double(contextLength) / Double(original)
      if let problem = ConfigurationLimits.factorProblem(stretch) {
        throw object.invalid(
          "original_max_position_embeddings", "the context length divided by it \(problem)")
      }
    }
    if try object.bool("truncate") == false {
      throw object.unsupported("truncate", "a correction range that isn't rounded")
    }
    let fast = try betaOrDefault("beta_fast", object, 32)
    let slow = try betaOrDefault("beta_slow", object, 1)
    guard slow <= fast else {
      throw object.invalid("beta_slow", "\(slow) must not be above “beta_fast”, \(fast)")
    }
    return .yarn(
      factor: stretch, originalContextLength: original, betaFast: fast, betaSlow: slow,
      attentionFactor: try attentionFactor(object, stretch: stretch))
  }

  /// The factor on cosine and sine: `attention_factor`, else from the two `mscale` keys, else 0.1 ln(factor) + 1.
  private static func attentionFactor(
    _ object: JSONFile, stretch: Double
  ) throws(LoadError) -> Double {
    if let given = try object.double("attention_factor") {
      if let problem = ConfigurationLimits.factorProblem(given) {
        throw object.invalid("attention_factor", problem)
      }
      return given
    }
    func scale(_ multiplier: Double) -> Double {
      stretch <= 1 ? 1 : 0.1 * multiplier * log(stretch) + 1
    }
    let one = try object.double("mscale") ?? 0
    let all = try object.double("mscale_all_dim") ?? 0
    guard one != 0, all != 0 else { return scale(1) }
    let result = scale(one) / scale(all)
    if let problem = ConfigurationLimits.factorProblem(result) {
      throw object.invalid("mscale", "the attention factor that it makes \(problem)")
    }
    return result
  }

  /// Zero counts as absent, as it does for the reference.
  private static func betaOrDefault(
    _ key: String, _ object: JSONFile, _ absent: Double
  ) throws(LoadError) -> Double {
    guard let value = try object.double(key), value != 0 else { return absent }
    if let problem = ConfigurationLimits.factorProblem(value) { throw object.invalid(key, problem) }
    return value
  }

  private static func factor(_ key: String, _ object: JSONFile) throws(LoadError) -> Double {
    guard let value = try object.double(key) else { throw object.invalid(key, "is missing") }
    if let problem = ConfigurationLimits.factorProblem(value) { throw object.invalid(key, problem) }
    return value
  }

  private static func originalContextLength(
    _ object: JSONFile, absent: Int?
  ) throws(LoadError) -> Int {
    let key = "original_max_position_embeddings"
    guard let value = try object.integer(key) ?? absent else {
      throw object.invalid(key, "is missing")
    }
    if let problem = ConfigurationLimits.problem(value, in: ConfigurationLimits.context) {
      throw object.invalid(key, problem)
    }
    return value
  }
}
