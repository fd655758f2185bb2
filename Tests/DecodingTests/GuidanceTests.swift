import Decoding
import LanguageModeling
import TestSupport
import Testing

@Suite struct GuidanceTests {
  private static let count = 20

  private static let logits: @Sendable ([TokenID]) -> [Float] = { tokens in
    let noise = CounterNoise(seed: 4, prompt: PromptHash(tokens), sample: 0)
    return (0..<count).map { 2 * Float(noise.gumbel(position: 0, token: TokenID($0))) }
  }

  private func model(contextLength: Int = 2000) -> TableLanguageModel {
    TableLanguageModel(
      vocabularyCount: Self.count, contextLength: contextLength, logits: Self.logits)
  }

  /// The guided scores by their definition.
  private static func scores(
    _ tokens: [TokenID], after prompt: [TokenID], and negative: [TokenID], scale: Double
  ) -> [Double] {
    let c = Naive.logSoftmax(logits(prompt + tokens))
    let u = Naive.logSoftmax(logits(negative + tokens))
    return zip(c, u).map { scale * ($0 - $1) + $1 }
  }

  private func request(
    _ prompt: [TokenID], _ negative: [TokenID]?, scale: Double, length: Int = 15,
    strategy: any DecodingStrategy = GreedySearch(), ending: Set<TokenID> = []
  ) -> DecodingRequest {
    DecodingRequest(
      prompt: prompt, strategy: strategy, seed: 3,
      stopRules: StopRules(endOfSequence: ending, maxNewTokens: length),
      guidance: Guidance(scale: scale, negativePrompt: negative))
  }

  private let pairs: [(prompt: [TokenID], negative: [TokenID]?)] = [
    ([3], [1, 2]), ([1, 2, 3, 4], nil), ((0..<40).map { TokenID($0 % 7) }, [5]),
    ([7, 8], [7, 8]), ([2], (0..<700).map { TokenID($0 % 20) }),
    ((0..<700).map { TokenID($0 % 19) }, (0..<650).map { TokenID($0 % 19) }),
  ]

  @Test(arguments: [-1, 0, 0.5, 1.5, 4])
  func greedyTakesTheBestGuidedToken(_ scale: Double) throws {
    for (prompt, negative) in pairs {
      let outcome = try run([request(prompt, negative, scale: scale)], over: model())[0]
      var tokens: [TokenID] = []
      while tokens.count < 15 {
        let scores = Self.scores(
          tokens, after: prompt, and: negative ?? [prompt[prompt.count - 1]], scale: scale)
        let best = scores.indices.max { scores[$0] < scores[$1] } ?? 0
        tokens.append(TokenID(best))
      }
      #expect(outcome.tokens == [tokens])
    }
  }

  @Test func logProbabilitiesAlternativesAndEntropyAreTheModels() throws {
    var guided = request([1, 2, 3], [9], scale: 2.5)
    guided.report = TokenReport(alternatives: 3, processedLogProbability: true, entropy: true)
    let hypothesis = try #require(try run([guided], over: model())[0].hypotheses.first)
    var tokens: [TokenID] = []
    for token in hypothesis.tokens {
      let plain = Naive.logSoftmax(Self.logits([1, 2, 3] + tokens))
      #expect(abs(token.logProbability - plain[Int(token.token)]) < 1e-5)
      let ranking = Naive.ranking(plain.map(Float.init)).prefix(3)
      #expect(token.alternatives.map { Int($0.token) } == Array(ranking))
      let scores = Self.scores(tokens, after: [1, 2, 3], and: [9], scale: 2.5).map(Float.init)
      let processed = Naive.logSoftmax(scores)[Int(token.token)]
      #expect(abs((token.processedLogProbability ?? 0) - processed) < 1e-4)
      tokens.append(token.token)
    }
    #expect(abs(hypothesis.score - hypothesis.logProbability) < 1e-9)
  }

  @Test func aScaleOfOneIsNoGuidanceAndCostsNothing() throws {
    let guided = model()
    let plain = model()
    var request = request([1, 2, 3], [9], scale: 1, strategy: Sampling())
    let outcome = try run([request], over: guided)
    request.guidance = nil
    #expect(try run([request], over: plain) == outcome)
    #expect(guided.ledger.counts == plain.ledger.counts)
  }

  @Test func aScaleOfZeroIsTheNegativePrompt() throws {
    let guided = try run([request([1, 2, 3], [9, 4], scale: 0)], over: model())[0]
    let plain = try run(
      [DecodingRequest(prompt: [9, 4], stopRules: StopRules(maxNewTokens: 15))], over: model())[0]
    #expect(guided.tokens == plain.tokens)
  }

  @Test func samplesFollowTheGuidedDistribution() throws {
    let (prompt, negative): ([TokenID], [TokenID]) = ([4], [6])
    var counts = Array(repeating: 0, count: Self.count)
    var draw = request(prompt, negative, scale: 1.7, length: 1, strategy: Sampling())
    draw.samples = Array(0..<20_000)
    for tokens in try run([draw], over: model())[0].tokens { counts[Int(tokens[0])] += 1 }
    let scores = Self.scores([], after: prompt, and: negative, scale: 1.7).map(Float.init)
    #expect(chiSquareDeviate(counts: counts, probabilities: Naive.softmax(scores)) < 3.1)
  }

  /// The guided scores are added up as they are, not normalised, as transformers does.
  @Test func wideBeamsFindTheExhaustiveBest() throws {
    let table = TableLanguageModel(vocabularyCount: 4) { tokens in
      let noise = CounterNoise(seed: 11, prompt: PromptHash(tokens), sample: 0)
      return (0..<4).map { Float(noise.gumbel(position: 0, token: $0)) }
    }
    func row(_ tokens: [TokenID]) -> [Double] {
      let noise = CounterNoise(seed: 11, prompt: PromptHash(tokens), sample: 0)
      return Naive.logSoftmax((0..<4).map { Float(noise.gumbel(position: 0, token: $0)) })
    }
    let (prompt, negative): ([TokenID], [TokenID]) = ([1], [2, 3])
    var best = (tokens: [TokenID](), score: -Double.infinity)
    func walk(_ tokens: [TokenID], _ sum: Double) {
      guard tokens.count < 4 else {
        if sum > best.score { best = (tokens, sum) }
        return
      }
      for token in 0..<4 {
        let (c, u) = (row(prompt + tokens)[token], row(negative + tokens)[token])
        walk(tokens + [TokenID(token)], sum + 2 * (c - u) + u)
      }
    }
    walk([], 0)
    let outcome = try run(
      [
        request(
          prompt, negative, scale: 2, length: 4,
          strategy: BeamSearch(beamCount: 64, lengthPenalty: 0, earlyStopping: .never))
      ], over: table)[0]
    #expect(outcome.tokens == [best.tokens])
    #expect(abs((outcome.hypotheses.first?.score ?? 0) - best.score) < 1e-4)
  }

  @Test func oneBeamIsGreedyAndScoresAsBeamsDo() throws {
    let greedy = try run([request([1, 2], [5], scale: 1.8)], over: model())[0]
    for strategy in [
      BeamSearch(beamCount: 1, lengthPenalty: 0),
      BeamSampling(beamCount: 1, filters: [try TopK(1)]),
    ] as [any DecodingStrategy] {
      let beam = try run([request([1, 2], [5], scale: 1.8, strategy: strategy)], over: model())[0]
      #expect(beam.tokens == greedy.tokens)
    }
    let beam = try run(
      [request([1, 2], [5], scale: 1.8, strategy: BeamSearch(beamCount: 1, lengthPenalty: 0))],
      over: model())[0]
    var (score, tokens): (Double, [TokenID]) = (0, [])
    for token in greedy.tokens[0] {
      score += Self.scores(tokens, after: [1, 2], and: [5], scale: 1.8)[Int(token)]
      tokens.append(token)
    }
    #expect(abs((beam.hypotheses.first?.score ?? 0) - score) < 1e-4)
  }

  @Test func resultsDependOnTheRequestAlone() throws {
    let shared = (0..<60).map { TokenID($0 % 20) }
    let strategies: [any DecodingStrategy] = [
      GreedySearch(), Sampling(filters: [try TopP(0.9)]), BeamSearch(beamCount: 3, resultCount: 3),
      DiverseBeamSearch(beamCount: 4, groupCount: 2, diversityPenalty: 0.5), Sampling(),
    ]
    var requests: [DecodingRequest] = []
    for (index, strategy) in strategies.enumerated() {
      requests.append(request(shared + [4], [3, 4], scale: 1.5, strategy: strategy, ending: [0]))
      requests.append(request([TokenID(index)], shared, scale: 3, strategy: strategy, ending: [0]))
      requests.append(
        request(shared, index % 2 == 0 ? nil : shared, scale: 0.3, strategy: strategy))
      requests.append(request(shared, nil, scale: 1, strategy: strategy))
    }
    requests[4].samples = [0, 3, 4]
    let alone = try requests.map { try run([$0], over: model())[0] }
    #expect(alone.allSatisfy { $0.isCompleted && $0.error == nil })
    let batch = model()
    #expect(try run(requests, over: batch) == alone)
    #expect(batch.ledger.counts.openSequences == 0)
    #expect(try run(requests.reversed(), over: model()) == alone.reversed())
  }

  @Test func aSharedNegativePromptIsReadOnceAndStepsAreShared() throws {
    let model = model()
    let negative = (0..<50).map { TokenID($0 % 20) }
    let requests = (0..<3).map { request([TokenID($0), 7], negative, scale: 2, length: 5) }
    _ = try run(requests, over: model)
    #expect(model.ledger.counts.tokens == 3 * 2 + 50 + 3 * 2 * 4)
    #expect(model.ledger.counts.steps == 1 + 4)
    #expect(model.ledger.counts.openSequences == 0)
  }

  @Test func cancellingAtAnyStepClosesEverything() throws {
    for steps in 0..<8 {
      let model = model()
      let decoder = try BatchDecoder(model: model)
      try decoder.submit(
        request(
          [1], (0..<1200).map { TokenID($0 % 20) }, scale: 2, strategy: BeamSearch(beamCount: 3)))
      for _ in 0..<steps { _ = try decoder.step() }
      decoder.cancel()
      let outcome = try run(decoder)[0]
      #expect(outcome.isCompleted && model.ledger.counts.openSequences == 0)
    }
    let model = model()
    do {
      let decoder = try BatchDecoder(model: model)
      try decoder.submit(request([1], [2], scale: 2, strategy: BeamSearch(beamCount: 3)))
      for _ in 0..<3 { _ = try decoder.step() }
      #expect(model.ledger.counts.openSequences == 6)
    }
    #expect(model.ledger.counts.openSequences == 0)
  }

  @Test func theLongerPromptLeavesRoomInTheContext() throws {
    let long = (0..<6).map { TokenID($0) }
    for (prompt, negative) in [([1], long), (long, [1])] as [([TokenID], [TokenID])] {
      let outcome = try run(
        [request(prompt, negative, scale: 2)], over: model(contextLength: 10))[0]
      #expect(outcome.tokens.map(\.count) == [4])
      #expect(outcome.hypotheses.first?.finishReason == .length)
      let none = try run([request(prompt, negative, scale: 2)], over: model(contextLength: 6))[0]
      #expect(none.isCompleted && none.tokens == [[]])
    }
  }

  @Test func tokensWithoutAChanceOnEitherSideHaveNone() throws {
    let table = TableLanguageModel(vocabularyCount: 4) { tokens in
      tokens[0] == 0 ? [5, -.infinity, 0, 1] : [-.infinity, 5, 0, 2]
    }
    var draw = request([0], [1], scale: 3, length: 1, strategy: Sampling())
    draw.samples = Array(0..<200)
    let tokens = Set(try run([draw], over: table)[0].tokens.flatMap(\.self))
    #expect(tokens == [2, 3])
  }

  @Test func damagedLogitsOnTheNegativeSideAreTold() throws {
    let table = TableLanguageModel(vocabularyCount: 4) { tokens in
      tokens[0] == 1 && tokens.count == 4 ? [0, .infinity, 0, 0] : [0, 1, 2, 0]
    }
    let outcome = try run([request([0], [1, 1], scale: 3)], over: table)[0]
    #expect(outcome.error == .notFinite(length: 4))
    #expect(table.ledger.counts.openSequences == 0)
  }

  @Test func whatMakesNoSenseIsRefused() throws {
    let decoder = try BatchDecoder(model: model(contextLength: 10))
    for (negative, scale, part) in [
      ([], 2, "holds no tokens"), ([20], 2, "outside the vocabulary"),
      (Array(repeating: 1, count: 11), 2, "has 11 tokens and the context holds 10"),
      ([1], .infinity, "must be a finite number"), (nil, .nan, "must be a finite number"),
    ] as [([TokenID]?, Double, String)] {
      let error = #expect(throws: DecodingFailure.self) {
        try decoder.submit(request([1], negative, scale: scale))
      }
      #expect("\(try #require(error))".contains(part))
    }
  }
}
