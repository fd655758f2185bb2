import Decoding
import Foundation
import LanguageModeling
import TestSupport
import Testing

@Suite struct StochasticBeamSearchTests {
  /// Token 0 ends. Sequences of at most three tokens: 15 of them.
  private static let rows: [[Float]] = [[0, 0, 0], [0.2, 1, -0.5], [-0.3, 0.4, 0.9]]
  private static let rules = StopRules(endOfSequence: [0], maxNewTokens: 3)

  private func run(
    _ strategy: StochasticBeamSearch, samples: Range<Int>,
    over model: TableLanguageModel = TableLanguageModel(bigrams: rows), seed: UInt64 = 11,
    prompt: [TokenID] = [1], rules: StopRules = rules
  ) throws -> [[Hypothesis]] {
    // In groups: a batch of thousands would look for each of its sequences among all others.
    try samples.chunked(into: 500).flatMap { group in
      try DecodingTests.run(
        group.map { sample in
          DecodingRequest(
            prompt: prompt, strategy: strategy, samples: [sample], seed: seed, stopRules: rules)
        }, over: model
      ).map(\.hypotheses)
    }
  }

  /// All sequences of the table with their probabilities, in one order.
  private func sequences(
    _ shape: (Float) -> Float = { $0 }
  ) -> [(tokens: [TokenID], probability: Double)] {
    Naive.sequences(after: [1], length: 3) { tokens in
      Self.rows[Int(tokens[tokens.count - 1])].map(shape)
    }
    .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, exp($0.value)) }
  }

  // MARK: - The distribution

  @Test func sampleAndItsOrderAreThoseOfDrawingWithoutReplacement() throws {
    let all = sequences()
    #expect(all.count == 15)
    let places = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1.tokens, $0) })
    let p = all.map(\.probability)
    let count = 12_000
    var pairs = Array(repeating: 0, count: 225)
    var included = Array(repeating: 0, count: 15)
    for results in try run(StochasticBeamSearch(beamCount: 3), samples: 0..<count) {
      let drawn = try results.map { try #require(places[$0.tokens.map(\.token)]) }
      #expect(Set(drawn).count == 3)
      pairs[drawn[0] * 15 + drawn[1]] += 1
      for place in drawn { included[place] += 1 }
    }
    var pairProbabilities = Array(repeating: 0.0, count: 225)
    var inclusion = Array(repeating: 0.0, count: 15)
    for first in 0..<15 {
      for second in 0..<15 where second != first {
        let pair = p[first] * p[second] / (1 - p[first])
        pairProbabilities[first * 15 + second] = pair
        inclusion[first] += pair
        inclusion[second] += pair
        for third in 0..<15 where third != first && third != second {
          inclusion[third] += pair * p[third] / (1 - p[first] - p[second])
        }
      }
    }
    // Of fixed seeds: 3.1 standard deviations would be exceeded by one seed in a thousand.
    #expect(chiSquareDeviate(counts: pairs, probabilities: pairProbabilities) < 3.1)
    for (observed, probability) in zip(included, inclusion) {
      let spread = (Double(count) * probability * (1 - probability)).squareRoot()
      #expect(abs(Double(observed) - Double(count) * probability) < 4 * spread)
    }
  }

  @Test func oneBeamIsAncestralSampling() throws {
    let all = sequences()
    var counts: [[TokenID]: Int] = [:]
    for results in try run(StochasticBeamSearch(beamCount: 1), samples: 0..<12_000) {
      try #require(results.count == 1)
      counts[results[0].tokens.map(\.token), default: 0] += 1
    }
    let deviate = chiSquareDeviate(
      counts: all.map { counts[$0.tokens, default: 0] }, probabilities: all.map(\.probability))
    #expect(deviate < 3.1)
  }

  /// Perturbed less plain log-probability is a standard Gumbel number, for every sequence and independently of the
  /// others: exp(−exp(−x)) is uniform.
  @Test func perturbationsAreIndependentGumbelNumbers() throws {
    var cells = Array(repeating: Array(repeating: 0, count: 8), count: 15)
    var squares = Array(repeating: 0, count: 16)
    for results in try run(StochasticBeamSearch(beamCount: 15), samples: 0..<4000) {
      let sorted = results.sorted {
        $0.tokens.map(\.token).lexicographicallyPrecedes($1.tokens.map(\.token))
      }
      let uniforms = try sorted.map { result in
        let draw = try #require(result.draw)
        return exp(-exp(draw.logProbability - draw.perturbedLogProbability))
      }
      for (place, uniform) in uniforms.enumerated() { cells[place][min(7, Int(uniform * 8))] += 1 }
      // Two sequences that part at their last token only.
      let (first, second) = (uniforms[5], uniforms[6])
      #expect(sorted[5].tokens.dropLast().map(\.token) == sorted[6].tokens.dropLast().map(\.token))
      squares[min(3, Int(first * 4)) * 4 + min(3, Int(second * 4))] += 1
    }
    for counts in cells {
      // 15 experiments: 4 standard deviations.
      let deviate = chiSquareDeviate(
        counts: counts, probabilities: Array(repeating: 1 / 8, count: 8))
      #expect(deviate < 4)
    }
    #expect(
      chiSquareDeviate(counts: squares, probabilities: Array(repeating: 1 / 16, count: 16)) < 3.1)
  }

  @Test func filtersShapeTheDistributionThatIsDrawnFrom() throws {
    let all = sequences { $0 / 2 }
    let expected = Dictionary(uniqueKeysWithValues: all.map { ($0.tokens, $0.probability) })
    var counts: [[TokenID]: Int] = [:]
    let strategy = StochasticBeamSearch(beamCount: 2, filters: [try Temperature(2)])
    for results in try run(strategy, samples: 0..<8000) {
      counts[results[0].tokens.map(\.token), default: 0] += 1
      for result in results {
        let probability = try #require(expected[result.tokens.map(\.token)])
        let draw = try #require(result.draw)
        #expect(abs(draw.logProbability - log(probability)) < 1e-6)
      }
    }
    let deviate = chiSquareDeviate(
      counts: all.map { counts[$0.tokens, default: 0] }, probabilities: all.map(\.probability))
    #expect(deviate < 3.1)
    // Two tokens are kept at each place: 2 + 4 + 8 sequences at most, of which those after an end are cut.
    let kept = try run(
      StochasticBeamSearch(beamCount: 100, filters: [try TopK(2)]), samples: 0..<1)[0]
    let allowed: [TokenID: Set<TokenID>] = [1: [0, 1], 2: [1, 2]]
    for result in kept {
      for (last, next) in zip([1] + result.tokens.map(\.token), result.tokens.map(\.token)) {
        #expect(allowed[last]?.contains(next) == true)
      }
    }
    #expect(Set(kept.map { $0.tokens.map(\.token) }) == [[0], [1, 0], [1, 1, 0], [1, 1, 1]])
  }

  @Test func weightsGiveUnbiasedEstimates() throws {
    let all = sequences()
    func value(_ tokens: [TokenID]) -> Double { Double(tokens.count) + (tokens[0] == 2 ? 5 : 0) }
    let exact = all.reduce(0) { $0 + $1.probability * value($1.tokens) }
    let count = 8000
    var (sums, squares) = ([0.0, 0.0], [0.0, 0.0])
    var normalised = 0.0
    for results in try run(StochasticBeamSearch(beamCount: 3), samples: 0..<count) {
      let draws = try results.map { try #require($0.draw) }
      let values = results.map { value($0.tokens.map(\.token)) }
      let estimates = [
        zip(draws, values).reduce(0) { $0 + $1.0.weight * $1.1 },
        draws.reduce(0) { $0 + $1.weight },
      ]
      for (index, estimate) in estimates.enumerated() {
        sums[index] += estimate
        squares[index] += estimate * estimate
      }
      let weights = StochasticBeamDraw.normalizedWeights(draws)
      #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
      normalised += zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 }
    }
    for (index, expected) in [exact, 1].enumerated() {
      let mean = sums[index] / Double(count)
      let deviation = (squares[index] / Double(count) - mean * mean).squareRoot()
      #expect(abs(mean - expected) < 4 * deviation / Double(count).squareRoot())
    }
    // Biased, but not by much.
    #expect(abs(normalised / Double(count) - exact) < 0.2)
  }

  // MARK: - The sample

  @Test func enoughBeamsGiveAllSequencesWithTheirProbabilities() throws {
    let all = sequences()
    for beamCount in [15, 16, 400] {
      let results = try run(StochasticBeamSearch(beamCount: beamCount), samples: 3..<4)[0]
      #expect(results.count == 15)
      #expect(Set(results.map { $0.tokens.map(\.token) }) == Set(all.map(\.tokens)))
      let weights = try results.map { try #require($0.draw).weight }
      #expect(abs(weights.reduce(0, +) - 1) < 1e-6)
      for result in results {
        #expect(result.draw?.threshold == -.infinity)
        #expect(result.draw?.inclusionProbability == 1)
        #expect(abs(try #require(result.draw).logProbability - result.logProbability) < 1e-6)
      }
    }
  }

  /// The keys belong to the sequences, so fewer beams are the first of more; and the threshold is the next key.
  @Test func fewerBeamsAreTheFirstOfMore() throws {
    for seed in UInt64(0)..<12 {
      let model = TableLanguageModel(randomOver: 30, seed: seed)
      let rules = StopRules(endOfSequence: [0, 7], maxNewTokens: 7)
      var last: [Hypothesis] = []
      for beamCount in 1...9 {
        let results = try run(
          StochasticBeamSearch(beamCount: beamCount, filters: [try Temperature(1.5)]),
          samples: 0..<1, over: model, seed: seed, rules: rules)[0]
        #expect(results.count == beamCount)
        #expect(Set(results.map { $0.tokens.map(\.token) }).count == beamCount)
        for (rank, result) in results.enumerated() {
          let draw = try #require(result.draw)
          #expect(result.slot == rank && result.sample == rank)
          #expect(result.score == draw.perturbedLogProbability)
          #expect(draw.perturbedLogProbability > draw.threshold)
          #expect(rank == 0 || result.score < results[rank - 1].score)
        }
        for (before, now) in zip(last, results) {
          #expect(before.tokens.map(\.token) == now.tokens.map(\.token))
          #expect(before.score == now.score)
          #expect(before.draw?.logProbability == now.draw?.logProbability)
          #expect(before.draw?.threshold == results[beamCount - 1].score)
        }
        last = results
      }
    }
  }

  @Test func resultsDependOnTheRequestAlone() throws {
    let model = TableLanguageModel(randomOver: 40)
    let rules = StopRules(endOfSequence: [3], maxNewTokens: 9)
    var requests: [DecodingRequest] = []
    for (index, prompt) in ([[1], [1, 2], [5, 6, 7], [1], [9]] as [[TokenID]]).enumerated() {
      requests.append(
        DecodingRequest(
          prompt: prompt, strategy: StochasticBeamSearch(beamCount: 2 + index), samples: [index],
          seed: 5, stopRules: rules))
    }
    requests.append(DecodingRequest(prompt: [4], strategy: Sampling(), stopRules: rules))
    let alone = try requests.map { try DecodingTests.run([$0], over: model)[0].hypotheses }
    #expect(try DecodingTests.run(requests, over: model).map(\.hypotheses) == alone)
    let reversed = try DecodingTests.run(requests.reversed(), over: model)
    #expect(reversed.map(\.hypotheses) == alone.reversed())
    #expect(model.ledger.counts.openSequences == 0)
  }

  // MARK: - Edges

  @Test func maskedTokensAreNeverDrawn() throws {
    let rows: [[Float]] = [
      [0, 0, 0, 0], [0, -.infinity, 1, -.infinity], [0.5, 1, -.infinity, -.infinity],
      [0, 0, 0, 0],
    ]
    let results = try run(
      StochasticBeamSearch(beamCount: 50), samples: 0..<1, over: TableLanguageModel(bigrams: rows))
    #expect(
      Set(results[0].map { $0.tokens.map(\.token) }) == [[0], [2, 0], [2, 1, 0], [2, 1, 2]])
  }

  @Test func nothingToDrawIsAnError() throws {
    let request = DecodingRequest(
      prompt: [1], strategy: StochasticBeamSearch(beamCount: 2), stopRules: Self.rules,
      processors: [SuppressTokens([0, 1, 2])])
    let outcome = try DecodingTests.run([request], over: TableLanguageModel(bigrams: Self.rows))[0]
    #expect(outcome.error == .noCandidates(length: 1) && outcome.hypotheses.isEmpty)
  }

  @Test func extremeLogitsKeepTheSampleWhole() throws {
    let greatest = Float.greatestFiniteMagnitude
    let rows: [[Float]] = [[0, 0, 0], [greatest, 0, -greatest], [0, 0, 0]]
    let results = try run(
      StochasticBeamSearch(beamCount: 20), samples: 0..<1, over: TableLanguageModel(bigrams: rows),
      rules: StopRules(maxNewTokens: 2))[0]
    #expect(results.count == 9 && Set(results.map { $0.tokens.map(\.token) }).count == 9)
    #expect(results.allSatisfy { $0.score.isFinite })
    #expect(results[0].tokens[0].token == 0)
  }

  @Test func limitsAndStopsEndSequencesThatStayInTheSample() throws {
    struct Stop: TokenMatcher {
      mutating func accept(_ token: TokenID) -> Bool { token == 2 }
    }
    var request = DecodingRequest(
      prompt: [1], strategy: StochasticBeamSearch(beamCount: 50), stopRules: Self.rules,
      matcher: Stop())
    let model = TableLanguageModel(bigrams: Self.rows)
    let stopped = try DecodingTests.run([request], over: model)[0].hypotheses
    #expect(
      Set(stopped.map { $0.tokens.map(\.token) })
        == [[0], [2], [1, 0], [1, 2], [1, 1, 0], [1, 1, 1], [1, 1, 2]])
    for result in stopped {
      let last = result.tokens.last?.token
      #expect(result.finishReason == (last == 0 ? .endOfSequence : last == 2 ? .stop : .length))
    }
    request.matcher = nil
    request.stopRules.minNewTokens = 2
    let late = try DecodingTests.run([request], over: model)[0].hypotheses
    #expect(late.count == 12 && late.allSatisfy { $0.tokens.count == 3 })
    request.stopRules = StopRules(maxNewTokens: 0)
    let none = try DecodingTests.run([request], over: model)[0].hypotheses
    #expect(none.count == 1 && none[0].tokens.isEmpty && none[0].draw?.logProbability == 0)
  }

  @Test func cancellingGivesTheSampleOfWhatThereIs() throws {
    let decoder = try BatchDecoder(model: TableLanguageModel(randomOver: 20))
    let strategy = StochasticBeamSearch(beamCount: 4)
    try decoder.submit(
      DecodingRequest(prompt: [1], strategy: strategy, stopRules: StopRules(maxNewTokens: 50)))
    for _ in 0..<3 { _ = try decoder.step() }
    decoder.cancel()
    let cut = try DecodingTests.run(decoder)[0].hypotheses
    let whole = try DecodingTests.run(
      [DecodingRequest(prompt: [1], strategy: strategy, stopRules: StopRules(maxNewTokens: 3))],
      over: TableLanguageModel(randomOver: 20))[0].hypotheses
    #expect(cut.map { $0.tokens.map(\.token) } == whole.map { $0.tokens.map(\.token) })
    #expect(cut.map(\.draw) == whole.map(\.draw))
    #expect(cut.allSatisfy { $0.finishReason == .cancelled })
  }

  @Test func requestsThatMakeNoSenseAreRefused() {
    for (beamCount, samples) in [(0, [0]), (-1, [0]), (2, [0, 1]), (2, [])] {
      let request = DecodingRequest(
        prompt: [1], strategy: StochasticBeamSearch(beamCount: beamCount), samples: samples)
      #expect(throws: DecodingFailure.self) { try request.strategy.validate(request) }
    }
  }
}

extension Range<Int> {
  fileprivate func chunked(into size: Int) -> [Range<Int>] {
    stride(from: lowerBound, to: upperBound, by: size).map {
      $0..<Swift.min($0 + size, upperBound)
    }
  }
}
