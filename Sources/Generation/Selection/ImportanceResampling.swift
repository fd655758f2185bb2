public import LanguageModeling

/// Draws one of several samples under a constraint, each with a chance in proportion to its importance weight: sampling
/// importance resampling (Rubin 1987).
///
/// A constraint that is applied token by token draws from another distribution than the model's own texts that satisfy it:
/// a token that leads to improbable texts alone is as likely as the model finds it (Park et al., “Grammar-aligned
/// decoding”, NeurIPS 2024, arXiv 2405.21047). A sample's weight, the product over its tokens of the probability that the
/// constraint left there, corrects for that (Loula et al., “Syntactic and semantic control of large language models via
/// sequential Monte Carlo”, ICLR 2025, arXiv 2504.13139): as the number of samples grows, the chosen one is a draw from
/// the model's distribution *given* that the text satisfies the constraint.
///
/// The weight is exact for samples from the model's own distribution, which is temperature 1 without filters and
/// penalties; elsewhere it is an approximation. A sample that isn't whole has no weight.
///
/// The chosen sample comes first; the others follow as further draws without replacement would give them, those without
/// weight last. A sample's score is its share of all weight. The draw is a function of the seed, the prompt and the
/// samples' numbers.
///
///     ImportanceResampling(seed: 1, prompt: [5]).rank([
///       SampleCandidate(text: "4", constraintLogProbability: -0.1, sample: 0),
///       SampleCandidate(text: "x", constraintLogProbability: -0.1, isComplete: false, sample: 1),
///     ]).map(\.score)  // [1, 0]
public struct ImportanceResampling: SampleSelection, Hashable {
  private let seed: UInt64
  private let prompt: PromptHash

  /// A draw under a seed.
  public init(seed: UInt64, prompt: [TokenID]) {
    self.seed = seed
    self.prompt = PromptHash(prompt)
  }

  /// The samples in the order of the draws; a sample's score is its share of all weight.
  public func rank(_ samples: [SampleCandidate]) -> [RankedSample] {
    let whole = samples.indices.filter {
      samples[$0].isComplete && samples[$0].constraintLogProbability > -.infinity
    }
    let greatest = whole.map { samples[$0].constraintLogProbability }.max() ?? 0
    let weights = samples.map { PortableExponential.exp($0.constraintLogProbability - greatest) }
    let sum = whole.reduce(0) { $0 + weights[$1] }
    // The greatest sums of log-weight and Gumbel noise are a draw without replacement.
    let keys = samples.map { sample in
      sample.constraintLogProbability
        + CounterNoise(seed: seed, prompt: prompt, sample: sample.sample).gumbel(position: -1)
    }
    let drawn = whole.sorted { (keys[$0], $1) > (keys[$1], $0) }
    let rest = samples.indices.filter { !whole.contains($0) }
    return drawn.map { RankedSample(index: $0, score: weights[$0] / sum) }
      + rest.map { RankedSample(index: $0, score: 0) }
  }
}
