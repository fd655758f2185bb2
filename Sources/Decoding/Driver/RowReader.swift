import LanguageModeling

/// A session that is fed given tokens and hands out the logits after each of them, a bounded number at a time.
struct RowReader {
  let session: any DecodingSession
  let vocabularyCount: Int
  private var rows: [Float] = []

  /// The most logits that are held at a time: 64 MiB of them, one row at least.
  private static let logitsLimit = 1 << 24

  /// - Throws: ``DecodingFailure/model(_:)`` where the model refuses the options.
  init(model: some LanguageModel, options: SessionOptions) throws(DecodingFailure) {
    do {
      session = try model.makeSession(options)
    } catch {
      throw .model(error)
    }
    vocabularyCount = model.vocabularyCount
  }

  /// Feeds `tokens` whose logits aren't needed.
  func skip(_ tokens: [TokenID], in sequence: SequenceID) throws(ModelError) {
    guard !tokens.isEmpty else { return }
    var none: [Float] = []
    try session.step([StepInput(sequence, tokens, logits: .none)], into: &none)
  }

  /// Feeds `tokens`, and gives `body` the index of each and the logits after it.
  mutating func read(
    _ tokens: [TokenID], in sequence: SequenceID,
    _ body: (_ index: Int, _ logits: Span<Float>) throws(ModelError) -> Void
  ) throws(ModelError) {
    let chunk = max(1, min(BatchDecoder.promptTokensPerStep, Self.logitsLimit / vocabularyCount))
    for start in stride(from: 0, to: tokens.count, by: chunk) {
      let end = min(start + chunk, tokens.count)
      rows.resize(to: (end - start) * vocabularyCount)
      try session.step(
        [StepInput(sequence, Array(tokens[start..<end]), logits: .all)], into: &rows)
      for index in start..<end {
        let first = (index - start) * vocabularyCount
        try body(index, rows.span.extracting(first..<first + vocabularyCount))
      }
    }
  }
}
