internal import JSON
internal import Transformer

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension HuggingFaceConfiguration {
  /// The rotary embedding, as `modeling_rope_utils.py` of transformers reads it: from `rope_theta`, `rope_scaling` and
  /// `partial_rotary_factor`, or from `rope_parameters`, which holds all three since version 5.
  ///
  /// - Parameter layerType: where `rope_parameters` has an object for each type of layer, which one.
  func rotaryEmbedding(
    headDimension: Int, contextLength: Int, layerType: String = "full_attention"
  ) throws(LoadError) -> RotaryEmbedding {
    var parameters = try file.object("rope_parameters")
    if let nested = try parameters?.object(layerType) { parameters = nested }
    let thetaKey = parameters?["rope_theta"] == nil ? key("rope_theta") : "rope_theta"
    let thetaHolder = parameters?["rope_theta"] == nil ? file : parameters ?? file
    let theta = try thetaHolder.double(thetaKey) ?? architecture.defaults.theta
    if let problem = ConfigurationLimits.thetaProblem(theta) {
      throw thetaHolder.invalid(thetaKey, problem)
    }
    let fractionHolder = parameters?["partial_rotary_factor"] == nil ? file : parameters ?? file
    let dimension = try rotaryDimension(fractionHolder, headDimension: headDimension)
    var scaling = RotaryEmbedding.Scaling.none
    if let older = try file.object("rope_scaling") {
      scaling = try self.scaling(older, dimension: dimension, contextLength: contextLength)
    } else if let parameters, parameters["rope_type"] != nil || parameters["type"] != nil {
      scaling = try self.scaling(parameters, dimension: dimension, contextLength: contextLength)
    }
    return RotaryEmbedding(
      theta: theta, dimension: dimension, pairing: architecture.moduleNames.pairing,
      scaling: scaling)
  }

  private func rotaryDimension(_ holder: JSONFile, headDimension: Int) throws(LoadError) -> Int {
    let key =
      holder["partial_rotary_factor"] == nil
      ? key("partial_rotary_factor") : "partial_rotary_factor"
    let fraction = try holder.double(key) ?? architecture.defaults.rotaryFraction
    guard fraction > 0, fraction <= 1 else {
      throw holder.invalid(key, "must be above 0 and at most 1, not \(fraction)")
    }
    let dimension = Int(Double(headDimension) * fraction)
    guard dimension > 0, dimension.isMultiple(of: 2) else {
      throw holder.invalid(key, "makes \(dimension) elements of a head turn; it must be even")
    }
    return dimension
  }

  private func scaling(
    _ object: JSONFile, dimension: Int, contextLength: Int
  ) throws(LoadError) -> RotaryEmbedding.Scaling {
    // transformers copies the old spelling over the new one where both are there.
    let key = object["type"] == nil ? "rope_type" : "type"
    switch try object.string(key) {
    case "default", "mrope": return .none
    case "linear": return .linear(factor: try Self.factor("factor", object))
    case "dynamic":
      return .dynamic(
        factor: try Self.factor("factor", object),
        originalContextLength: try originalContextLength(object, absent: contextLength))
    case "llama3":
      let low = try Self.factor("low_freq_factor", object)
      let high = try Self.factor("high_freq_factor", object)
      guard low < high else {
        throw object.invalid("low_freq_factor", "\(low) must be below “high_freq_factor”, \(high)")
      }
      return .llama3(
        factor: try Self.factor("factor", object), lowFrequencyFactor: low,
        highFrequencyFactor: high,
        originalContextLength: try originalContextLength(object, absent: nil))
    case "yarn":
      return try yarn(object, contextLength: contextLength)
    case "longrope", "su":
      return try longRope(object, dimension: dimension, contextLength: contextLength)
    case let other?:
      throw object.unsupported(
        key, "the scaling “\(other)” (default, linear, dynamic, llama3, yarn and longrope are)")
    case nil:
      throw object.invalid("rope_type", "is missing, and so is “type”")
    }
  }

  /// YaRN as `_compute_yarn_parameters` of transformers 5 has it: the file's own factor counts, and where it has none, the
  /// ratio of the two context lengths (4.51.3 put that ratio in its place); the correction range is rounded outwards.
  private func yarn(
    _ object: JSONFile, contextLength: Int
  ) throws(LoadError) -> RotaryEmbedding.Scaling {
    let original = try originalContextLength(object, absent: contextLength)
    let stretch =
      object["factor"] == nil
      ? Double(contextLength) / Double(original) : try Self.factor("factor", object)
    if let problem = ConfigurationLimits.factorProblem(stretch) {
      throw object.invalid(
        "original_max_position_embeddings", "the context length divided by it \(problem)")
    }
    if try object.bool("truncate") == false {
      throw object.unsupported("truncate", "a correction range that isn't rounded")
    }
    let fast = try Self.betaOrDefault("beta_fast", object, 32)
    let slow = try Self.betaOrDefault("beta_slow", object, 1)
    guard slow <= fast else {
      throw object.invalid("beta_slow", "\(slow) must not be above “beta_fast”, \(fast)")
    }
    return .yarn(
      factor: stretch, originalContextLength: original, betaFast: fast, betaSlow: slow,
      attentionFactor: try Self.attentionFactor(object, stretch: stretch))
  }

  /// LongRoPE as `_compute_longrope_parameters` has it.
  private func longRope(
    _ object: JSONFile, dimension: Int, contextLength: Int
  ) throws(LoadError) -> RotaryEmbedding.Scaling {
    let original = try originalContextLength(object, absent: contextLength)
    let stretch =
      object["factor"] == nil
      ? Double(contextLength) / Double(original) : try Self.factor("factor", object)
    var attention = try object.double("attention_factor")
    if let given = attention,
      let problem = ConfigurationLimits.factorProblem(given)
    {
      throw object.invalid("attention_factor", problem)
    }
    if attention == nil {
      attention =
        stretch <= 1 || original <= 1 ? 1 : (1 + log(stretch) / log(Double(original))).squareRoot()
    }
    return .longRope(
      short: try Self.factors("short_factor", object, count: dimension / 2),
      long: try Self.factors("long_factor", object, count: dimension / 2),
      originalContextLength: original, attentionFactor: attention ?? 1)
  }

  private static func factors(
    _ key: String, _ object: JSONFile, count: Int
  ) throws(LoadError) -> [Float] {
    guard case .array(let elements)? = object[key], elements.count == count else {
      throw object.invalid(key, "must be a list of \(count) numbers, one for each pair")
    }
    var factors: [Float] = []
    for element in elements {
      guard let value = element.double, ConfigurationLimits.factorProblem(value) == nil else {
        throw object.invalid(key, "must hold numbers between 1e-6 and 1e6")
      }
      factors.append(Float(value))
    }
    return factors
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

  /// The length that the model was first trained with. Where a file says it beside its scaling, that counts (Phi-3).
  private func originalContextLength(_ object: JSONFile, absent: Int?) throws(LoadError) -> Int {
    let key = "original_max_position_embeddings"
    let holder = file[key] == nil ? object : file
    guard let value = try holder.integer(key) ?? absent else {
      throw object.invalid(key, "is missing")
    }
    if let problem = ConfigurationLimits.problem(value, in: ConfigurationLimits.context) {
      throw holder.invalid(key, problem)
    }
    return value
  }
}
