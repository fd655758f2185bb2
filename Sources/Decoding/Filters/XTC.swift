public import LanguageModeling

/// Excludes top choices: with a given probability, drops all candidates that have at least the threshold's probability
/// but the least of them, so that the unlikeliest of the likely ones leads (p-e-w, oobabooga/text-generation-webui
/// #6335; llama.cpp, mlx-lm).
///
/// Whether it acts at a position is decided by `CounterNoise.coin(position:)`, which is independent of the noise that
/// draws the token. Where fewer than two candidates reach the threshold it does nothing.
///
/// Where several are equally the least of the likely: mlx-lm keeps all of them, and counts only what is *above* the
/// threshold; llama.cpp keeps one, here that with the highest id. Hugging Face has no XTC; llama.cpp's rules hold
/// there.
///
///     // of 0.4, 0.3, 0.2, 0.1, when the coin falls:
///     try XTC(probability: 0.5, threshold: 0.2)  // keeps 0.2, 0.1
///
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
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` outside 0...1.
  public init(
    probability: Double, threshold: Double = 0.1, protected: Set<TokenID> = [],
    edges: EdgeRules = .huggingFace
  ) throws(DecodingFailure) {
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
  public var name: String { Self.entry.name }
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

extension XTC {
  /// `xtc_probability`
  public static let probability = Parameter<Double>.number(
    "xtc_probability", neutral: 0, "a number from 0 (off) to 1",
    help: "How often all top choices but the least probable are excluded (XTC): a probability.",
    neutralWords: "off"
  ) { $0 >= 0 && $0 <= 1 }

  /// `xtc_threshold`
  public static let threshold = Parameter<Double>.number(
    "xtc_threshold", neutral: 0.1, "a number from 0 to 1",
    help: "Probability from which a token counts as a top choice (XTC).",
    needs: [probability.erased]
  ) { $0 >= 0 && $0 <= 1 }

  static let entry = FilterEntry("xtc", probability, others: [threshold.erased]) {
    (parameters, rules) throws(DecodingFailure) in
    try XTC(
      probability: parameters[probability], threshold: parameters[threshold], edges: rules.edges)
  }
}

extension Parameters {
  /// How often the top choices are excluded (`xtc_probability`); 0 to 1, 0 is never.
  public var xtcProbability: Double {
    get { self[XTC.probability] }
    set { self[XTC.probability] = newValue }
  }

  /// The probability from which a token is a top choice (`xtc_threshold`); 0 to 1.
  public var xtcThreshold: Double {
    get { self[XTC.threshold] }
    set { self[XTC.threshold] = newValue }
  }
}
