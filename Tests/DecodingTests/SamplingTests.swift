import Decoding
import Foundation
import LanguageModeling
import TestSupport
import Testing

@Suite struct SamplingTests {
  /// A toy model of eight tokens with uneven rows, one of them with a tie and one with a masked token.
  private static let table: [[Float]] = (0..<8).map { row in
    (0..<8).map { token in
      if row == 3, token == 5 { return -.infinity }
      if row == 2, token < 2 { return 1 }
      let noise = CounterNoise(seed: 9, prompt: PromptHash([]), sample: row)
      return 1.5 * Float(noise.gumbel(position: 0, token: TokenID(token)))
    }
  }

  private static func chains() throws -> [(String, [any Filter])] {
    let settings = Parameters {
      $0.temperature = 0.7
      $0.topK = 5
      $0.topP = 0.85
    }
    return [
      ("none", []), ("temperature 0.5", [try Temperature(0.5)]),
      ("temperature 3", [try Temperature(3)]), ("top-k", [try TopK(3)]),
      ("top-p", [try TopP(0.8)]), ("huggingface", try FilterOrder.huggingFace.filters(settings)),
      ("llama.cpp", try FilterOrder.llamaCpp.filters(settings)),
      ("mlx", try FilterOrder.mlx.filters(settings)),
    ]
  }

  /// The distribution that a chain leaves, by the definitions.
  private func exact(_ row: [Float], _ filters: [any Filter]) -> [Double] {
    var row = row
    for filter in filters {
      switch filter {
      case let filter as Temperature: row = row.map { $0 / filter.value }
      case let filter as TopK:
        let kept = Naive.topK(row, filter.count, ties: filter.ties)
        row = row.enumerated().map { kept.contains($0) ? $1 : -.infinity }
      case let filter as TopP:
        let kept = Naive.topP(row, filter.mass).kept
        row = row.enumerated().map { kept.contains($0) ? $1 : -.infinity }
      default: Issue.record("no definition of \(filter)")
      }
    }
    return Naive.softmax(row)
  }

  @Test func firstTokensHaveTheFilteredDistribution() throws {
    for (name, filters) in try Self.chains() {
      for start in 0..<8 {
        let model = TableLanguageModel(bigrams: Self.table)
        let request = DecodingRequest(
          prompt: [TokenID(start)], strategy: Sampling(filters: filters),
          samples: Array(0..<20_000), seed: 17, stopRules: StopRules(maxNewTokens: 1))
        let outcome = try run([request], over: model)[0]
        var counts = Array(repeating: 0, count: 8)
        for tokens in outcome.tokens { counts[Int(tokens[0])] += 1 }
        let deviate = chiSquareDeviate(
          counts: counts, probabilities: exact(Self.table[start], filters))
        // 64 experiments: 4 standard deviations is exceeded in one run of 500.
        #expect(deviate < 4, "\(name), row \(start)")
      }
    }
  }

  @Test func seedsPositionsAndLaterTokensHaveTheDistributionToo() throws {
    let filters = try FilterOrder.huggingFace.filters(
      Parameters {
        $0.temperature = 1.3
        $0.topK = 6
      })
    var pairs = Array(repeating: 0, count: 64)
    for seed in 0..<400 {
      let model = TableLanguageModel(bigrams: Self.table)
      let request = DecodingRequest(
        prompt: [1], strategy: Sampling(filters: filters), samples: Array(0..<50),
        seed: UInt64(seed), stopRules: StopRules(maxNewTokens: 3))
      for tokens in try run([request], over: model)[0].tokens {
        pairs[Int(tokens[1]) * 8 + Int(tokens[2])] += 1
      }
    }
    var expected = Array(repeating: 0.0, count: 64)
    let first = exact(Self.table[1], filters)
    for (token, probability) in first.enumerated() {
      for (second, q) in exact(Self.table[token], filters).enumerated() {
        for (third, r) in exact(Self.table[second], filters).enumerated() {
          expected[second * 8 + third] += probability * q * r
        }
      }
    }
    #expect(chiSquareDeviate(counts: pairs, probabilities: expected) < 3.1)
  }

  @Test func coldSamplingAndTopOneAreGreedy() throws {
    let model = TableLanguageModel(randomOver: 50)
    let rules = StopRules(maxNewTokens: 20)
    let greedy = try run([DecodingRequest(prompt: [3, 1], stopRules: rules)], over: model)[0]
    for filter in [try Temperature(0), try Temperature(1e-4), try TopK(1), try TopP(0)]
      as [any Filter]
    {
      let request = DecodingRequest(
        prompt: [3, 1], strategy: Sampling(filters: [filter]), seed: 4, stopRules: rules)
      let sampled = try run([request], over: model)[0]
      #expect(sampled.tokens == greedy.tokens, "\(filter)")
      #expect(sampled.hypotheses[0].logProbability == greedy.hypotheses[0].logProbability)
    }
  }

  @Test func neutralFiltersGiveTheSameDraws() throws {
    let model = TableLanguageModel(randomOver: 50)
    let rules = StopRules(maxNewTokens: 20)
    func tokens(_ filters: [any Filter]) throws -> [[TokenID]] {
      let request = DecodingRequest(
        prompt: [7], strategy: Sampling(filters: filters), samples: [0, 1, 2], seed: 8,
        stopRules: rules)
      return try run([request], over: model)[0].tokens
    }
    let plain = try tokens([])
    #expect(Set(plain).count == 3)
    #expect(try tokens([try TopK(50)]) == plain)
    #expect(try tokens([try TopK(1000)]) == plain)
    #expect(try tokens([try TopP(1)]) == plain)
    #expect(try tokens([try Temperature(1)]) == plain)
  }

  @Test func sequencesOfAllLengthsHaveTheProbabilitiesOfTheTree() throws {
    // Token 0 ends. Every sequence of at most three tokens, enumerated.
    let rows: [[Float]] = [[0, 0, 0], [0.2, 1, -0.5], [-0.3, 0.4, 0.9]]
    var exactProbabilities: [[TokenID]: Double] = [:]
    func walk(_ tokens: [TokenID], last: Int, _ probability: Double) {
      if tokens.last == 0 || tokens.count == 3 {
        exactProbabilities[tokens] = probability
        return
      }
      for (token, p) in Naive.softmax(rows[last]).enumerated() {
        walk(tokens + [TokenID(token)], last: token, probability * p)
      }
    }
    walk([], last: 1, 1)
    let request = DecodingRequest(
      prompt: [1], strategy: Sampling(), samples: Array(0..<30_000), seed: 3,
      stopRules: StopRules(endOfSequence: [0], maxNewTokens: 3))
    let outcome = try run([request], over: TableLanguageModel(bigrams: rows))[0]
    var counts: [[TokenID]: Int] = [:]
    for hypothesis in outcome.hypotheses {
      let tokens = hypothesis.tokens.map(\.token)
      counts[tokens, default: 0] += 1
      let probability = try #require(exactProbabilities[tokens])
      #expect(abs(hypothesis.logProbability - log(probability)) < 1e-6)
      #expect(hypothesis.score == hypothesis.logProbability)
      #expect(hypothesis.finishReason == (tokens.last == 0 ? .endOfSequence : .length))
    }
    let keys = exactProbabilities.keys.sorted { $0.lexicographicallyPrecedes($1) }
    let deviate = chiSquareDeviate(
      counts: keys.map { counts[$0, default: 0] },
      probabilities: keys.map { exactProbabilities[$0] ?? 0 })
    #expect(deviate < 3.1)
  }
}
