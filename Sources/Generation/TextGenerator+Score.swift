public import Decoding
public import LanguageModeling
import Metrics

/// How probable a model finds a sequence of tokens.
public struct TextScore: Hashable, Sendable {
  /// The tokens.
  public var tokens: [TokenID]
  /// The natural log-probability of each token, given those before it; the first has none.
  public var tokenLogProbabilities: [Double?]
  /// The most probable tokens after the last, best first.
  public var next: [TokenAlternative]
  /// Seconds that it took.
  public var seconds: Double

  /// Scores of tokens.
  public init(
    tokens: [TokenID], tokenLogProbabilities: [Double?], next: [TokenAlternative], seconds: Double
  ) {
    self.tokens = tokens
    self.tokenLogProbabilities = tokenLogProbabilities
    self.next = next
    self.seconds = seconds
  }

  /// The sum of the log-probabilities.
  public var logProbability: Double {
    tokenLogProbabilities.reduce(0) { $0 + ($1 ?? 0) }
  }

  /// The mean negative log-probability in nats over all tokens but the first; `nil` for a single token.
  public var meanNegativeLogLikelihood: Double? {
    likelihood().mean
  }

  /// The exponential of ``meanNegativeLogLikelihood``.
  public var perplexity: Double? {
    likelihood().perplexity
  }

  /// The negative log-probability in bits, divided by the bytes of the text that the tokens stand for; `nil` where
  /// either is missing.
  public func bitsPerByte(byteCount: Int) -> Double? {
    likelihood(byteCount: byteCount).bitsPerByte
  }

  private func likelihood(byteCount: Int = 0) -> Likelihood {
    Likelihood(
      logProbabilities: tokenLogProbabilities.lazy.compactMap { $0 }, byteCount: byteCount)
  }
}

extension TextGenerator {
  /// The log-probabilities of `tokens` and the distribution after the last.
  ///
  /// - Parameters:
  ///   - tokens: at least one, no more than the context holds.
  ///   - alternatives: how many of the most probable next tokens to list.
  /// - Complexity: memory for at most 64 MiB of logits (one row at least) at a time.
  public func score(
    _ tokens: [TokenID], adapter: AdapterMix = .none, alternatives: Int = 5
  ) throws(DecodingFailure) -> TextScore {
    let start = ContinuousClock.now
    let scorer = try SequenceScorer(model: model, options: options)
    let scores = try scorer.score(tokens, adapter: adapter, alternatives: alternatives)
    return TextScore(
      tokens: tokens, tokenLogProbabilities: scores.logProbabilities, next: scores.next,
      seconds: (ContinuousClock.now - start) / .seconds(1))
  }
}
