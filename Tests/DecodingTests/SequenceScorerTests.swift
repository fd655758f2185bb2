import Decoding
import LanguageModeling
import TestSupport
import Testing

@Suite struct SequenceScorerTests {
  @Test func scoresAreTheLogProbabilitiesOfEachToken() throws {
    let row: @Sendable ([TokenID]) -> [Float] = { tokens in
      let noise = CounterNoise(seed: 2, prompt: PromptHash(tokens), sample: 0)
      return (0..<30).map { 2 * Float(noise.gumbel(position: 0, token: $0)) }
    }
    let model = TableLanguageModel(vocabularyCount: 30, contextLength: 2000, logits: row)
    let tokens = (0..<1100).map { TokenID($0 * 7 % 30) }
    let scores = try SequenceScorer(model: model).score(tokens, alternatives: 5)
    #expect(scores.logProbabilities.count == tokens.count)
    #expect(scores.logProbabilities[0] == nil)
    for position in 1..<tokens.count {
      let expected = Naive.logSoftmax(row(Array(tokens[..<position])))[Int(tokens[position])]
      #expect(abs(try #require(scores.logProbabilities[position]) - expected) < 1e-6)
    }
    #expect(scores.next.map { Int($0.token) } == Array(Naive.ranking(row(tokens)).prefix(5)))
    #expect(model.ledger.counts.tokens == tokens.count)
    #expect(model.ledger.counts.openSequences == 0)
  }

  @Test func whatCantBeScoredIsRefused() throws {
    let scorer = try SequenceScorer(model: TableLanguageModel(randomOver: 5, contextLength: 4))
    #expect(throws: DecodingFailure.emptyPrompt) { try scorer.score([]) }
    #expect(throws: DecodingFailure.promptTooLong(length: 5, limit: 4)) {
      try scorer.score([1, 1, 1, 1, 1])
    }
    #expect(throws: DecodingFailure.tokenOutOfRange(-1, vocabularyCount: 5)) {
      try scorer.score([-1])
    }
    let broken = TableLanguageModel(vocabularyCount: 2) { _ in [.infinity, 0] }
    #expect(throws: DecodingFailure.self) { try SequenceScorer(model: broken).score([1, 1]) }
    #expect(broken.ledger.counts.openSequences == 0)
  }
}
