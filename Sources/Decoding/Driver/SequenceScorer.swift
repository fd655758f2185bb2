public import LanguageModeling

/// Finds out how probable a model finds given tokens.
///
/// One owner, not `Sendable`.
public final class SequenceScorer {
  private let session: any DecodingSession
  private let vocabularyCount: Int
  private let contextLength: Int
  private var rows: [Float] = []
  private var scratch: Candidates

  /// The most logits that are held at a time: 64 MiB of them, one row at least.
  private static let logitsLimit = 1 << 24
  /// The most tokens that one step is fed.
  private static let tokensPerStep = 512

  /// A scorer with a session of its own.
  ///
  /// - Throws: ``DecodingError/model(_:)`` where the model refuses the options.
  public init(
    model: some LanguageModel, options: SessionOptions = SessionOptions()
  ) throws(DecodingError) {
    do {
      session = try model.makeSession(options)
    } catch {
      throw .model(error)
    }
    vocabularyCount = model.vocabularyCount
    contextLength = min(options.contextLength ?? .max, model.contextLength)
    scratch = Candidates(vocabularyCount: model.vocabularyCount)
  }

  /// The log-probability of each token behind those before it (none for the first), and the most probable tokens
  /// behind the last, best first.
  ///
  /// - Throws: ``DecodingError`` for no tokens, more than the context holds, or ids that the model doesn't have.
  public func score(
    _ tokens: [TokenID], adapter: AdapterMix = .none, alternatives: Int = 0
  ) throws(DecodingError) -> (logProbabilities: [Double?], next: [TokenAlternative]) {
    try check(tokens, alternatives: alternatives)
    do throws(ModelError) {
      let sequence = try session.open(adapter: adapter)
      defer { session.close(sequence) }
      var result: (logProbabilities: [Double?], next: [TokenAlternative]) = ([nil], [])
      let chunk = max(1, min(Self.tokensPerStep, Self.logitsLimit / vocabularyCount))
      for start in stride(from: 0, to: tokens.count, by: chunk) {
        let end = min(start + chunk, tokens.count)
        rows.resize(to: (end - start) * vocabularyCount)
        try session.step(
          [StepInput(sequence, Array(tokens[start..<end]), logits: .all)], into: &rows)
        for position in start..<end {
          let row = position - start
          scratch.load(
            rows.span.extracting(row * vocabularyCount..<(row + 1) * vocabularyCount))
          guard let summary = scratch.summary(entropy: false) else {
            throw ModelError.notFinite(sequence, position: position)
          }
          if position + 1 < tokens.count {
            result.logProbabilities.append(
              Double(scratch.logit(at: Int(tokens[position + 1]))) - summary.logNormalizer)
          } else if alternatives > 0 {
            scratch.keepGreatest(alternatives, ties: .cut)
            result.next = scratch.ranked(logNormalizer: summary.logNormalizer)
          }
        }
      }
      return result
    } catch {
      throw .model(error)
    }
  }

  private func check(_ tokens: [TokenID], alternatives: Int) throws(DecodingError) {
    guard !tokens.isEmpty else { throw .emptyPrompt }
    guard tokens.count <= contextLength else {
      throw .promptTooLong(length: tokens.count, limit: contextLength)
    }
    for token in tokens where token < 0 || token >= vocabularyCount {
      throw .tokenOutOfRange(token, vocabularyCount: vocabularyCount)
    }
    guard alternatives >= 0 else {
      throw .invalidParameter("alternatives", reason: "is \(alternatives); it must be at least 0")
    }
  }
}
