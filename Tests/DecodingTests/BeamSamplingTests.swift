import Decoding
import Foundation
import LanguageModeling
import TestSupport
import Testing

@Suite struct BeamSamplingTests {
  private let table: [[Float]] = [
    [1, 0.5, 0, -0.5, -1.5], [0, 2, 1, -1, 0.3], [0.2, 0.1, 0, -0.1, 1], [2, 0, 0, 1, 0],
    [0, 0, 1, 1, 3],
  ]

  private func outcomes(
    _ strategy: some DecodingStrategy, samples: Range<Int>, rules: StopRules
  ) throws -> [Outcome] {
    try run(
      samples.map { sample in
        DecodingRequest(
          prompt: [1], strategy: strategy, samples: [sample], seed: 23, stopRules: rules)
      }, over: TableLanguageModel(bigrams: table))
  }

  /// The probability of drawing the set of `first` and `second`, without replacement.
  private func inclusion(_ p: [Double], _ first: Int, _ second: Int) -> Double {
    p[first] * p[second] * (1 / (1 - p[first]) + 1 / (1 - p[second]))
  }

  @Test func oneStepIsADrawWithoutReplacement() throws {
    let filterings: [([any Filter], [Float])] = [
      ([], table[1]), ([try Temperature(2)], table[1].map { $0 / 2 }),
      ([try TopK(4)], table[1].map { $0 > -1 ? $0 : -.infinity }),
    ]
    for (filters, row) in filterings {
      let p = Naive.softmax(row)
      let search = BeamSampling(beamCount: 2, filters: filters, resultCount: 2)
      var counts = Array(repeating: Array(repeating: 0, count: 5), count: 5)
      for outcome in try outcomes(search, samples: 0..<6000, rules: StopRules(maxNewTokens: 1)) {
        let drawn = outcome.tokens.map { Int($0[0]) }.sorted()
        try #require(drawn.count == 2)
        counts[drawn[0]][drawn[1]] += 1
        #expect(outcome.hypotheses[0].score >= outcome.hypotheses[1].score)
      }
      let pairs = (0..<5).flatMap { first in (first + 1..<5).map { (first, $0) } }
      let deviate = chiSquareDeviate(
        counts: pairs.map { counts[$0][$1] }, probabilities: pairs.map { inclusion(p, $0, $1) })
      // Three experiments: 4 standard deviations is exceeded in one run of 10,000.
      #expect(deviate < 4)
    }
  }

  /// Over two steps: the two beams of the first are the better of four draws without replacement; the first two draws
  /// of the second, from both beams' continuations, are the results.
  @Test func twoStepsHaveTheDistributionByEnumeration() throws {
    let p = Naive.softmax(table[1])
    var beams: [[Int]: Double] = [:]
    func draw(_ drawn: [Int], _ probability: Double, _ left: Double) {
      if drawn.count == 4 {
        let best = drawn.sorted { p[$0] > p[$1] }.prefix(2)
        beams[Array(best), default: 0] += probability
        return
      }
      for token in 0..<5 where !drawn.contains(token) {
        draw(drawn + [token], probability * p[token] / left, left - p[token])
      }
    }
    draw([], 1, 1)
    // The probability of each sequence to be among the results.
    var expected = Array(repeating: 0.0, count: 25)
    for (pair, probability) in beams {
      let sequences = pair.flatMap { first in (0..<5).map { (first, $0) } }
      let weights = sequences.map { p[$0] * Naive.softmax(table[$0])[$1] }
      let sum = weights.reduce(0, +)
      let q = weights.map { $0 / sum }
      for (one, first) in sequences.enumerated() {
        for other in sequences.indices where other != one {
          expected[first.0 * 5 + first.1] += probability * inclusion(q, one, other)
        }
      }
    }
    let count = 8000
    var counts = Array(repeating: 0, count: 25)
    let search = BeamSampling(beamCount: 2, resultCount: 2)
    for outcome in try outcomes(search, samples: 0..<count, rules: StopRules(maxNewTokens: 2)) {
      for tokens in outcome.tokens { counts[Int(tokens[0]) * 5 + Int(tokens[1])] += 1 }
    }
    for (observed, probability) in zip(counts, expected) {
      let spread = (Double(count) * probability * (1 - probability)).squareRoot()
      #expect(abs(Double(observed) - Double(count) * probability) <= 4.5 * max(spread, 1))
    }
  }

  @Test func oneBeamIsPlainSampling() throws {
    let rules = StopRules(endOfSequence: [0], maxNewTokens: 12)
    let filters: [any Filter] = [try Temperature(1.4), try TopK(4)]
    let beams = try outcomes(
      BeamSampling(beamCount: 1, filters: filters), samples: 0..<200, rules: rules)
    let samples = try outcomes(Sampling(filters: filters), samples: 0..<200, rules: rules)
    #expect(beams.map(\.tokens) == samples.map(\.tokens))
  }

  @Test func aVeryLowTemperatureIsBeamSearch() throws {
    for seed in UInt64(0)..<10 {
      let model = BeamTable.model(seed: seed, vocabularyCount: 20, bonus: 1, on: [0])
      for early in EarlyStopping.allCases {
        let drawn = BeamSampling(
          beamCount: 4, filters: [try Temperature(1e-4)], earlyStopping: early, resultCount: 4)
        let best = BeamSearch(beamCount: 4, earlyStopping: early, resultCount: 4)
        let rules = StopRules(endOfSequence: [0], maxNewTokens: 8)
        let outcomes = try run(
          [
            DecodingRequest(prompt: [1], strategy: drawn, seed: seed, stopRules: rules),
            DecodingRequest(prompt: [1], strategy: best, stopRules: rules),
          ], over: model)
        #expect(outcomes[0].tokens == outcomes[1].tokens)
      }
    }
  }
}
