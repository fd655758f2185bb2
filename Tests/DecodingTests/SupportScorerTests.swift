import Decoding
import LanguageModeling
import TestSupport
import Testing

@Suite struct SupportScorerTests {
  @Test func supportIsWhatTheFiltersLeaveBehindTheTextItself() throws {
    let table = TableLanguageModel(randomOver: 19)
    let scorer = try SupportScorer(model: table)
    let context: [TokenID] = [3, 1, 4, 1]
    let text: [TokenID] = [5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 0, 18]
    let chains: [[any Filter]] = [
      [], [try TopK(1)], [try TopK(6)], [try Temperature(0.5), try TopP(0.6)],
      [try MinP(0.2)],
    ]
    let support = try scorer.support(of: text, after: context, under: chains)
    var candidates = Candidates(vocabularyCount: 19)
    for (index, chain) in chains.enumerated() {
      let expected = text.indices.map { position in
        candidates.load(table.logits(context + text[..<position]).span)
        for filter in chain { filter.apply(to: &candidates) }
        return candidates.index(of: text[position]) != nil
      }
      #expect(support[index] == expected)
    }
    #expect(support[0].allSatisfy { $0 })
    #expect(zip(support[1], support[2]).allSatisfy { !$0 || $1 })
    // One pass over the model, whatever the number of chains.
    #expect(table.ledger.counts.tokens == context.count + text.count - 1)
    #expect(table.ledger.counts.openSequences == 0)
  }

  @Test func nothingAndNonsenseAreToldApart() throws {
    let scorer = try SupportScorer(model: TableLanguageModel(randomOver: 5, contextLength: 6))
    #expect(try scorer.support(of: [], after: [1], under: [[]]) == [[]])
    #expect(throws: DecodingFailure.emptyPrompt) {
      try scorer.support(of: [1], after: [], under: [[]])
    }
    #expect(throws: DecodingFailure.self) {
      try scorer.support(of: [1, 2, 3, 4], after: [1, 2, 3, 4], under: [[]])
    }
    #expect(throws: DecodingFailure.self) {
      try scorer.support(of: [1, 1], after: [7], under: [[]])
    }
  }
}
