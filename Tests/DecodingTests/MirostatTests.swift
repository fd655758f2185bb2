import Decoding
import Foundation
import LanguageModeling
import TestSupport
import Testing

@Suite struct MirostatTests {
  private struct Document: Decodable {
    var cases: [Case]
  }

  private struct Case: Decodable {
    struct Step: Decodable {
      var count: Int
      var best: [TokenID]
      var token: TokenID
      var probability: Double
    }

    var version: Int
    var seed: UInt64
    var vocabulary: Int
    var spread: Double
    var tau: Double
    var eta: Double
    var steps: [Step]
  }

  /// The rows of `Fixtures/mirostat/make_mirostat.py`.
  private func row(_ given: Case, step: Int) -> [Float] {
    let golden: UInt64 = 0x9E37_79B9_7F4A_7C15
    func mix(_ value: UInt64) -> UInt64 {
      var z = value
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    let state = mix(given.seed &+ UInt64(step + 1) &* golden)
    return (1...UInt64(given.vocabulary)).map { index in
      let uniform = Double(mix(state &+ index &* golden) >> 44) / 0x1p20
      return Float(given.spread * uniform * uniform)
    }
  }

  /// llama.cpp's own samplers, run: what is left at each step, given what was drawn before.
  @Test func theTruncationIsThatOfLlamaCpp() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/mirostat/mirostat.json")
    let document = try JSONDecoder().decode(Document.self, from: Data(contentsOf: path))
    #expect(document.cases.count == 12)
    for given in document.cases {
      #expect(given.steps.count >= 10)
      let version = try #require(Mirostat.Version(rawValue: given.version))
      let mirostat = try Mirostat(version, target: given.tau, rate: given.eta)
      var state = mirostat.initialState
      for (index, step) in given.steps.enumerated() {
        var candidates = Candidates(row(given, step: index))
        mirostat.apply(to: &candidates, state: state, noise: noise, position: index)
        let label = "version \(given.version), tau \(given.tau), step \(index)"
        #expect(candidates.count == step.count, "\(label)")
        let ranking = (0..<candidates.count).sorted {
          candidates.logit(at: $0) > candidates.logit(at: $1)
        }
        #expect(ranking.prefix(8).map { candidates.token(at: $0) } == step.best, "\(label)")
        let drawn = try #require(candidates.index(of: step.token))
        let logProbability = candidates.logProbability(at: drawn)
        #expect(abs(exp(logProbability) / step.probability - 1) < 1e-4, "\(label)")
        mirostat.accept(drawn, of: candidates, state: &state)
      }
    }
  }

  private let noise = CounterNoise(seed: 0, prompt: PromptHash([]), sample: 0)

  private func request(
    _ mirostat: Mirostat, after temperature: Temperature? = nil, samples: [Int] = [0], tokens: Int,
    prompt: [TokenID] = [1]
  ) -> DecodingRequest {
    DecodingRequest(
      prompt: prompt,
      strategy: Sampling(
        filters: (temperature.map { [$0] } ?? [] as [any Filter]) + [mirostat]), samples: samples,
      seed: 5,
      stopRules: StopRules(maxNewTokens: tokens),
      report: TokenReport(processedLogProbability: true))
  }

  /// The mean of −log₂ of what was drawn from, over the tokens after the first `skipped`.
  private func meanSurprise(_ hypothesis: Hypothesis, after skipped: Int) throws -> Double {
    let tokens = hypothesis.tokens.dropFirst(skipped)
    return try tokens.reduce(0) { try $0 - #require($1.processedLogProbability) / log(2) }
      / Double(tokens.count)
  }

  @Test(arguments: Mirostat.Version.allCases, [1.0, 2, 3])
  func theSurpriseComesToItsTarget(version: Mirostat.Version, target: Double) throws {
    // Rows of about 5 bits of entropy, with few great probabilities and many small ones.
    let model = TableLanguageModel(vocabularyCount: 256, contextLength: 4000) { tokens in
      let noise = CounterNoise(
        seed: UInt64(tokens.count), prompt: PromptHash(tokens.suffix(1)), sample: 0)
      return (0..<256).map { 1.2 * Float(noise.gumbel(position: 0, token: $0)) }
    }
    let outcome = try run(
      [request(try Mirostat(version, target: target, rate: 0.1), tokens: 3000)], over: model)[0]
    let mean = try meanSurprise(outcome.hypotheses[0], after: 500)
    #expect(abs(mean - target) < 0.1, "\(mean)")
  }

  @Test func aRateOfZeroDrawsFromTheTruncatedDistribution() throws {
    // Twice the target is 2 bits: what is at least a quarter as probable as certain.
    let p = [0.4, 0.3, 0.26, 0.04]
    let model = TableLanguageModel(vocabularyCount: 4) { _ in p.map { Float(log($0)) } }
    let mirostat = try Mirostat(.second, target: 1, rate: 0)
    let outcome = try run(
      [request(mirostat, samples: Array(0..<20_000), tokens: 2)], over: model)[0]
    for position in 0..<2 {
      var counts = Array(repeating: 0, count: 4)
      for tokens in outcome.tokens { counts[Int(tokens[position])] += 1 }
      let deviate = chiSquareDeviate(
        counts: counts, probabilities: [0.4, 0.3, 0.26, 0].map { $0 / 0.96 })
      #expect(deviate < 3.1)
    }
  }

  @Test func eachHypothesisLearnsByItself() throws {
    let model = TableLanguageModel(randomOver: 60)
    for version in Mirostat.Version.allCases {
      let mirostat = try Mirostat(version, target: 2, rate: 0.5)
      let temperature = try Temperature(1.5)
      let together = try run(
        [request(mirostat, after: temperature, samples: [4, 0, 7], tokens: 20)], over: model)[0]
      for (slot, sample) in [4, 0, 7].enumerated() {
        let alone = try run(
          [request(mirostat, after: temperature, samples: [sample], tokens: 20)], over: model)[0]
        #expect(alone.tokens[0] == together.tokens[slot])
      }
      #expect(Set(together.tokens).count == 3)
    }
  }

  @Test func theFirstTokenIsThatOfAnEqualFilter() throws {
    // Before anything is learnt, version 2 is a cutoff at 2^−(2τ) of the tempered distribution.
    let model = TableLanguageModel(randomOver: 60)
    let temperature = try Temperature(1.5)
    let filters: [any Filter] = [temperature, try EpsilonCutoff(1.0 / 64)]
    let samples = Array(0..<50)
    let mirostat = try run(
      [
        request(
          try Mirostat(.second, target: 3), after: temperature, samples: samples, tokens: 1)
      ], over: model)[0]
    let sampling = try run(
      [
        DecodingRequest(
          prompt: [1], strategy: Sampling(filters: filters), samples: samples, seed: 5,
          stopRules: StopRules(maxNewTokens: 1))
      ], over: model)[0]
    #expect(mirostat.tokens == sampling.tokens)
  }

  @Test func rowsWithoutATailAreNoTrap() throws {
    let rows: [[Float]] = [
      [0], [0, 0], [0, 0, 0, 0], [1, -.infinity], [.zero, -80], [50, 0, 0], [3, 2, 1, 0],
    ]
    for version in Mirostat.Version.allCases {
      for target in [0, 0.5, 5, 1e6] {
        for row in rows {
          let mirostat = try Mirostat(version, target: target)
          var candidates = Candidates(row)
          mirostat.apply(to: &candidates)
          #expect((1...row.count).contains(candidates.count))
          #expect(candidates.tokens.contains(0))
        }
      }
    }
  }

  @Test func numbersOutOfRangeAndNoSamplesAreRefused() throws {
    #expect(throws: DecodingFailure.self) { try Mirostat(.first, target: -1) }
    #expect(throws: DecodingFailure.self) { try Mirostat(.second, target: .nan) }
    #expect(throws: DecodingFailure.self) { try Mirostat(.second, rate: .infinity) }
    let decoder = try BatchDecoder(model: TableLanguageModel(randomOver: 5))
    #expect(throws: DecodingFailure.self) {
      try decoder.submit(request(try Mirostat(.second), samples: [], tokens: 1))
    }
  }

  @Test func cancellingGivesEverySampleItsTokensSoFar() throws {
    let decoder = try BatchDecoder(model: TableLanguageModel(randomOver: 20))
    try decoder.submit(request(try Mirostat(.second), samples: [0, 1], tokens: 50))
    for _ in 0..<4 { _ = try decoder.step() }
    decoder.cancel()
    let outcome = try run(decoder)[0]
    #expect(outcome.hypotheses.map(\.tokens.count) == [4, 4])
    #expect(outcome.hypotheses.allSatisfy { $0.finishReason == .cancelled })
  }
}
