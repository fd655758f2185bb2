/// How probable a model finds texts. Natural logarithms, of the unmodified model's probabilities: those of a distribution
/// after temperature or filters can't be compared between settings.
///
/// Which tokens count is for the caller to say: commonly all but those of the prompt, the end-of-sequence token
/// included where it came.
///
///     // a text of three bytes in two tokens, each with probability 0.5
///     let likelihood = Likelihood(logProbabilities: [-0.6931, -0.6931], byteCount: 3)
///     likelihood.perplexity  // 2
///     likelihood.bitsPerByte  // 0.667
public struct Likelihood: AdditiveStatistics {
  /// −Σ ln *p* over all tokens.
  public var negativeLogLikelihood: Double
  /// The number of tokens.
  public var tokenCount: Int
  /// The number of bytes of the texts in UTF-8.
  public var byteCount: Int
  /// The perplexities of the texts, one by one.
  public var textPerplexities: Mean

  /// Of no texts.
  public init() {
    negativeLogLikelihood = 0
    tokenCount = 0
    byteCount = 0
    textPerplexities = Mean()
  }

  /// Of one text, given the log-probability of each of its tokens after those before it, and its bytes.
  public init(logProbabilities: some Sequence<Double>, byteCount: Int = 0) {
    self.init()
    for logProbability in logProbabilities {
      negativeLogLikelihood -= logProbability
      tokenCount += 1
    }
    self.byteCount = byteCount
    if let perplexity { textPerplexities = Mean(of: [perplexity]) }
  }

  /// Adds the sums.
  public static func += (left: inout Likelihood, right: Likelihood) {
    left.negativeLogLikelihood += right.negativeLogLikelihood
    left.tokenCount += right.tokenCount
    left.byteCount += right.byteCount
    left.textPerplexities += right.textPerplexities
  }

  /// The mean negative log-likelihood of a token in nats, pooled over the texts; `nil` without tokens.
  public var mean: Double? {
    tokenCount > 0 ? negativeLogLikelihood / Double(tokenCount) : nil
  }

  /// The exponential of ``mean``: tokens are pooled, as in the code of Holtzman et al. 2020.
  public var perplexity: Double? { mean.map(Elementary.exp) }

  /// The mean of the texts' own perplexities, as Hugging Face's `evaluate` reports it. Never below ``perplexity`` for
  /// texts of one length.
  public var meanTextPerplexity: Double? { textPerplexities.value }

  /// Σ −log₂ *p* / bytes: comparable between tokenizers. `nil` without tokens or bytes.
  public var bitsPerByte: Double? {
    tokenCount > 0 && byteCount > 0
      ? negativeLogLikelihood / Elementary.log(2) / Double(byteCount) : nil
  }
}
