import LanguageModeling
public import Metrics

/// Minimum Bayes risk decoding (Eikema and Aziz 2020): chooses the sample that is worth most on average over what
/// could be right, for which the samples themselves stand.
///
/// The score of *h* is its expected utility (1/*n*) Σ u(*h*, *r*) over all *n* samples *r*, *h* and duplicates included, so
/// that a text drawn twice counts twice. Ties go to the sample with the higher log-probability, then to the first.
///
/// - Complexity: O(*n*²) utilities for *n* different texts; what a utility needs of a text is computed once for each.
public struct MinimumBayesRisk: SampleSelection {
  /// What each sample counts as a reference.
  public enum Weighting: Hashable, Sendable {
    /// 1 each: the Monte Carlo estimate.
    case uniform
    /// Its probability, duplicates counting once (Jinnai et al. 2024): lower variance where the samples were drawn from
    /// the unmodified model, and more weight on short texts.
    case probability
  }

  /// What a sample is worth where another one is right.
  public var utility: any Utility
  /// What each sample counts as a reference.
  public var weighting: Weighting

  /// By default chrF, each sample counting 1.
  public init(utility: any Utility = ChrF(), weighting: Weighting = .uniform) {
    self.utility = utility
    self.weighting = weighting
  }

  /// The samples by expected utility, on the utility's own scale: 0 to 100 for chrF, 0 to 1 for token F1 and exact match.
  public func rank(_ samples: [SampleCandidate]) -> [RankedSample] {
    let utilities = utility.expectedUtilities(of: samples.map(\.text), weights: weights(samples))
    return samples.indices.sorted { left, right in
      (utilities[left], samples[left].logProbability, right)
        > (utilities[right], samples[right].logProbability, left)
    }.map { RankedSample(index: $0, score: utilities[$0]) }
  }

  private func weights(_ samples: [SampleCandidate]) -> [Double]? {
    guard weighting == .probability else { return nil }
    // Relative to the most probable one, so that long texts don't all come out as 0.
    guard let greatest = samples.map(\.logProbability).max(), greatest.isFinite else { return nil }
    var seen: Set<SampleCandidate> = []
    return samples.map {
      seen.insert($0).inserted ? PortableExponential.exp($0.logProbability - greatest) : 0
    }
  }
}
