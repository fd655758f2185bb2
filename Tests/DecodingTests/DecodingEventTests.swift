import Decoding
import Foundation
import LanguageModeling
import TestSupport
import Testing

@Suite struct DecodingEventTests {
  @Test func eventsBuildEachSequenceFromItsParents() throws {
    let decoder = try BatchDecoder(model: TableLanguageModel(randomOver: 20))
    try decoder.submit(
      DecodingRequest(
        prompt: [1, 2], strategy: Sampling(), samples: [0, 1, 2], seed: 6,
        stopRules: StopRules(endOfSequence: [3, 4], maxNewTokens: 15)))
    var built: [HypothesisID: [GeneratedToken]] = [.prompt: []]
    var kinds: [String] = []
    while let events = try decoder.step() {
      for event in events {
        switch event {
        case .promptRead: kinds.append("prompt")
        case .canvas: kinds.append("canvas")
        case .token(let token):
          built[token.hypothesis] = try #require(built[token.parent]) + [token.token]
          kinds.append("token")
        case .finished(_, let hypothesis):
          #expect(built[hypothesis.id] == hypothesis.tokens)
          kinds.append("finished")
        case .completed: kinds.append("completed")
        case .failed: kinds.append("failed")
        }
      }
    }
    #expect(kinds.first == "prompt")
    #expect(kinds.last == "completed")
    #expect(kinds.filter { $0 == "finished" }.count == 3)
    #expect(!kinds.contains("failed"))
  }

  @Test func reportsAreThoseOfTheModelAndOfTheDistributionDrawnFrom() throws {
    let row: @Sendable ([TokenID]) -> [Float] = { tokens in
      let noise = CounterNoise(seed: 2, prompt: PromptHash(tokens), sample: 0)
      return (0..<30).map { 2 * Float(noise.gumbel(position: 0, token: $0)) }
    }
    let report = TokenReport(alternatives: 4, processedLogProbability: true, entropy: true)
    let outcome = try run(
      [
        DecodingRequest(
          prompt: [5], strategy: Sampling(filters: [try Temperature(0.7), try TopK(6)]), seed: 1,
          stopRules: StopRules(endOfSequence: [9], maxNewTokens: 10, minNewTokens: 10),
          report: report)
      ], over: TableLanguageModel(vocabularyCount: 30, logits: row))[0]
    var tokens: [TokenID] = [5]
    #expect(outcome.hypotheses[0].tokens.count == 10)
    for generated in outcome.hypotheses[0].tokens {
      let logits = row(tokens)
      let expected = Naive.logSoftmax(logits)
      #expect(abs(generated.logProbability - expected[Int(generated.token)]) < 1e-6)
      let entropy = -expected.reduce(0) { $0 + exp($1) * $1 }
      #expect(abs(try #require(generated.entropy) - entropy) < 1e-5)
      let best = Naive.ranking(logits).prefix(4)
      #expect(generated.alternatives.map { Int($0.token) } == Array(best))
      for alternative in generated.alternatives {
        #expect(abs(alternative.logProbability - expected[Int(alternative.token)]) < 1e-6)
      }
      var masked = logits
      masked[9] = -.infinity
      masked = masked.map { $0 / 0.7 }
      let kept = Naive.topK(masked, 6, ties: .kept)
      let processed = Naive.logSoftmax(
        masked.enumerated().map { kept.contains($0) ? $1 : -.infinity })
      #expect(
        abs(try #require(generated.processedLogProbability) - processed[Int(generated.token)])
          < 1e-5)
      tokens.append(generated.token)
    }
  }

  /// Every strategy, with what tokens are taken from: the distribution that processors and filters leave, or for beams
  /// the scores that they leave.
  static func strategies() throws -> [any DecodingStrategy] {
    let filters: [any Filter] = [try Temperature(0.7), try TopK(6)]
    return [
      GreedySearch(), Sampling(filters: filters),
      Sampling(filters: [try Mirostat(.first, target: 2)]),
      Sampling(filters: [try Temperature(0.7), try Mirostat(.second, target: 2)]),
      Sampling(filters: [try AdaptiveP(target: 0.4)]),
      BeamSearch(beamCount: 3, resultCount: 3),
      DiverseBeamSearch(beamCount: 4, groupCount: 2, diversityPenalty: 0.5, resultCount: 4),
      BeamSampling(beamCount: 3, filters: filters, resultCount: 3),
      StochasticBeamSearch(beamCount: 3, filters: filters),
      ArithmeticSampling(codeCount: 2, filters: filters),
      ContrastiveSearch(penaltyAlpha: 0.6, candidateCount: 4),
    ]
  }

  @Test func everyStrategyReportsEveryTokenInEventsAndResults() throws {
    let row: @Sendable ([TokenID]) -> [Float] = { tokens in
      let noise = CounterNoise(seed: 3, prompt: PromptHash(tokens), sample: 0)
      return (0..<24).map { 2 * Float(noise.gumbel(position: 0, token: $0)) }
    }
    for strategy in try Self.strategies() {
      let model = HiddenStateTableModel(
        TableLanguageModel(vocabularyCount: 24, logits: row), hiddenSize: 24, state: row)
      let decoder = try BatchDecoder(model: model)
      try decoder.submit(
        DecodingRequest(
          prompt: [5], strategy: strategy, seed: 1,
          stopRules: StopRules(endOfSequence: [9], maxNewTokens: 8),
          processors: [try RepetitionPenalty(1.3)],
          report: TokenReport(
            alternatives: 3, processedLogProbability: true, entropy: true,
            confidence: .mostProbable(5))))
      var built: [HypothesisID: [GeneratedToken]] = [.prompt: []]
      var results = 0
      while let events = try decoder.step() {
        for event in events {
          switch event {
          case .token(let event):
            let parent = try #require(built[event.parent])
            built[event.hypothesis] = parent + [event.token]
            try check(event.token, after: row([5] + parent.map(\.token)), strategy)
          case .finished(_, let hypothesis):
            results += 1
            #expect(built[hypothesis.id] == hypothesis.tokens, "\(strategy)")
            let sum = hypothesis.tokens.reduce(0) { $0 + $1.logProbability }
            #expect(abs(hypothesis.logProbability - sum) < 1e-9)
          case .failed(_, let error): Issue.record("\(strategy): \(error)")
          case .promptRead, .canvas, .completed: break
          }
        }
      }
      #expect(results >= 1)
    }
  }

  /// Checks what is told of a token against the definitions over the model's own row.
  private func check(
    _ token: GeneratedToken, after logits: [Float], _ strategy: any DecodingStrategy
  ) throws {
    let expected = Naive.logSoftmax(logits)
    #expect(abs(token.logProbability - expected[Int(token.token)]) < 1e-6, "\(strategy)")
    let entropy = -expected.reduce(0) { $0 + exp($1) * $1 }
    #expect(abs(try #require(token.entropy) - entropy) < 1e-5, "\(strategy)")
    #expect(
      token.alternatives.map { Int($0.token) } == Array(Naive.ranking(logits).prefix(3)),
      "\(strategy)")
    for alternative in token.alternatives {
      #expect(abs(alternative.logProbability - expected[Int(alternative.token)]) < 1e-6)
    }
    #expect(try #require(token.processedLogProbability) <= 1e-6, "\(strategy)")
    let confidence = -expected.sorted(by: >).prefix(5).reduce(0, +) / 5
    #expect(abs(try #require(token.confidence) - confidence) < 1e-6, "\(strategy)")
  }

  @Test func confidencesAreThoseOfTheirDefinitions() throws {
    let row: @Sendable ([TokenID]) -> [Float] = { tokens in
      let noise = CounterNoise(seed: 4, prompt: PromptHash(tokens), sample: 0)
      return (0..<21).map { 3 * Float(noise.gumbel(position: 0, token: $0)) + 40 }
    }
    for (confidence, alternatives) in [
      (TokenConfidence.vocabulary, 0), (.vocabulary, 3), (.mostProbable(4), 0),
      (.mostProbable(4), 9), (.mostProbable(40), 2),
    ] {
      let outcome = try run(
        [
          DecodingRequest(
            prompt: [5], strategy: Sampling(filters: [try TopK(3)]), seed: 1,
            stopRules: StopRules(maxNewTokens: 6),
            report: TokenReport(alternatives: alternatives, confidence: confidence))
        ], over: TableLanguageModel(vocabularyCount: 21, logits: row))[0]
      var tokens: [TokenID] = [5]
      for generated in outcome.hypotheses[0].tokens {
        let logProbabilities = Naive.logSoftmax(row(tokens)).sorted(by: >)
        let expected =
          switch confidence {
          case .vocabulary: -logProbabilities.reduce(0) { $0 + log(21) + $1 } / 21
          case .mostProbable(let count):
            -logProbabilities.prefix(count).reduce(0, +) / Double(min(count, 21))
          }
        #expect(abs(try #require(generated.confidence) - expected) < 1e-5)
        #expect(generated.alternatives.count == alternatives)
        tokens.append(generated.token)
      }
    }
    // A uniform distribution has no certainty, and −∞ is no token.
    let flat = TableLanguageModel(vocabularyCount: 8) { _ in [1, 1, 1, 1, 1, 1, 1, -.infinity] }
    let outcome = try run(
      [
        DecodingRequest(
          prompt: [0], stopRules: StopRules(maxNewTokens: 1),
          report: TokenReport(confidence: .vocabulary))
      ], over: flat)[0]
    #expect(abs(try #require(outcome.hypotheses[0].tokens[0].confidence)) < 1e-6)
  }

  @Test func whatIsNotAskedForIsNotReported() throws {
    let outcome = try run(
      [DecodingRequest(prompt: [1], stopRules: StopRules(maxNewTokens: 2))],
      over: TableLanguageModel(randomOver: 5))[0]
    for token in outcome.hypotheses[0].tokens {
      #expect(token.alternatives.isEmpty)
      #expect(token.entropy == nil)
      #expect(token.confidence == nil)
      #expect(token.processedLogProbability == nil)
    }
  }

  /// Ends after a sum of tokens; a value whose copies go their own ways.
  private struct SumMatcher: TokenMatcher {
    var sum: TokenID = 0
    mutating func accept(_ token: TokenID) -> Bool {
      sum += token
      return sum >= 40
    }
  }

  @Test func matchersEndEachHypothesisByItsOwnTokens() throws {
    let outcome = try run(
      [
        DecodingRequest(
          prompt: [1], strategy: Sampling(), samples: Array(0..<8), seed: 5,
          stopRules: StopRules(maxNewTokens: 100), matcher: SumMatcher())
      ], over: TableLanguageModel(randomOver: 20))[0]
    #expect(Set(outcome.tokens.map(\.count)).count > 1)
    for hypothesis in outcome.hypotheses {
      let ids = hypothesis.tokens.map(\.token)
      #expect(hypothesis.finishReason == .stop)
      #expect(ids.reduce(0, +) >= 40)
      #expect(ids.dropLast().reduce(0, +) < 40)
    }
  }
}
