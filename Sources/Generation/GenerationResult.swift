public import Decoding
public import LanguageModeling

/// What came of a ``GenerationRequest``.
public struct GenerationResult: Hashable, Sendable {
  /// The tokens that the model was fed.
  public var promptTokens: [TokenID]
  /// The continuations: samples in the order of the request; beams, and samples that were selected among, best first.
  public var sequences: [GeneratedSequence]
  /// The seed of the noise.
  public var seed: UInt64
  /// How long it took.
  public var timings: GenerationTimings
  /// How probable the model found each token of the prompt; empty unless the request asks for it
  /// (`DecodingRequest.promptAlternatives`), and where it ended before the prompt was read.
  public var promptScores: [ScoredToken] = []

  /// The text of the first sequence; empty where there is none.
  public var text: String { sequences.first?.text ?? "" }
}

/// One continuation.
public struct GeneratedSequence: Hashable, Sendable {
  /// The text of the continuation, without the end-of-sequence token, and ending before the stop string if one came.
  public var text: String
  /// All that was generated, the end-of-sequence token and the tokens of the stop string included.
  public var tokens: [GeneratedToken]
  /// What ranks it: a beam's score, the score of a ``SampleSelection``, else ``logProbability``.
  public var score: Double
  /// The sum of the tokens' log-probabilities under the unmodified model.
  public var logProbability: Double
  /// Why it ended.
  public var finishReason: FinishReason
  /// How sure the model was of it, where a ``SampleSelection`` counted that.
  public var confidence: Double?
  /// The number of the sample.
  public var sample: Int
  /// Its place in a sample without replacement, under stochastic beam search.
  public var draw: StochasticBeamDraw?
  /// Whether ``text`` is whole under the request's constraint; `nil` without one.
  public var isComplete: Bool?
  /// What could have come next, in words, where it ended at a place where no token can go on.
  public var expectation: String?

  /// The sum of the logarithms of the probability that the constraint left at each token, where that is reported: the
  /// logarithm of the sample's importance weight. See ``ImportanceResampling``.
  public var constraintLogProbability: Double {
    tokens.reduce(0) { $0 + ($1.constraintLogProbability ?? 0) }
  }
}

/// How long a request took. Where several run together, their times overlap.
public struct GenerationTimings: Hashable, Sendable {
  /// The number of tokens in the prompt.
  public var promptTokens: Int
  /// Seconds from when the request joined until its prompt was read.
  public var promptSeconds: Double
  /// The tokens of the prompt whose keys and values were there, so that they weren't read.
  public var keptTokens: Int
  /// The number of tokens generated, over all sequences.
  public var generatedTokens: Int
  /// Seconds from then until the last sequence was finished.
  public var generateSeconds: Double
  /// How many tokens were drafted and how many of them came; `nil` where nothing was to be drafted.
  public var drafts: DraftCounts?
}
