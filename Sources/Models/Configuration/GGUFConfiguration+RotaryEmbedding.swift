internal import Checkpoints
internal import Transformer

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension GGUFConfiguration {
  /// The rotary embedding. Which elements make a pair is the family's: files of `llama` pair neighbours and store the
  /// query and key rows permuted to suit.
  func rotaryEmbedding(
    headDimension: Int, contextLength: Int
  ) throws(LoadError) -> RotaryEmbedding {
    let theta = Double(
      try read { metadata throws(CheckpointError) in
        try metadata.floatIfPresent(key("rope.freq_base"))
      } ?? 10000)
    if let problem = ConfigurationLimits.thetaProblem(theta) {
      throw invalid("rope.freq_base", problem)
    }
    let dimension =
      try read { metadata throws(CheckpointError) in
        try metadata.integerIfPresent(key("rope.dimension_count"))
      } ?? headDimension
    guard dimension > 0, dimension <= headDimension, dimension.isMultiple(of: 2) else {
      throw invalid(
        "rope.dimension_count",
        "must be even and between 2 and the head's \(headDimension), not \(dimension)")
    }
    return RotaryEmbedding(
      theta: theta, dimension: dimension, pairing: architecture.ggufNames.pairing,
      scaling: try scaling(dimension: dimension, contextLength: contextLength))
  }

  private func scaling(
    dimension: Int, contextLength: Int
  ) throws(LoadError) -> RotaryEmbedding.Scaling {
    if let longRope = try longRope(dimension: dimension, contextLength: contextLength) {
      return longRope
    }
    let stretch = try stretchFactor()
    let declared = try read { metadata throws(CheckpointError) in
      try metadata.stringIfPresent(key("rope.scaling.type"))
    }
    let factors = try frequencyFactors("rope_freqs.weight", dimension: dimension)
    switch declared ?? (stretch == nil ? "none" : "linear") {
    case "none":
      return factors.map { .factors($0) } ?? .none
    case "linear":
      let stretch = stretch ?? 1
      if let factors { return .factors(factors.map { $0 * Float(stretch) }) }
      return stretch == 1 ? .none : .linear(factor: stretch)
    case "yarn":
      if factors != nil {
        throw unsupported("rope.scaling.type", "“yarn” together with “rope_freqs.weight”")
      }
      return try yarn(stretch: stretch ?? 1, contextLength: contextLength)
    case let other:
      throw unsupported(
        "rope.scaling.type", "the scaling “\(other)” (none, linear and yarn are)")
    }
  }

  /// `rope.scaling.factor`, or its older name. Zero means that there is none.
  private func stretchFactor() throws(LoadError) -> Double? {
    for name in ["rope.scaling.factor", "rope.scale_linear"] {
      guard let value = try number(name), value != 0 else { continue }
      if let problem = ConfigurationLimits.factorProblem(value) { throw invalid(name, problem) }
      return value
    }
    return nil
  }

  /// YaRN as llama.cpp runs it: cosine and sine are scaled by 0.1 ln(factor) + 1, times the file's own factor.
  private func yarn(
    stretch: Double, contextLength: Int
  ) throws(LoadError) -> RotaryEmbedding.Scaling {
    let original = try originalContextLength(absent: contextLength)
    if let mix = try number("rope.scaling.yarn_ext_factor"), mix != 1, mix >= 0 {
      throw unsupported("rope.scaling.yarn_ext_factor", "a mix other than 1 (\(mix))")
    }
    let fast = try factor("rope.scaling.yarn_beta_fast") ?? 32
    let slow = try factor("rope.scaling.yarn_beta_slow") ?? 1
    guard slow <= fast else {
      throw invalid("rope.scaling.yarn_beta_slow", "\(slow) is above the fast one, \(fast)")
    }
    // Two names for one thing; the longer one is newer and wins.
    let newer = try factor("rope.scaling.yarn_attn_factor")
    let older = try factor("rope.scaling.attn_factor")
    let own = newer ?? older ?? 1
    // What `mscale_all_dim` takes back of it.
    let back = try number("rope.scaling.yarn_log_multiplier") ?? 0
    guard back.isFinite, (0...1e3).contains(back) else {
      throw invalid("rope.scaling.yarn_log_multiplier", "must be between 0 and 1000, not \(back)")
    }
    let growth = stretch <= 1 ? 0 : 0.1 * log(stretch)
    return .yarn(
      factor: stretch, originalContextLength: original, betaFast: fast, betaSlow: slow,
      attentionFactor: own * (growth + 1) / (back * growth + 1))
  }

  /// LongRoPE, which two tensors say (Phi-3).
  private func longRope(
    dimension: Int, contextLength: Int
  ) throws(LoadError) -> RotaryEmbedding.Scaling? {
    guard let short = try frequencyFactors("rope_factors_short.weight", dimension: dimension),
      let long = try frequencyFactors("rope_factors_long.weight", dimension: dimension)
    else { return nil }
    return .longRope(
      short: short, long: long,
      originalContextLength: try originalContextLength(absent: contextLength),
      attentionFactor: try factor("rope.scaling.attn_factor") ?? 1)
  }

  private func originalContextLength(absent: Int) throws(LoadError) -> Int {
    let name = "rope.scaling.original_context_length"
    let original =
      try read { metadata throws(CheckpointError) in
        try metadata.integerIfPresent(key(name))
      } ?? absent
    if let problem = ConfigurationLimits.problem(original, in: ConfigurationLimits.context) {
      throw invalid(name, problem)
    }
    return original
  }

  /// One divisor for each pair's frequency: how GGUF files of Llama 3.1 say what `llama3` says in `config.json`.
  private func frequencyFactors(
    _ name: String, dimension: Int
  ) throws(LoadError) -> [Float]? {
    guard let tensor = file.tensor(named: name) else { return nil }
    func invalid(_ reason: String) -> LoadError {
      .invalid(file: file.path, field: "tensor '\(name)'", reason: reason)
    }
    guard tensor.elementType == .float32, tensor.shape == [dimension / 2] else {
      throw invalid(
        "must hold \(dimension / 2) float32 numbers, not \(tensor.elementType.rawValue) of shape \(tensor.shape)"
      )
    }
    let factors = tensor.withUnsafeBytes { bytes in
      (0..<dimension / 2).map { index in
        Float(
          bitPattern: UInt32(
            littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)))
      }
    }
    for (index, factor) in factors.enumerated() {
      if let problem = ConfigurationLimits.factorProblem(Double(factor)) {
        throw invalid("element \(index) \(problem)")
      }
    }
    return factors
  }
}
