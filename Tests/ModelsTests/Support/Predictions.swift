import LanguageModeling
import Testing
import Transformer

/// Expects the reference's next-token log-probabilities after each example, and its greedy continuation.
func expectPredictions(
  of model: TransformerModel, toBe examples: [TextReference.Case],
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let session = try model.makeSession(SessionOptions(threads: 1))
  for example in examples {
    let sequence = try session.open(adapter: .none)
    let row = try session.logits(
      of: sequence, fed: example.tokens, .last, vocabularyCount: model.vocabularyCount)
    session.close(sequence)
    let found = logProbabilities(row, vocabularyCount: model.vocabularyCount)
    #expect(
      largestDifference(found, example.next.floats) < 1e-3, sourceLocation: sourceLocation)
    #expect(
      try session.greedy(
        example.tokens, count: example.greedy.count, vocabularyCount: model.vocabularyCount)
        == example.greedy, sourceLocation: sourceLocation)
  }
}
