import Decoding
import LanguageModeling
import TestSupport
import Testing

@Suite struct PromptReadingTests {
  /// Prompts that share beginnings at random, so that the tree of segments takes many shapes.
  private func prompts(seed: UInt64) -> [[TokenID]] {
    let noise = CounterNoise(seed: seed, prompt: PromptHash([]), sample: 0)
    var position = 0
    func below(_ limit: Int) -> Int {
      position += 1
      return Int(noise.uniform(position: position) * Double(limit))
    }
    var prompts: [[TokenID]] = []
    for _ in 0..<12 {
      var prompt: [TokenID] = []
      if !prompts.isEmpty, below(4) > 0 {
        let base = prompts[below(prompts.count)]
        prompt = Array(base.prefix(below(base.count + 1)))
      }
      for _ in 0..<below(40) { prompt.append(TokenID(below(3))) }
      prompts.append(prompt.isEmpty ? [1] : prompt)
    }
    return prompts
  }

  @Test func everyPromptIsReadWholeHoweverItIsShared() throws {
    for seed in 0..<60 {
      let prompts = prompts(seed: UInt64(seed))
      let model = TableLanguageModel(randomOver: 9)
      let rules = StopRules(maxNewTokens: 2)
      let requests = prompts.map { DecodingRequest(prompt: $0, stopRules: rules) }
      let outcomes = try run(requests, over: model)
      for (request, outcome) in zip(requests, outcomes) {
        let alone = try run([request], over: TableLanguageModel(randomOver: 9))[0]
        #expect(outcome == alone)
      }
      let distinct = Set(prompts).reduce(0) { $0 + $1.count }
      #expect(model.ledger.counts.tokens <= distinct + prompts.count)
      #expect(model.ledger.counts.openSequences == 0)
    }
  }
}
