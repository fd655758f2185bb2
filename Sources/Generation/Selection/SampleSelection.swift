/// A way to choose among several samples of one prompt: ``MinimumBayesRisk``, ``SelfConsistency``,
/// ``ImportanceResampling``, or one's own.
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
  /// The sum of the logarithms of what its constraint left at each token; 0 without one, or where that isn't reported.
  public var constraintLogProbability: Double
  /// The model's confidence at each token, where that is reported.
  public var confidences: [Double]
  /// Whether it is a whole text of its constraint; `true` without one.
  public var isComplete: Bool
  /// The number of the sample.
  public var sample: Int

  /// A text and how probable it was.
  public init(
    text: String, logProbability: Double = 0, constraintLogProbability: Double = 0,
    confidences: [Double] = [], isComplete: Bool = true, sample: Int = 0
  ) {
    self.text = text
    self.logProbability = logProbability
    self.constraintLogProbability = constraintLogProbability
    self.confidences = confidences
    self.isComplete = isComplete
    self.sample = sample
  }
}

/// A sample's place in a selection.
public struct RankedSample: Hashable, Sendable {
  /// Its index among the samples that were ranked.
  public var index: Int
  /// What ranks it; higher is better.
  public var score: Double
  /// How sure the model was of it, where that counts.
  public var confidence: Double?

  /// A sample with its score.
  public init(index: Int, score: Double, confidence: Double? = nil) {
    self.index = index
    self.score = score
    self.confidence = confidence
  }
}
