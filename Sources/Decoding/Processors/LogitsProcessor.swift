import LanguageModeling

/// Changes the logits of a hypothesis' next token, given its tokens so far: penalties, biases, masks.
///
/// Processors run before all filters, and under every strategy: over the model's logits where tokens are drawn or the
/// best is taken, over its log-probabilities under beam search (see ``ScoreScale``). A processor is a pure function
/// of the logits and the ``HypothesisContext``, without state: hypotheses may branch and be dropped at any time.
public protocol LogitsProcessor: Sendable, CustomStringConvertible {
  /// The processor's name in messages.
  var name: String { get }

  /// Whether what it does depends on the tokens before a position, or on how many there are. `true` by default; what does
  /// can't be used where positions are filled in another order.
  var readsTokens: Bool { get }

  /// Refuses a request or a vocabulary that the processor can't work with.
  func validate(_ request: DecodingRequest, vocabularyCount: Int) throws(DecodingFailure)

  /// Changes logits. The candidates are the whole vocabulary; what is taken out is −∞, and stays so.
  func process(_ candidates: inout Candidates, context: HypothesisContext)
}

extension LogitsProcessor {
  /// `true`
  public var readsTokens: Bool { true }

  /// Refuses nothing.
  public func validate(_ request: DecodingRequest, vocabularyCount: Int) throws(DecodingFailure) {}

  /// Refuses token ids that the vocabulary doesn't have.
  func check(
    _ tokens: some Sequence<TokenID>, vocabularyCount: Int
  ) throws(DecodingFailure) {
    for token in tokens where token < 0 || token >= vocabularyCount {
      throw .invalidParameter(
        name,
        reason: "names token \(token), outside the vocabulary of \(vocabularyCount)"
          + " (0 to \(vocabularyCount - 1))")
    }
  }
}

/// What a row of scores is, before processors see it.
public enum ScoreScale: Hashable, Sendable {
  /// The model's logits: sampling and greedy search.
  case logits
  /// Their log-softmax: beam search, as in transformers. A repetition penalty then always multiplies.
  case logProbabilities
}

/// *base*^*exponent* by repeated squaring: the same on every machine.
func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, factor, rest) = (1.0, base, exponent)
  while rest > 0 {
    if rest & 1 == 1 { result *= factor }
    factor *= factor
    rest >>= 1
  }
  return result
}
