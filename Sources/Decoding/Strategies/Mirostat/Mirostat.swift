public import LanguageModeling

/// Draws each token from a truncated distribution, and moves the truncation so that the surprise of what is drawn comes
/// to a target: mirostat (Basu et al., ICLR 2021, arXiv 2007.14966), as llama.cpp's samplers do it.
///
/// Each hypothesis has a bound *μ* on surprise, in bits, which begins at twice the target. Both versions truncate the
/// distribution with it and draw from what is left, renormalised. Then *μ* goes down by the learning rate times what
/// the surprise of the token, −log₂ of its probability in what it was drawn from, is above the target.
///
/// - Version 1 estimates the exponent *s* of Zipf's law from the ratios of the 100 best logits, and keeps the *k* best
///   with *k* = ((*s* − 1) · 2^*μ* / (1 − *V*^(1 − *s*)))^(1 / *s*), rounded down, at least 1; *V* is the size of the
///   vocabulary.
/// - Version 2 keeps what is at most *μ* surprising, at least the best.
///
/// The paper takes the surprise under the untruncated distribution; llama.cpp's choice, which is followed here, makes
/// the target one of the distribution drawn from. A model whose entropy is below the target never comes to it.
/// Mirostat takes the place of all filters but the temperature, which comes before it. The draw is that of
/// ``Sampling``.
///
/// - Complexity: a step costs a few passes over the vocabulary.
public struct Mirostat: DecodingStrategy, Hashable {
  /// The versions of the algorithm.
  public enum Version: Int, Hashable, Sendable, CaseIterable {
    /// By an estimate of the distribution's tail.
    case first = 1
    /// By the probabilities themselves.
    case second = 2
  }

  /// The version.
  public var version: Version
  /// The surprise that is aimed at, *τ*, in bits; at least 0.
  public var target: Double
  /// The learning rate, *η*; at least 0, where it never learns.
  public var rate: Double
  /// What divides the logits before.
  public var temperature: Temperature?

  /// The target that llama.cpp takes unless told otherwise.
  public static let usualTarget = 5.0
  /// The learning rate that llama.cpp takes unless told otherwise.
  public static let usualRate = 0.1

  /// Mirostat with llama.cpp's parameters unless said otherwise.
  public init(
    _ version: Version, target: Double = usualTarget, rate: Double = usualRate,
    temperature: Temperature? = nil
  ) {
    self.version = version
    self.target = target
    self.rate = rate
    self.temperature = temperature
  }

  /// `mirostat` and the parameters.
  public var description: String {
    "mirostat \(version.rawValue), target \(target) bits, rate \(rate)"
      + (temperature.map { ", \($0)" } ?? "")
  }

  /// `true`: each sample is alone.
  public var slotsOnlyGrow: Bool { true }

  /// `true`: a sample learns from the tokens that are its own alone.
  public var takesDrafts: Bool { true }

  /// The draw with these logits and the sample's own noise, without the truncation, which only the search knows.
  public func guess(
    from candidates: inout Candidates, noise: CounterNoise, position: Int
  ) -> TokenID? {
    temperature?.apply(to: &candidates)
    return candidates.indexOfGumbelMaximum(noise: noise, position: position)
      .map { candidates.token(at: $0) }
  }

  /// Refuses numbers outside their ranges, and a request for no samples.
  public func validate(_ request: DecodingRequest) throws(DecodingError) {
    for (name, value) in [("mirostat target", target), ("mirostat rate", rate)] {
      guard value >= 0, value < .infinity else {
        throw .invalidParameter(
          name, reason: "is \(value); it must be a finite number of at least 0")
      }
    }
    guard !request.samples.isEmpty else {
      throw .invalidParameter("samples", reason: "is empty; ask for at least one")
    }
  }

  /// A search that branches into the samples at the prompt.
  public func makeSearch(for request: DecodingRequest) -> some DecodingSearch {
    MirostatSearch(self, sampleCount: request.samples.count)
  }
}
