import Decoding
import Foundation
import LanguageModeling
import TestSupport
import Testing

@Suite struct AdaptivePTests {
  private struct Document: Decodable {
    var cases: [Case]
  }

  private struct Case: Decodable {
    struct Step: Decodable {
      var logits: [Float?]
      var token: TokenID
    }

    var seed: UInt64
    var vocabulary: Int
    var spread: Double
    var target: Double
    var decay: Double
    var steps: [Step]
  }

  /// The rows of `Fixtures/adaptive-p/make_adaptive_p.py`.
  private func row(_ given: Case, step: Int) -> [Float] {
    let golden: UInt64 = 0x9E37_79B9_7F4A_7C15
    func mix(_ value: UInt64) -> UInt64 {
      var z = value
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    let state = mix(given.seed &+ UInt64(step + 1) &* golden)
    var row = (1...UInt64(given.vocabulary)).map { index in
      let uniform = Double(mix(state &+ index &* golden) >> 44) / 0x1p20
      return Float(given.spread * uniform * uniform)
    }
    if step % 3 == 2 { row[1] = -.infinity }
    return row
  }

  private let noise = CounterNoise(seed: 0, prompt: PromptHash([]), sample: 0)

  /// llama.cpp's rule: the logits at each step, given what was drawn before.
  @Test func theLogitsAreThoseOfLlamaCpp() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/adaptive-p/adaptive_p.json")
    let document = try JSONDecoder().decode(Document.self, from: Data(contentsOf: path))
    #expect(document.cases.count == 6)
    for given in document.cases {
      let filter = try AdaptiveP(target: given.target, decay: given.decay)
      var state = filter.initialState
      for (index, step) in given.steps.enumerated() {
        var candidates = Candidates(row(given, step: index))
        filter.apply(to: &candidates, state: state, noise: noise, position: index)
        let label = "target \(given.target), decay \(given.decay), step \(index)"
        for (place, expected) in step.logits.enumerated() {
          let logit = candidates.logit(at: place)
          if let expected {
            #expect(abs(logit - expected) < 1e-4, "\(label): \(logit)")
          } else {
            #expect(logit == -.infinity, "\(label)")
          }
        }
        filter.accept(Int(step.token), of: candidates, state: &state)
      }
    }
  }

  private func request(
    _ filters: [any Filter], samples: [Int] = [0], tokens: Int, strategy: String = "sample"
  ) -> DecodingRequest {
    let strategies: [String: any DecodingStrategy] = [
      "sample": Sampling(filters: filters),
      "arithmetic": ArithmeticSampling(codeCount: samples.count, filters: filters),
      "stochastic-beam": StochasticBeamSearch(beamCount: 3, filters: filters),
    ]
    return DecodingRequest(
      prompt: [1], strategy: strategies[strategy] ?? GreedySearch(), samples: samples, seed: 5,
      stopRules: StopRules(maxNewTokens: tokens))
  }

  @Test(arguments: [0.2, 0.4, 0.6]) func theAverageComesNearTheTarget(target: Double) throws {
    // Rows of a few likely tokens of all probabilities, and many unlikely ones.
    let table = TableLanguageModel(vocabularyCount: 64, contextLength: 4000) { tokens in
      let noise = CounterNoise(
        seed: UInt64(tokens.count), prompt: PromptHash(tokens.suffix(1)), sample: 0)
      return (0..<64).map { 1.8 * Float(noise.gumbel(position: 0, token: $0)) }
    }
    let hypothesis = try run(
      [request([try AdaptiveP(target: target)], tokens: 2000)], over: table)[0].hypotheses[0]
    let mean = hypothesis.tokens.reduce(0) { $0 + exp($1.logProbability) } / 2000
    #expect(abs(mean - target) < 0.12, "\(mean)")
  }

  @Test(arguments: ["sample", "arithmetic"])
  func eachHypothesisLearnsByItself(strategy: String) throws {
    let model = TableLanguageModel(randomOver: 30)
    let filters: [any Filter] = [try Temperature(1.5), try AdaptiveP(target: 0.2, decay: 0.5)]
    let together = try run(
      [request(filters, samples: [0, 1, 2], tokens: 20, strategy: strategy)], over: model)[0]
    #expect(Set(together.tokens).count == 3)
    for sample in 0..<3 where strategy == "sample" {
      let alone = try run([request(filters, samples: [sample], tokens: 20)], over: model)[0]
      #expect(alone.tokens[0] == together.tokens[sample])
    }
    let again = try run(
      [request(filters, samples: [0, 1, 2], tokens: 20, strategy: strategy)], over: model)[0]
    #expect(again == together)
  }

  /// The law of sequences under the filter, by its definition: what is remembered follows each hypothesis.
  @Test func stochasticBeamsDrawFromTheLawOfTheirOwnHistories() throws {
    let model = TableLanguageModel(randomOver: 3)
    let filter = try AdaptiveP(target: 0.3, decay: 0.5)
    func law(_ tokens: [TokenID], _ state: AdaptiveP.State, _ logProbability: Double)
      -> [[TokenID]: Double]
    {
      guard tokens.count < 4 else { return [Array(tokens.dropFirst()): logProbability] }
      var candidates = Candidates(model.logits(tokens))
      filter.apply(to: &candidates, state: state, noise: noise, position: 0)
      var all: [[TokenID]: Double] = [:]
      for index in 0..<3 {
        var next = state
        filter.accept(index, of: candidates, state: &next)
        let sum = logProbability + candidates.logProbability(at: index)
        all.merge(law(tokens + [TokenID(index)], next, sum)) { first, _ in first }
      }
      return all
    }
    let exact = law([1], filter.initialState, 0)
    #expect(exact.count == 27)
    let outcome = try run(
      [request([filter], tokens: 3, strategy: "stochastic-beam")], over: model)[0]
    #expect(Set(outcome.tokens).count == 3)
    for hypothesis in outcome.hypotheses {
      let drawn = try #require(hypothesis.draw?.logProbability)
      let expected = try #require(exact[hypothesis.tokens.map(\.token)])
      #expect(abs(drawn - expected) < 1e-5)
    }
  }

  @Test func beamSamplingRefusesFiltersThatRemember() throws {
    let decoder = try BatchDecoder(model: TableLanguageModel(randomOver: 5))
    for filter in [try AdaptiveP(target: 0.5), try Mirostat(.second)] as [any Filter] {
      let request = DecodingRequest(
        prompt: [1], strategy: BeamSampling(beamCount: 2, filters: [filter]))
      #expect(throws: DecodingFailure.self) { try decoder.submit(request) }
    }
  }

  @Test func numbersOutOfRangeAreRefused() {
    for (target, decay) in [(-0.1, 0.9), (1.1, 0.9), (.nan, 0.9), (0.5, 1), (0.5, -0.1)] {
      #expect(throws: DecodingFailure.self) { try AdaptiveP(target: target, decay: decay) }
    }
  }

  @Test func theExampleOfTheDocumentationHolds() throws {
    var candidates = Candidates([0.8, 0.15, 0.05].map { Float(log($0)) })
    try AdaptiveP(target: 0.5).apply(to: &candidates)
    let drawn = candidates.distribution.map { ($0.probability * 100).rounded() / 100 }
    #expect(drawn == [0.77, 0.21, 0.01], "\(drawn)")
  }
}
