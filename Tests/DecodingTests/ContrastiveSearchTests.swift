import Decoding
import LanguageModeling
import TestSupport
import Testing

@Suite struct ContrastiveSearchTests {
  private static let size = 19

  /// Random logits, and random hidden states of which some are alike.
  private func model(
    seed: UInt64 = 1, vocabularyCount: Int = 24, contextLength: Int = 2000
  ) -> HiddenStateTableModel {
    HiddenStateTableModel(
      TableLanguageModel(randomOver: vocabularyCount, contextLength: contextLength, seed: seed),
      hiddenSize: Self.size, state: Self.state)
  }

  /// What the last token is mostly, what stands before it a little.
  private static let state: @Sendable ([TokenID]) -> [Float] = { tokens in
    let last = CounterNoise(seed: 5, prompt: PromptHash(Array(tokens.suffix(1))), sample: 0)
    let all = CounterNoise(seed: 6, prompt: PromptHash(tokens), sample: 0)
    return (0..<size).map { element in
      Float(
        last.gumbel(position: 0, token: TokenID(element))
          + 0.3 * all.gumbel(position: 0, token: TokenID(element)))
    }
  }

  private static let logits: @Sendable (UInt64, Int, [TokenID]) -> [Float] = {
    seed, count, tokens in
    let noise = CounterNoise(seed: seed, prompt: PromptHash(tokens), sample: 0)
    return (0..<count).map { 2 * Float(noise.gumbel(position: 0, token: TokenID($0))) }
  }

  /// Contrastive search by its definition.
  private func reference(
    _ prompt: [TokenID], alpha: Double, candidates: Int, length: Int, seed: UInt64,
    vocabularyCount: Int, ending: Set<TokenID> = [], repetition: Float = 1
  ) -> [TokenID] {
    var tokens = prompt
    while tokens.count < prompt.count + length {
      var row = Self.logits(seed, vocabularyCount, tokens)
      for token in Set(tokens) {
        row[Int(token)] =
          row[Int(token)] > 0 ? row[Int(token)] / repetition : row[Int(token)] * repetition
      }
      let probabilities = Naive.softmax(row)
      let context = tokens.indices.map { Self.state(Array(tokens[...$0])) }
      let scores = Naive.ranking(row).prefix(candidates).map { candidate in
        let state = Self.state(tokens + [TokenID(candidate)])
        let similarity = context.map { cosine($0, state) }.max() ?? 0
        return (candidate, (1 - alpha) * probabilities[candidate] - alpha * similarity)
      }
      let best = scores.dropFirst().reduce(scores[0]) { $1.1 > $0.1 ? $1 : $0 }
      tokens.append(TokenID(best.0))
      if ending.contains(TokenID(best.0)) { break }
    }
    return Array(tokens.dropFirst(prompt.count))
  }

  private func cosine(_ x: [Float], _ y: [Float]) -> Double {
    func dot(_ x: [Float], _ y: [Float]) -> Double {
      zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    return dot(x, y) / (dot(x, x) * dot(y, y)).squareRoot()
  }

  private func request(
    _ prompt: [TokenID], alpha: Double = 0.6, candidates: Int = 4, length: Int = 20,
    ending: Set<TokenID> = [], processors: [any LogitsProcessor] = []
  ) -> DecodingRequest {
    DecodingRequest(
      prompt: prompt,
      strategy: ContrastiveSearch(penaltyAlpha: alpha, candidateCount: candidates),
      stopRules: StopRules(endOfSequence: ending, maxNewTokens: length), processors: processors)
  }

  private let prompts: [[TokenID]] = [[3], [1, 2, 3, 4], (0..<40).map { TokenID($0 % 7) }]

  @Test(arguments: [(0.1, 2), (0.6, 4), (0.9, 7), (1, 24), (0.5, 100)])
  func tokensAreThoseOfTheDefinition(_ alpha: Double, _ candidates: Int) throws {
    for seed in 1...8 as ClosedRange<UInt64> {
      for prompt in prompts {
        for repetition in [1, 1.5] as [Float] {
          let outcome = try run(
            [
              request(
                prompt, alpha: alpha, candidates: candidates, ending: [0, 5],
                processors: repetition == 1 ? [] : [try RepetitionPenalty(Double(repetition))])
            ], over: model(seed: seed))[0]
          let expected = reference(
            prompt, alpha: alpha, candidates: candidates, length: 20, seed: seed,
            vocabularyCount: 24, ending: [0, 5], repetition: repetition)
          #expect(outcome.tokens == [expected])
          #expect(
            outcome.hypotheses.first?.finishReason
              == (expected.count < 20 ? .endOfSequence : .length)
              || [0, 5].contains(expected.last))
        }
      }
    }
  }

  @Test(arguments: [(0, 6), (0.7, 1)])
  func noPenaltyOrOneCandidateIsGreedy(_ alpha: Double, _ candidates: Int) throws {
    // Rounded, so that there are ties.
    let table = TableLanguageModel(vocabularyCount: 20) { tokens in
      Self.logits(3, 20, tokens).map { $0.rounded() }
    }
    let model = HiddenStateTableModel(table, hiddenSize: Self.size, state: Self.state)
    for prompt in prompts {
      let search = request(prompt, alpha: alpha, candidates: candidates, ending: [2])
      var greedy = search
      greedy.strategy = GreedySearch()
      let outcomes = try run([search, greedy], over: model)
      #expect(outcomes[0].tokens == outcomes[1].tokens)
      #expect(outcomes[0].hypotheses.map(\.score) == outcomes[1].hypotheses.map(\.score))
    }
  }

  @Test func resultsDependOnTheRequestAlone() throws {
    let shared = (0..<60).map { TokenID($0 % 24) }
    let long = (0..<1100).map { TokenID(($0 * 7) % 24) }
    var requests = [
      request(shared + [4], ending: [9]), request(shared + [5, 6]), request(shared),
      request(shared, alpha: 0.2, candidates: 7), request(long), request(long + [1], length: 3),
      request([2], length: 1),
    ]
    var others = [request(shared + [4]), request(long), request([2])]
    others[0].strategy = Sampling()
    others[1].strategy = BeamSearch(beamCount: 3)
    let alone = try requests.map { try run([$0], over: model())[0] }
    #expect(alone.allSatisfy { $0.isCompleted && $0.error == nil })
    let count = requests.count
    requests += others
    #expect(Array(try run(requests, over: model()).prefix(count)) == alone)
    #expect(Array(try run(requests.reversed(), over: model()).suffix(count)) == alone.reversed())
    let expected = reference(
      long, alpha: 0.6, candidates: 4, length: 3, seed: 1, vocabularyCount: 24)
    #expect(Array(alone[4].tokens[0].prefix(3)) == expected)
  }

  @Test func promptIsReadOnceAndEachTokenCostsItsCandidates() throws {
    let model = model()
    let prompt = (0..<100).map { TokenID($0 % 24) }
    _ = try run([request(prompt, length: 5), request(prompt, length: 5)], over: model)
    #expect(model.table.ledger.counts.tokens == 100 + 2 * 4 * 5)
    #expect(model.table.ledger.counts.steps == 1 + 5)
    #expect(model.table.ledger.counts.openSequences == 0)
  }

  @Test func onlyWhatIsTakenIsToldOf() throws {
    let decoder = try BatchDecoder(model: model())
    try decoder.submit(request(prompts[1], length: 12))
    var told: [TokenEvent] = []
    var result: Hypothesis?
    while let events = try decoder.step() {
      for event in events {
        if case .token(let token) = event { told.append(token) }
        if case .finished(_, let hypothesis) = event { result = hypothesis }
      }
    }
    #expect(told.map(\.token) == result?.tokens)
    #expect(told.map(\.parent) == [.prompt] + told.dropLast().map(\.hypothesis))
    #expect(told.map(\.finishReason) == Array(repeating: nil, count: 11) + [.length])
  }

  @Test func cancellingGivesWhatWasTaken() throws {
    let whole = try run([request(prompts[0], length: 20)], over: model())[0].tokens[0]
    for steps in 0..<8 {
      let decoder = try BatchDecoder(model: model())
      try decoder.submit(request(prompts[0], length: 20))
      for _ in 0..<steps { _ = try decoder.step() }
      decoder.cancel()
      let outcome = try run(decoder)[0]
      // The first step reads the prompt, each further one takes a token.
      #expect(outcome.tokens == [Array(whole.prefix(max(0, steps - 1)))])
      #expect(outcome.hypotheses.first?.finishReason == .cancelled)
    }
  }

  @Test func aFullContextAndAStopEndIt() throws {
    let whole = try run([request(prompts[1], length: 20)], over: model())[0].tokens[0]
    let full = try run([request(prompts[1], length: 20)], over: model(contextLength: 10))[0]
    #expect(full.tokens == [Array(whole.prefix(6))])
    #expect(full.hypotheses.first?.finishReason == .length)
    var stopped = request(prompts[1], length: 20)
    stopped.matcher = StopTokens(tokens: [whole[4]])
    let outcome = try run([stopped], over: model())[0]
    let end = try #require(whole.firstIndex(of: whole[4]))
    #expect(outcome.tokens == [Array(whole[...end])])
    #expect(outcome.hypotheses.first?.finishReason == .stop)
  }

  @Test func processedLogProbabilityIsThatOfTheCandidate() throws {
    var request = request(prompts[1], length: 6, processors: [try RepetitionPenalty(1.4)])
    request.report.processedLogProbability = true
    let hypothesis = try #require(try run([request], over: model())[0].hypotheses.first)
    var tokens = prompts[1]
    for token in hypothesis.tokens {
      let row = Self.logits(1, 24, tokens)
      var processed = row
      for seen in Set(tokens) {
        processed[Int(seen)] = row[Int(seen)] > 0 ? row[Int(seen)] / 1.4 : row[Int(seen)] * 1.4
      }
      let index = Int(token.token)
      #expect(abs(token.logProbability - Naive.logSoftmax(row)[index]) < 1e-5)
      let expected = Naive.logSoftmax(processed)[index]
      #expect(abs((token.processedLogProbability ?? 0) - expected) < 1e-5)
      tokens.append(token.token)
    }
  }

  @Test func maskedTokensAreNoCandidates() throws {
    let allowed: Set<TokenID> = [3, 8]
    let outcome = try run(
      [
        request(
          prompts[0], alpha: 1, candidates: 10,
          processors: [AllowedTokens { _ in Array(allowed) }])
      ], over: model())[0]
    #expect(allowed.isSuperset(of: outcome.tokens[0]))
    let none = try run(
      [request(prompts[0], processors: [AllowedTokens { _ in [] }])], over: model())[0]
    #expect(none.error == .noCandidates(length: 1))
  }

  @Test func statesWithoutLengthAreLikeNothing() throws {
    let model = HiddenStateTableModel(
      TableLanguageModel(randomOver: 24), hiddenSize: 3, state: { _ in [0, 0, 0] })
    let search = request(prompts[0])
    var greedy = search
    greedy.strategy = GreedySearch()
    let outcomes = try run([search, greedy], over: model)
    #expect(outcomes[0].tokens == outcomes[1].tokens)
  }

  @Test func modelsWithoutHiddenStatesAreRefused() throws {
    let decoder = try BatchDecoder(model: TableLanguageModel(randomOver: 24))
    let error = #expect(throws: DecodingFailure.self) { try decoder.submit(request([1])) }
    #expect(
      "\(try #require(error))".contains("compares hidden states, and this model gives logits"))
  }

  @Test func numbersOutsideTheirRangesAndSeveralSamplesAreRefused() throws {
    let decoder = try BatchDecoder(model: model())
    for (alpha, candidates) in [(-0.1, 4), (1.1, 4), (.nan, 4), (0.5, 0), (0.5, 1025)] {
      #expect(throws: DecodingFailure.self) {
        try decoder.submit(request([1], alpha: alpha, candidates: candidates))
      }
    }
    var several = request([1])
    several.samples = [0, 1]
    #expect(throws: DecodingFailure.self) { try decoder.submit(several) }
  }
}
