public import LanguageModeling

/// Names a node in the tree of a request's hypotheses: a list of generated tokens. ``prompt`` is the empty list.
///
/// Every token that is appended makes a new hypothesis, whose parent is the one that it was appended to.
public struct HypothesisID: Hashable, Sendable {
  /// The node's number within its request, in order of making; 0 is the prompt alone.
  public let rawValue: Int

  package init(rawValue: Int) {
    self.rawValue = rawValue
  }

  /// The prompt alone.
  public static let prompt = HypothesisID(rawValue: 0)
}

/// A token beside the one that was taken, with its log-probability under the unmodified model.
public struct TokenAlternative: Hashable, Sendable {
  /// The token.
  public var token: TokenID
  /// Its natural log-probability.
  public var logProbability: Double

  /// A token and its log-probability.
  public init(token: TokenID, logProbability: Double) {
    self.token = token
    self.logProbability = logProbability
  }
}

/// What to report about each token beyond its log-probability. Each costs a pass over the vocabulary.
public struct TokenReport: Hashable, Sendable {
  /// How many of the model's most probable tokens to list at each position.
  public var alternatives: Int
  /// Whether to give the log-probability under the distribution that was drawn from.
  public var processedLogProbability: Bool
  /// Whether to give the entropy of the model's distribution, in nats.
  public var entropy: Bool
  /// Which confidence of the model to give, if any.
  public var confidence: TokenConfidence?
  /// Whether to give the probability that the constraint left. It needs the whole mask at each token.
  public var constraintLogProbability: Bool
  /// Whether to give a ``DecodingEvent/canvas(request:_:)`` after each step of denoising.
  public var canvas: Bool

  /// A report; by default of nothing.
  public init(
    alternatives: Int = 0, processedLogProbability: Bool = false, entropy: Bool = false,
    confidence: TokenConfidence? = nil, constraintLogProbability: Bool = false,
    canvas: Bool = false
  ) {
    self.alternatives = alternatives
    self.processedLogProbability = processedLogProbability
    self.entropy = entropy
    self.confidence = confidence
    self.constraintLogProbability = constraintLogProbability
    self.canvas = canvas
  }
}

/// One generated token and what is known about it.
public struct GeneratedToken: Hashable, Sendable {
  /// The token.
  public var token: TokenID
  /// Its natural log-probability under the unmodified model.
  public var logProbability: Double
  /// Its log-probability under the distribution that it was drawn from, where the report asks for it.
  public var processedLogProbability: Double?
  /// The entropy of the model's distribution in nats, where the report asks for it.
  public var entropy: Double?
  /// The model's confidence of what comes here, in nats, where the report asks for it.
  public var confidence: Double?
  /// The model's most probable tokens, best first, where the report asks for them.
  public var alternatives: [TokenAlternative]
  /// The logarithm of the probability that the unmodified model gives to all that the constraint allowed here, the end
  /// included; where the report asks for it, 0 without a constraint.
  public var constraintLogProbability: Double?
}

/// One finished sequence of a request.
public struct Hypothesis: Hashable, Sendable {
  /// The hypothesis in its request's tree.
  public var id: HypothesisID
  /// Its place among the sequences of the request: the index of the sample, or a beam's rank.
  public var slot: Int
  /// The number of the sample, as the request gave it.
  public var sample: Int
  /// The generated tokens, the end-of-sequence token included where that ended it.
  public var tokens: [GeneratedToken]
  /// What ranks it under its strategy; under sampling and greedy search, ``logProbability``.
  public var score: Double
  /// Why it ended.
  public var finishReason: FinishReason
  /// Its place in a sample without replacement: ``StochasticBeamSearch``'s results alone have one.
  public var draw: StochasticBeamDraw?
  /// Whether its tokens make a whole text of the constraint; `nil` without one.
  public var isComplete: Bool?
  /// What could have come next, in words, where it ended in a ``FinishReason/deadEnd``.
  public var expectation: String?

  /// The sum of its tokens' log-probabilities under the unmodified model.
  public var logProbability: Double {
    tokens.reduce(0) { $0 + $1.logProbability }
  }
}
