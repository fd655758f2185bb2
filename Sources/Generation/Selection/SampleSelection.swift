/// A way to choose among several samples of one prompt: ``MinimumBayesRisk``, ``SelfConsistency``, or one's own.
public protocol SampleSelection: Sendable {
  /// Ranks samples.
  ///
  /// - Returns: every sample once, the chosen one first.
  func rank(_ samples: [SampleCandidate]) -> [RankedSample]
}

/// A finished sample, as a selection sees it.
public struct SampleCandidate: Hashable, Sendable {
  /// Its text.
  public var text: String
  /// The sum of its tokens' log-probabilities under the unmodified model.
  public var logProbability: Double

  /// A text and how probable it was.
  public init(text: String, logProbability: Double = 0) {
    self.text = text
    self.logProbability = logProbability
  }
}

/// A sample's place in a selection.
public struct RankedSample: Hashable, Sendable {
  /// Its index among the samples that were ranked.
  public var index: Int
  /// What ranks it; higher is better.
  public var score: Double

  /// A sample with its score.
  public init(index: Int, score: Double) {
    self.index = index
    self.score = score
  }
}
