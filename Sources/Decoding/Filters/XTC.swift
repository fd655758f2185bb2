public import LanguageModeling

/// Excludes top choices: with a given probability, drops all candidates that have at least the threshold's probability
/// but the least of them, so that the unlikeliest of the likely ones leads (p-e-w, oobabooga/text-generation-webui
/// #6335; llama.cpp, mlx-lm).
///
/// Whether it acts at a position is decided by ``CounterNoise/coin(position:)``, which is independent of the noise that
/// draws the token. Where fewer than two candidates reach the threshold it does nothing.
///
/// Where several are equally the least of the likely: mlx-lm keeps all of them, and counts only what is *above* the
/// threshold; llama.cpp keeps one, here that with the highest id. Hugging Face has no XTC; llama.cpp's rules hold
/// there.
/// - Complexity: O(candidates).
public struct XTC: Filter, Hashable {
  /// How often it acts, in 0...1.
  public let probability: Double
  /// The probability from which on a candidate is a top choice, in 0...1. Above 0.5 there can't be two.
  public let threshold: Double
  /// Tokens that are never dropped: mlx-lm spares the end of sequence and the line break.
  public let protected: Set<TokenID>
  /// Whether mlx-lm's rule for ties and equality holds, or llama.cpp's.
  public let edges: EdgeRules

  /// An exclusion with `probability` of what reaches `threshold`.
  ///
  /// - Throws: ``DecodingError/invalidParameter(_:reason:)`` outside 0...1.
  public init(
    probability: Double, threshold: Double = 0.1, protected: Set<TokenID> = [],
    edges: EdgeRules = .huggingFace
  ) throws(DecodingError) {
    guard probability >= 0, probability <= 1 else {
      throw .invalidParameter(
        "XTC probability", reason: "is \(probability); it must be between 0 and 1")
    }
    guard threshold >= 0, threshold <= 1 else {
      throw .invalidParameter(
        "XTC threshold", reason: "is \(threshold); it must be between 0 and 1")
    }
    self.probability = probability
    self.threshold = threshold
    self.protected = protected
    self.edges = edges
  }

  /// `xtc`
  public var name: String { FilterName.xtc.rawValue }
  /// The name and the parameters.
  public var description: String { "xtc \(probability) above \(threshold)" }
  /// `true`: the coin of each sample falls by itself.
  public var usesNoise: Bool { true }

  /// Throws the coin and drops the top choices, or doesn't.
  public func apply(to candidates: inout Candidates, noise: CounterNoise, position: Int) {
    if noise.coin(position: position) <= probability { apply(to: &candidates) }
  }

  /// Drops the top choices, whatever the coin.
  public func apply(to candidates: inout Candidates) {
    guard threshold <= 0.5, let summary = candidates.summary(entropy: false) else { return }
    let isMLX = edges == .mlx
    let limit =
      summary.logNormalizer + PortableLogarithm.log(threshold) + (isMLX ? 0x1p-22 : -0x1p-22)
    guard let least = candidates.indexOfLeast(atLeast: limit) else { return }
    let (leastToken, leastLogit) = (candidates.token(at: least), candidates.logit(at: least))
    candidates.keep { token, logit in
      logit < leastLogit || token == leastToken || (isMLX && logit == leastLogit)
        || protected.contains(token)
    }
  }
}
