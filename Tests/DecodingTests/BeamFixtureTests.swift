import Decoding
import LanguageModeling
import TestSupport
import Testing

/// Beam search and diverse beam search give what transformers 4.51.3 gives.
@Suite struct BeamFixtureTests {
  /// The names of the files, with the number of cases that each must hold.
  @Test(arguments: [
    ("beam-plain", 576), ("beam-groups", 432), ("beam-edges", 117), ("beam-constrained", 432),
  ])
  func tokensAndScoresAreThoseOfTransformers(_ name: String, _ count: Int) throws {
    let fixture = try BeamFixture.load(name)
    #expect(fixture.cases.count == count)
    for (index, item) in fixture.cases.enumerated() {
      let model = fixture.model(item)
      let outcome = try run([fixture.request(item)], over: model)[0]
      #expect(outcome.error == nil)
      let tokens = outcome.hypotheses.map { hypothesis in
        // transformers' groups end every result with the first of the end-of-sequence tokens.
        item.groups > 1 && hypothesis.finishReason == .endOfSequence
          ? hypothesis.tokens.dropLast().map(\.token) + [fixture.eos[0]]
          : hypothesis.tokens.map(\.token)
      }
      #expect(tokens == item.results.map(\.tokens), "case \(index) of \(name)")
      for (hypothesis, expected) in zip(outcome.hypotheses, item.results) {
        guard let score = expected.score else { continue }
        #expect(
          abs(hypothesis.score - score) <= 1e-4 * max(abs(score), 1e-2), "case \(index) of \(name)")
      }
      #expect(model.ledger.counts.openSequences == 0)
    }
  }
}
