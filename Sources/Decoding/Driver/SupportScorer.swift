public import LanguageModeling

/// Finds out which of given tokens filters leave among the candidates, when a model is fed the tokens themselves: the
/// support of the distribution that would be drawn from, at each position of a given text.
///
/// The model is run once, however many chains of filters are asked about. Filters that leave something to chance act as
/// if chance had decided for them. Penalties and other processors have no part in it.
///
/// One owner, not `Sendable`.
public final class SupportScorer {
  private var reader: RowReader
  private var scratch: Candidates

  /// A scorer with a session of its own.
  ///
  /// - Throws: ``DecodingFailure/model(_:)`` where the model refuses the options.
  public init(
    model: some LanguageModel, options: SessionOptions = SessionOptions()
  ) throws(DecodingFailure) {
    reader = try RowReader(model: model, options: options)
    scratch = Candidates(vocabularyCount: model.vocabularyCount)
  }

  /// For each chain of filters, which tokens of `text` are left when each stands after `context` and the tokens before
  /// it.
  ///
  /// - Throws: ``DecodingFailure/emptyPrompt`` without a context, ``DecodingFailure/model(_:)`` for more tokens than the
  ///   context of the model holds, and for ids that it doesn't have.
  /// - Complexity: one pass of the model over all tokens, and each chain once for each token of the text.
  public func support(
    of text: [TokenID], after context: [TokenID], under chains: [[any Filter]],
    adapter: AdapterMix = .none
  ) throws(DecodingFailure) -> [[Bool]] {
    guard let last = context.last else { throw .emptyPrompt }
    var support = Array(repeating: [Bool](), count: chains.count)
    guard !text.isEmpty else { return support }
    do throws(ModelError) {
      let sequence = try reader.session.open(adapter: adapter)
      defer { reader.session.close(sequence) }
      try reader.skip(context.dropLast(), in: sequence)
      // The row after each of these is that of a token of the text.
      try reader.read([last] + text.dropLast(), in: sequence) {
        (position, logits) throws(ModelError) in
        for (index, chain) in chains.enumerated() {
          support[index].append(isLeft(text[position], of: logits, under: chain))
        }
      }
    } catch {
      throw .model(error)
    }
    return support
  }

  private func isLeft(
    _ token: TokenID, of logits: Span<Float>, under chain: [any Filter]
  ) -> Bool {
    scratch.load(logits)
    for filter in chain { filter.apply(to: &scratch) }
    return scratch.index(of: token).map { scratch.logit(at: $0) > -.infinity } ?? false
  }
}
