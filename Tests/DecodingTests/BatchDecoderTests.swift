import Decoding
import LanguageModeling
import TestSupport
import Testing

@Suite struct BatchDecoderTests {
  private func requests() throws -> [DecodingRequest] {
    let shared = (0..<40).map { TokenID($0 % 30) }
    return [
      DecodingRequest(prompt: [1, 2, 3], stopRules: StopRules(maxNewTokens: 12)),
      DecodingRequest(
        prompt: shared + [4], strategy: Sampling(), samples: [0, 1, 5], seed: 1,
        stopRules: StopRules(endOfSequence: [0, 7], maxNewTokens: 20)),
      DecodingRequest(
        prompt: shared + [4], strategy: Sampling(filters: [try Temperature(0.5)]), samples: [0, 1],
        seed: 1, stopRules: StopRules(endOfSequence: [9], maxNewTokens: 15)),
      DecodingRequest(
        prompt: shared, strategy: Sampling(filters: [try TopK(5)]), seed: 2,
        stopRules: StopRules(endOfSequence: [3], maxNewTokens: 9, minNewTokens: 4)),
      DecodingRequest(
        prompt: shared + [5, 6, 7], strategy: Sampling(filters: [try TopP(0.7)]), samples: [3],
        seed: 2, stopRules: StopRules(maxNewTokens: 1)),
      DecodingRequest(
        prompt: (0..<1300).map { TokenID($0 % 30) }, strategy: Sampling(), seed: 9,
        stopRules: StopRules(endOfSequence: [2], maxNewTokens: 30, ignoresEndOfSequence: true)),
      DecodingRequest(prompt: [1], stopRules: StopRules(maxNewTokens: 0)),
      DecodingRequest(
        prompt: [1, 2], strategy: Sampling(), samples: [0, 1, 2, 3], seed: 77,
        stopRules: StopRules(endOfSequence: [5, 6], maxNewTokens: 25)),
    ]
  }

  private func model() -> TableLanguageModel {
    TableLanguageModel(randomOver: 30, contextLength: 2000)
  }

  @Test func resultsDependOnTheRequestAlone() throws {
    let requests = try requests()
    let alone = try requests.map { try run([$0], over: model())[0] }
    #expect(alone.allSatisfy { $0.isCompleted && $0.error == nil })
    #expect(try run(requests, over: model()) == alone)
    #expect(try run(requests.reversed(), over: model()) == alone.reversed())
    // The same again in one batch, and one after another on a decoder that is in the middle of things.
    #expect(try run(requests + requests, over: model()) == alone + alone)
    let decoder = try BatchDecoder(model: model())
    var outcomes: [Int: [Hypothesis]] = [:]
    func note(_ events: [DecodingEvent]?) {
      for case .finished(let request, let hypothesis) in events ?? [] {
        outcomes[request, default: []].append(hypothesis)
      }
    }
    for request in requests {
      try decoder.submit(request)
      note(try decoder.step())
      note(try decoder.step())
    }
    while let events = try decoder.step() { note(events) }
    #expect(requests.indices.map { outcomes[$0] ?? [] } == alone.map(\.hypotheses))
  }

  @Test func samplesDependOnTheirNumberAlone() throws {
    var request = try requests()[7]
    let all = try run([request], over: model())[0]
    for (slot, sample) in request.samples.enumerated() {
      request.samples = [sample]
      let one = try run([request], over: model())[0]
      #expect(one.tokens[0] == all.tokens[slot])
    }
  }

  @Test func greedyIsTheArgmaxOfEachStep() throws {
    let row: @Sendable ([TokenID]) -> [Float] = { tokens in
      let noise = CounterNoise(seed: 1, prompt: PromptHash(tokens), sample: 0)
      // Rounded, so that there are ties.
      return (0..<20).map { Float(noise.gumbel(position: 0, token: $0)).rounded() }
    }
    let model = TableLanguageModel(vocabularyCount: 20, logits: row)
    for prompt in [[0], [3, 1, 4], [1, 5, 9, 2, 6]] as [[TokenID]] {
      let request = DecodingRequest(prompt: prompt, stopRules: StopRules(maxNewTokens: 30))
      let outcome = try run([request], over: model)[0]
      #expect(outcome.tokens == [greedyTokens(prompt, count: 30, logits: row)])
    }
  }

  @Test func sequencesBalance() throws {
    let model = model()
    _ = try run(try requests(), over: model)
    #expect(model.ledger.counts.openSequences == 0)
  }

  @Test func anAbandonedDecoderClosesItsSequences() throws {
    let model = model()
    do {
      let decoder = try BatchDecoder(model: model)
      for request in try requests() { try decoder.submit(request) }
      for _ in 0..<4 { _ = try decoder.step() }
      #expect(model.ledger.counts.openSequences > 0)
    }
    #expect(model.ledger.counts.openSequences == 0)
  }

  @Test func samplesShareOneReadingOfThePrompt() throws {
    let model = model()
    let prompt = (0..<100).map { TokenID($0 % 30) }
    let rules = StopRules(maxNewTokens: 5)
    _ = try run(
      [
        DecodingRequest(
          prompt: prompt, strategy: Sampling(), samples: Array(0..<10), stopRules: rules)
      ],
      over: model)
    // Of five new tokens, the last isn't fed.
    #expect(model.ledger.counts.tokens == 100 + 10 * 4)
    #expect(model.ledger.counts.steps == 1 + 4)
    #expect(model.ledger.counts.largestBatch == 10)
  }

  @Test func equalPromptsAndSharedBeginningsAreReadOnce() throws {
    let shared = (0..<100).map { TokenID($0 % 30) }
    let rules = StopRules(maxNewTokens: 1)
    func fed(_ prompts: [[TokenID]]) throws -> Int {
      let model = model()
      _ = try run(prompts.map { DecodingRequest(prompt: $0, stopRules: rules) }, over: model)
      return model.ledger.counts.tokens
    }
    #expect(try fed([shared, shared, shared]) == 100)
    #expect(try fed([shared, shared + [1], shared + [2, 3], shared + [2, 4]]) == 100 + 1 + 2 + 2)
    // A beginning that is too short to be worth a step of its own is read again.
    #expect(try fed([[1, 2, 3], [1, 4, 5]]) == 6)
  }

  @Test func longPromptsAreReadInPiecesBesideTheOthers() throws {
    let model = model()
    let long = (0..<1500).map { TokenID($0 % 30) }
    let outcomes = try run(
      [
        DecodingRequest(prompt: [1], stopRules: StopRules(maxNewTokens: 3)),
        DecodingRequest(prompt: long, stopRules: StopRules(maxNewTokens: 2)),
      ], over: model)
    #expect(outcomes.allSatisfy { $0.isCompleted })
    #expect(model.ledger.counts.tokens == 1 + 2 + 1500 + 1)
    #expect(model.ledger.counts.steps == 4)
  }

  @Test func minimumAndIgnoredEndsAreMasked() throws {
    // Token 0 ends and is always the best.
    let model = TableLanguageModel(bigrams: Array(repeating: [5, 1, 0], count: 3))
    func tokens(_ rules: StopRules, _ strategy: any DecodingStrategy = GreedySearch()) throws
      -> [TokenID]
    {
      try run([DecodingRequest(prompt: [1], strategy: strategy, stopRules: rules)], over: model)[0]
        .tokens[0]
    }
    #expect(try tokens(StopRules(endOfSequence: [0], maxNewTokens: 5)) == [0])
    #expect(
      try tokens(StopRules(endOfSequence: [0], maxNewTokens: 5, minNewTokens: 2)) == [1, 1, 0])
    #expect(
      try tokens(StopRules(endOfSequence: [0], maxNewTokens: 3, ignoresEndOfSequence: true))
        == [1, 1, 1])
    #expect(
      try tokens(
        StopRules(endOfSequence: [0, 1], maxNewTokens: 3, minNewTokens: 3),
        Sampling(filters: [try TopK(2)])) == [2, 2, 2])
  }

  @Test func maskingEverythingIsAnErrorOfThatRequest() throws {
    let model = TableLanguageModel(randomOver: 3)
    let outcomes = try run(
      [
        DecodingRequest(
          prompt: [1, 2], stopRules: StopRules(endOfSequence: [0, 1, 2], minNewTokens: 1)),
        DecodingRequest(prompt: [1], stopRules: StopRules(maxNewTokens: 2)),
      ], over: model)
    #expect(outcomes[0].error == .noCandidates(length: 2))
    #expect(outcomes[1].isCompleted)
    #expect(model.ledger.counts.openSequences == 0)
  }

  @Test func aFullContextEndsWithLength() throws {
    let model = TableLanguageModel(randomOver: 10, contextLength: 8)
    let outcomes = try run(
      [[1, 2, 3], [1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7, 8]].map {
        DecodingRequest(prompt: $0)
      },
      over: model)
    #expect(outcomes.map(\.tokens[0].count) == [5, 1, 0])
    #expect(outcomes.allSatisfy { $0.hypotheses[0].finishReason == .length && $0.isCompleted })
    let shorter = try run(
      [DecodingRequest(prompt: [1, 2, 3])], over: model, options: SessionOptions(contextLength: 5))
    #expect(shorter[0].tokens[0].count == 2)
  }

  @Test func aRequestThatFailsLeavesTheOthersAlone() throws {
    // After a 4, the model is broken.
    let healthy = TableLanguageModel(randomOver: 6, seed: 5)
    let broken = TableLanguageModel(vocabularyCount: 6) { tokens in
      if tokens.contains(4) { return Array(repeating: .nan, count: 6) }
      let noise = CounterNoise(seed: 5, prompt: PromptHash(tokens), sample: 0)
      return (0..<6).map { 2 * Float(noise.gumbel(position: 0, token: $0)) }
    }
    let rules = StopRules(endOfSequence: [4], maxNewTokens: 12)
    let prompts: [[TokenID]] = [[1], [1, 4], [2, 3], [4], [5, 5]]
    let requests = prompts.map {
      DecodingRequest(prompt: $0, strategy: Sampling(), seed: 3, stopRules: rules)
    }
    let expected = try run(requests, over: healthy)
    let outcomes = try run(requests, over: broken)
    for index in [0, 2, 4] { #expect(outcomes[index] == expected[index]) }
    for index in [1, 3] {
      guard case .model(.notFinite) = outcomes[index].error else {
        Issue.record("request \(index) should have failed")
        continue
      }
    }
    #expect(broken.ledger.counts.openSequences == 0)
  }

  @Test func infiniteLogitsAreNoticedWhereTheModelDoesNot() throws {
    let model = TableLanguageModel(vocabularyCount: 3) {
      $0.count > 3 ? [1, .infinity, 0] : [0, 1, 2]
    }
    let outcomes = try run([DecodingRequest(prompt: [1, 1])], over: model)
    #expect(outcomes[0].error == .notFinite(length: 4))
  }

  @Test func requestsThatMakeNoSenseAreRefused() throws {
    let decoder = try BatchDecoder(model: TableLanguageModel(randomOver: 5, contextLength: 4))
    #expect(throws: DecodingFailure.emptyPrompt) { try decoder.submit(DecodingRequest(prompt: [])) }
    #expect(throws: DecodingFailure.tokenOutOfRange(5, vocabularyCount: 5)) {
      try decoder.submit(DecodingRequest(prompt: [5]))
    }
    #expect(throws: DecodingFailure.promptTooLong(length: 5, limit: 4)) {
      try decoder.submit(DecodingRequest(prompt: [1, 1, 1, 1, 1]))
    }
    #expect(throws: DecodingFailure.self) {
      try decoder.submit(DecodingRequest(prompt: [1], samples: [0, 1]))
    }
    #expect(throws: DecodingFailure.self) {
      try decoder.submit(DecodingRequest(prompt: [1], strategy: Sampling(), samples: []))
    }
    #expect(throws: DecodingFailure.self) {
      try decoder.submit(DecodingRequest(prompt: [1], strategy: Sampling(), samples: [2, 2]))
    }
    #expect(throws: DecodingFailure.self) {
      try decoder.submit(DecodingRequest(prompt: [1], stopRules: StopRules(maxNewTokens: -1)))
    }
    #expect(throws: DecodingFailure.self) {
      try decoder.submit(
        DecodingRequest(prompt: [1], stopRules: StopRules(maxNewTokens: 2, minNewTokens: 3)))
    }
    #expect(try decoder.step() == nil)
  }

  @Test func anUnknownAdapterFailsItsRequestAlone() throws {
    let model = TableLanguageModel(randomOver: 5)
    let outcomes = try run(
      [
        DecodingRequest(
          prompt: [1], stopRules: StopRules(maxNewTokens: 2),
          adapter: AdapterMix([AdapterMix.Part(name: "fairy")])),
        DecodingRequest(prompt: [1], stopRules: StopRules(maxNewTokens: 2)),
      ], over: model)
    #expect(outcomes[0].error == .model(.unknownAdapter("fairy")))
    #expect(outcomes[1].isCompleted)
  }

  @Test func cancellingKeepsWhatWasGenerated() throws {
    let model = model()
    let decoder = try BatchDecoder(model: model)
    for request in try requests() { try decoder.submit(request) }
    for _ in 0..<3 { _ = try decoder.step() }
    decoder.cancel(request: 7)
    var cancelled: [Hypothesis] = []
    for case .finished(7, let hypothesis) in try decoder.step() ?? [] {
      cancelled.append(hypothesis)
    }
    let whole = try run([try requests()[7]], over: self.model())[0].hypotheses
    for hypothesis in cancelled {
      #expect(hypothesis.finishReason == .cancelled)
      let full = try #require(whole.first { $0.slot == hypothesis.slot })
      #expect(Array(full.tokens.prefix(hypothesis.tokens.count)) == hypothesis.tokens)
    }
    #expect(!cancelled.isEmpty)
    decoder.cancel()
    let last = try #require(try decoder.step())
    #expect(last.contains { if case .completed = $0 { true } else { false } })
    #expect(try decoder.step() == nil)
    #expect(model.ledger.counts.openSequences == 0)
  }

  @Test func cancellingBeforeThePromptIsReadGivesEmptySequences() throws {
    let model = model()
    let decoder = try BatchDecoder(model: model)
    try decoder.submit(DecodingRequest(prompt: [1], strategy: Sampling(), samples: [4, 5]))
    decoder.cancel()
    let outcomes = try run(decoder)
    #expect(outcomes[0].tokens == [[], []])
    #expect(outcomes[0].hypotheses.map(\.sample) == [4, 5])
    #expect(model.ledger.counts.tokens == 0)
  }
}
