/// Rotary position embedding (Su et al. 2021, arXiv 2104.09864): pairs of a head's elements are turned by an angle
/// that grows with the position.
public struct RotaryEmbedding: Hashable, Sendable {
  /// Which elements of a head make a pair.
  public enum Pairing: Hashable, Sendable {
    /// Element i with element i + dimension / 2: Hugging Face checkpoints, and GGUF ones of Qwen ("NeoX").
    case halves
    /// Element 2 i with element 2 i + 1: the paper, and GGUF files of `llama`, whose query and key rows are stored
    /// permuted to suit.
    case interleaved
  }

  /// How angles are stretched beyond the context that the model was first trained with.
  public enum Scaling: Hashable, Sendable {
    /// Not at all.
    case none
    /// Every frequency divided by `factor` (position interpolation, arXiv 2306.15595).
    case linear(factor: Double)
    /// Llama 3.1's rule: long wavelengths divided by `factor`, short ones kept, a ramp between.
    case llama3(
      factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double,
      originalContextLength: Int)
    /// YaRN (arXiv 2309.00071). `attentionFactor` multiplies cosine and sine; `nil`: 0.1 ln(factor) + 1.
    case yarn(
      factor: Double, originalContextLength: Int, betaFast: Double, betaSlow: Double,
      attentionFactor: Double?)
    /// The base grows with the session's context, where that is longer than the original one (NTK-aware scaling as
    /// transformers' `dynamic`, which follows the sequence's own length instead).
    case dynamic(factor: Double, originalContextLength: Int)
    /// LongRoPE (arXiv 2402.13753): each frequency divided by its own factor, `dimension / 2` of them; `long` ones where
    /// the session's context is longer than the original one. `attentionFactor` multiplies cosine and sine, either way.
    ///
    /// transformers changes over when the sequence itself grows beyond the original length, and computes all keys anew;
    /// llama.cpp, as here, chooses once by the context, so that a key stays what it is.
    case longRope(
      short: [Float], long: [Float], originalContextLength: Int, attentionFactor: Double)
    /// Each frequency divided by its own factor, `dimension / 2` of them (`rope_freqs.weight` of a GGUF).
    case factors([Float])
  }

  /// The base of the frequencies (`rope_theta`).
  public var theta: Double
  /// Elements of a head that are turned; the rest passes as it is. Even, at most the head's dimension.
  public var dimension: Int
  /// Which elements make a pair.
  public var pairing: Pairing
  /// How angles are stretched.
  public var scaling: Scaling

  /// How far a model of that context length reaches with these positions.
  func reach(_ contextLength: Int) -> Int {
    switch scaling {
    case .dynamic(let factor, let original), .yarn(let factor, let original, _, _, _):
      // Bounds on both keep the product in range.
      max(contextLength, Int(Double(original) * max(factor, 1)))
    case .none, .linear, .llama3, .longRope, .factors: contextLength
    }
  }

  /// A rotary embedding.
  public init(theta: Double, dimension: Int, pairing: Pairing = .halves, scaling: Scaling = .none) {
    self.theta = theta
    self.dimension = dimension
    self.pairing = pairing
    self.scaling = scaling
  }
}
