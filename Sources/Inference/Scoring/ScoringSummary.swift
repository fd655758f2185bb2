public import Metrics
public import Sweeps

/// What the scores of several texts come to, their tokens pooled.
public struct ScoringSummary: Sendable {
  /// The number of texts.
  public let textCount: Int
  /// The sums over all texts.
  public let likelihood: Likelihood
  /// The perplexity of all texts, and the range that covers that of all texts of their kind with a probability of 95 %:
  /// the bootstrap over texts. `nil` for fewer than two texts.
  public let perplexity: ConfidenceInterval?

  /// Sums up texts.
  ///
  /// - Complexity: O(1000 · texts).
  public init(_ likelihoods: [Likelihood]) {
    textCount = likelihoods.count
    likelihood = likelihoods.reduce(into: Likelihood()) { $0 += $1 }
    guard likelihoods.count > 1, let estimate = likelihood.perplexity else {
      perplexity = nil
      return
    }
    let statistics = PromptStatistics(
      rows: likelihoods.map {
        MetricStatistics(sums: [$0.negativeLogLikelihood, Double($0.tokenCount)])
      }
    ) { sums in
      sums.sums.count == 2 && sums.sums[1] > 0 ? sums.sums[0] / sums.sums[1] : .nan
    }
    let mean = Bootstrap(promptCount: likelihoods.count, seed: 0).interval(of: statistics)
    func exponential(_ mean: Double) -> Double {
      Likelihood(logProbabilities: [-mean]).perplexity ?? .nan
    }
    perplexity = ConfidenceInterval(
      estimate: estimate, lower: exponential(mean.lower), upper: exponential(mean.upper))
  }
}
