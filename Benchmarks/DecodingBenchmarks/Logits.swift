import LanguageModeling

/// Rows of logits to measure with.
enum Logits: String, CaseIterable {
  /// As a language model's: a few tokens stand out, the rest is a broad hill far below.
  case peaked
  /// A hill alone, as at the beginning of a text: the hard case, in which filters by mass keep thousands.
  case flat

  /// A row of `count` logits.
  func row(_ count: Int) -> [Float] {
    let noise = CounterNoise(seed: 1, prompt: PromptHash([]), sample: 0)
    return (0..<count).map { index in
      let token = TokenID(truncatingIfNeeded: index)
      // A sum of uniform numbers is near enough to a normal one.
      let hill = (0..<4).reduce(-2.0) { $0 + noise.uniform(position: $1, token: token) }
      let rank = Int(noise.uniform(position: 4, token: token) * Double(count))
      let peak = rank < 200 ? 14 - 1.7 * Double(rank).squareRoot() : 0
      return Float(3.5 * hill + (self == .peaked ? max(0, peak) : 0))
    }
  }
}

/// The vocabularies that are measured: SmolLM2's, and one as large models have.
let vocabularyCounts = [49_152, 150_000]
