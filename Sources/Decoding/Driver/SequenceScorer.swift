public import LanguageModeling

/// Finds out how probable a model finds given tokens.
///
/// One owner, not `Sendable`.
public final class SequenceScorer {
  private var reader: RowReader
  private let contextLength: Int
  private var scratch: Candidates

  /// A scorer with a session of its own.
  ///
  /// - Throws: ``DecodingFailure/model(_:)`` where the model refuses the options.
  public init(
    model: some LanguageModel, options: SessionOptions = SessionOptions()
  ) throws(DecodingFailure) {
    reader = try RowReader(model: model, options: options)
    contextLength = model.contextLength(under: options)
    scratch = Candidates(vocabularyCount: model.vocabularyCount)
  }

  /// The log-probability of each token, given those before it (none for the first), and the most probable tokens
  /// after the last, best first.
  ///
  /// - Throws: ``DecodingFailure`` for no tokens, more than the context holds, or ids that the model doesn't have.
  public func score(
    _ tokens: [TokenID], adapter: AdapterMix = .none, alternatives: Int = 0
  ) throws(DecodingFailure) -> (logProbabilities: [Double?], next: [TokenAlternative]) {
    try check(tokens, alternatives: alternatives)
    do throws(ModelError) {
      let sequence = try reader.session.open(adapter: adapter)
      defer { reader.session.close(sequence) }
      var result: (logProbabilities: [Double?], next: [TokenAlternative]) = ([nil], [])
      try reader.read(tokens, in: sequence) { (position, logits) throws(ModelError) in
        scratch.load(logits)
        guard let summary = scratch.summary(entropy: false) else {
          throw .notFinite(sequence, position: position)
        }
        if position + 1 < tokens.count {
          result.logProbabilities.append(
            Double(scratch.logit(at: Int(tokens[position + 1]))) - summary.logNormalizer)
        } else if alternatives > 0 {
          scratch.keepGreatest(alternatives, ties: .cut)
          result.next = scratch.ranked(logNormalizer: summary.logNormalizer)
        }
      }
      return result
    } catch {
      throw .model(error)
    }
  }

  private func check(_ tokens: [TokenID], alternatives: Int) throws(DecodingFailure) {
    guard !tokens.isEmpty else { throw .emptyPrompt }
    guard tokens.count <= contextLength else {
      throw .promptTooLong(length: tokens.count, limit: contextLength)
    }
    for token in tokens where token < 0 || token >= reader.vocabularyCount {
      throw .tokenOutOfRange(token, vocabularyCount: reader.vocabularyCount)
    }
    guard alternatives >= 0 else {
      throw .invalidParameter("alternatives", reason: "is \(alternatives); it must be at least 0")
    }
  }
}
