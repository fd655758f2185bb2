import Decoding
import Foundation
import LanguageModeling
import TestSupport
import Testing

@Suite struct ArithmeticSamplingTests {
  /// Token 0 ends. Sequences of at most three tokens: 15 of them.
  private static let rows: [[Float]] = [[0, 0, 0], [0.2, 1, -0.5], [-0.3, 0.4, 0.9]]
  private static let rules = StopRules(endOfSequence: [0], maxNewTokens: 3)

  private func tokens(
    _ strategy: ArithmeticSampling, samples: [Int]? = nil, seed: UInt64 = 1,
    prompt: [TokenID] = [1], rules: StopRules = rules,
    over model: TableLanguageModel = TableLanguageModel(bigrams: rows)
  ) throws -> [[TokenID]] {
    try run(
      [
        DecodingRequest(
          prompt: prompt, strategy: strategy, samples: samples ?? Array(0..<strategy.codeCount),
          seed: seed, stopRules: rules)
      ], over: model)[0].tokens
  }

  /// All sequences of the table with their probabilities, in the order of their tokens.
  private func sequences(
    _ shape: (Float) -> Float = { $0 }
  ) -> [(tokens: [TokenID], probability: Double)] {
    Naive.sequences(after: [1], length: 3) { tokens in
      Self.rows[Int(tokens[tokens.count - 1])].map(shape)
    }
    .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, exp($0.value)) }
  }

  // MARK: - The distribution

  @Test func everySampleByItselfHasTheModelsDistribution() throws {
    let filterings: [([any Filter], (Float) -> Float)] = [
      ([], { $0 }), ([try Temperature(0.5)], { $0 * 2 }),
    ]
    for (filters, shape) in filterings {
      let all = sequences(shape)
      let strategy = ArithmeticSampling(codeCount: 4, filters: filters)
      var counts: [[[TokenID]: Int]] = Array(repeating: [:], count: 4)
      for seed in UInt64(0)..<4000 {
        for (sample, tokens) in try tokens(strategy, seed: seed).enumerated() {
          counts[sample][tokens, default: 0] += 1
        }
      }
      for counts in counts {
        let deviate = chiSquareDeviate(
          counts: all.map { counts[$0.tokens, default: 0] },
          probabilities: all.map(\.probability))
        // Eight experiments of fixed seeds.
        #expect(deviate < 3.5)
      }
    }
  }

  /// As the offset runs over [0, 1): the mean of the lattice's mean is exact, and its variance below that of as many
  /// independent samples.
  @Test func latticesVaryLessThanIndependentSamples() throws {
    let all = sequences()
    let values: [(name: String, of: ([TokenID]) -> Double)] = [
      ("length", { Double($0.count) }), ("first is 1", { $0[0] == 1 ? 1 : 0 }),
      ("ones", { Double($0.count { $0 == 1 }) }), ("ends", { $0.last == 0 ? 1 : 0 }),
    ]
    let noise = CounterNoise(seed: 4, prompt: PromptHash([1]), sample: 0)
    var candidates = Candidates(vocabularyCount: 3)
    func sequence(_ code: ArithmeticCode) throws -> [TokenID] {
      var code = code
      var tokens: [TokenID] = [1]
      repeat {
        let row = Self.rows[Int(tokens[tokens.count - 1])]
        candidates.load(row.span)
        tokens.append(TokenID(try #require(candidates.index(chosenBy: &code))))
      } while tokens.last != 0 && tokens.count < 4
      return Array(tokens.dropFirst())
    }
    let offsets = 1024
    for codeCount in [2, 3, 8, 16] {
      var sums = values.map { _ in (mean: 0.0, square: 0.0) }
      for offset in 0..<offsets {
        let head = UInt64(offset) << 54 | 1 << 53
        let drawn = try (0..<codeCount).map { index in
          let distance = UInt64(codeCount).dividingFullWidth((UInt64(index), 0)).quotient
          return try sequence(ArithmeticCode(head: head &+ distance, tail: noise))
        }
        for (index, value) in values.enumerated() {
          let mean = drawn.reduce(0) { $0 + value.of($1) } / Double(codeCount)
          sums[index].mean += mean / Double(offsets)
          sums[index].square += mean * mean / Double(offsets)
        }
      }
      for (sum, value) in zip(sums, values) {
        let exact = all.reduce(0) { $0 + $1.probability * value.of($1.tokens) }
        let square = all.reduce(0) { $0 + $1.probability * pow(value.of($1.tokens), 2) }
        let independent = (square - exact * exact) / Double(codeCount)
        #expect(abs(sum.mean - exact) < 5e-3, "\(value.name), \(codeCount)")
        let variance = sum.square - sum.mean * sum.mean
        #expect(variance < 0.8 * independent, "\(value.name), \(codeCount)")
        if codeCount == 16 { #expect(variance < 0.3 * independent, "\(value.name)") }
      }
    }
  }

  /// A lattice of N codes has ⌊N p⌋ or ⌈N p⌉ points in an interval of width p: so often each sequence comes.
  @Test func everySequenceComesAsOftenAsItShould() throws {
    let all = sequences()
    for codeCount in [1, 5, 40, 200] {
      for seed in UInt64(0)..<20 {
        let drawn = try tokens(ArithmeticSampling(codeCount: codeCount), seed: seed)
        for (sequence, probability) in all {
          let expected = Double(codeCount) * probability
          let count = Double(drawn.count { $0 == sequence })
          #expect(
            count >= (expected - 1e-4).rounded(.down) && count <= (expected + 1e-4).rounded(.up))
        }
      }
    }
  }

  @Test func sequencesAreInTheOrderOfTheirCodes() throws {
    for seed in UInt64(0)..<10 {
      let model = TableLanguageModel(randomOver: 30, seed: seed)
      let drawn = try tokens(
        ArithmeticSampling(codeCount: 24), seed: seed, rules: StopRules(maxNewTokens: 12),
        over: model)
      // Around the circle the order falls back at most once.
      let pairs = zip(drawn, drawn.dropFirst() + [drawn[0]])
      #expect(pairs.count { $1.lexicographicallyPrecedes($0) } <= 1)
    }
  }

  @Test func oneCodeIsInverseTransformSampling() throws {
    let all = sequences()
    let strategy = ArithmeticSampling(codeCount: 1)
    for seed in UInt64(0)..<500 {
      let words = CounterNoise(seed: seed, prompt: PromptHash([1]), sample: 0)
        .highWords(position: 0, token: 0)
      let code = Double(words[0]) * 0x1p-32 + Double(words[1]) * 0x1p-64
      var sum = 0.0
      let expected = all.first { sequence in
        sum += sequence.probability
        return code < sum
      }
      #expect(try tokens(strategy, seed: seed) == [try #require(expected?.tokens)])
    }
  }

  @Test func longTextsAreAsWellDrawnAsShortOnes() throws {
    let table: [[Float]] = [
      [1, 0.5, 0, -0.5], [0, 2, 1, -1], [0.2, 0.1, 0, -0.1], [2, 0, -4, 1],
    ]
    let model = TableLanguageModel(bigrams: table, contextLength: 2000)
    let drawn = try tokens(
      ArithmeticSampling(codeCount: 12), seed: 6, rules: StopRules(maxNewTokens: 1000), over: model)
    for (part, positions) in [200..<600, 600..<1000].enumerated() {
      // By the last two tokens: what comes may depend on the last alone.
      var counts = Array(repeating: Array(repeating: 0, count: 4), count: 16)
      for tokens in drawn {
        #expect(tokens.count == 1000)
        for position in positions {
          let (first, second) = (Int(tokens[position - 2]), Int(tokens[position - 1]))
          counts[first * 4 + second][Int(tokens[position])] += 1
        }
      }
      for (pair, counts) in counts.enumerated() {
        let deviate = chiSquareDeviate(
          counts: counts, probabilities: Naive.softmax(table[pair % 4]))
        // 32 experiments.
        #expect(deviate < 4, "\(part), \(pair)")
      }
    }
    #expect(Set(drawn).count == 12)
  }

  // MARK: - The code

  @Test func equalPowersOfTwoReadTheDigits() {
    let noise = CounterNoise(seed: 2, prompt: PromptHash([5]), sample: 1)
    let head: UInt64 = 0x0123_4567_89ab_cdef
    for bits in [1, 8, 32, 63] {
      var code = ArithmeticCode(head: head, tail: noise)
      var digits: [UInt64] = []
      for _ in 0..<(6400 / bits) {
        digits.append(code.choose(total: 1 << bits) { ($0, $0, $0 + 1) })
      }
      var stream = head
      var read: [Int] = (0..<64).map { Int(stream >> (63 - $0) & 1) }
      var word = 2
      while read.count < 6464 {
        stream = UInt64(noise.highWords(position: 0, token: TokenID(word))[word & 3])
        read += (0..<32).map { Int(stream >> (31 - $0) & 1) }
        word += 1
      }
      for (index, digit) in digits.enumerated() {
        let expected = read[index * bits..<(index + 1) * bits].reduce(0) { $0 << 1 | UInt64($1) }
        #expect(digit == expected)
      }
    }
  }

  @Test func improbablePartsUseUpManyDigitsAndGoOn() {
    let noise = CounterNoise(seed: 2, prompt: PromptHash([5]), sample: 1)
    var code = ArithmeticCode(head: 0, tail: noise)
    // The point begins with 64 zeros: the first part of one in 2^60 holds it.
    let first = code.choose(total: 1 << 60) { $0 == 0 ? (true, 0, 1) : (false, 1, 1 << 60) }
    #expect(first)
    var counts = Array(repeating: 0, count: 10)
    // The other four zeros are still to be read.
    #expect(code.choose(total: 16) { ($0, $0, $0 + 1) } == 0)
    for _ in 0..<5000 { counts[Int(code.choose(total: 10) { ($0, $0, $0 + 1) })] += 1 }
    #expect(
      chiSquareDeviate(counts: counts, probabilities: Array(repeating: 0.1, count: 10)) < 3.1)
  }

  @Test func choiceIsTheSameWhereverTheCandidateStands() {
    // Blocks and vectors: the search agrees with the sum at every length.
    let noise = CounterNoise(seed: 1, prompt: PromptHash([]), sample: 0)
    for count in [1, 2, 7, 8, 9, 511, 512, 513, 1024, 1500] {
      let row = (0..<count).map { Float(noise.gumbel(position: 1, token: TokenID($0))) }
      var candidates = Candidates(vocabularyCount: count)
      candidates.load(row.span)
      let probabilities = Naive.softmax(row)
      for step in 0..<64 {
        let head = UInt64(step) << 58 | 1 << 57
        var code = ArithmeticCode(head: head, tail: noise)
        var sum = 0.0
        let expected = probabilities.firstIndex { p in
          sum += p
          return Double(head) * 0x1p-64 < sum - 1e-6
        }
        #expect(candidates.index(chosenBy: &code) == expected ?? count - 1)
      }
    }
  }

  // MARK: - Requests

  @Test func samplesDependOnTheRequestAlone() throws {
    let model = TableLanguageModel(randomOver: 40)
    let rules = StopRules(endOfSequence: [3], maxNewTokens: 20)
    let strategy = ArithmeticSampling(codeCount: 6, filters: [try Temperature(1.3), try TopK(20)])
    let all = try tokens(
      strategy, samples: Array(0..<18), prompt: [4, 1], rules: rules, over: model)
    #expect(Set(all).count > 12)
    for sample in 0..<18 {
      #expect(
        try tokens(strategy, samples: [sample], prompt: [4, 1], rules: rules, over: model)
          == [all[sample]])
    }
    #expect(
      try tokens(strategy, samples: [17, 2, 9], prompt: [4, 1], rules: rules, over: model)
        == [all[17], all[2], all[9]])
    let requests = (0..<4).map { seed in
      DecodingRequest(
        prompt: [4, TokenID(seed)], strategy: strategy, samples: [0, 1, 2], seed: UInt64(seed),
        stopRules: rules)
    }
    let alone = try requests.map { try run([$0], over: model)[0].hypotheses }
    #expect(try run(requests, over: model).map { $0.hypotheses }.map(sorted) == alone.map(sorted))
    #expect(model.ledger.counts.openSequences == 0)
  }

  private func sorted(_ hypotheses: [Hypothesis]) -> [[GeneratedToken]] {
    hypotheses.sorted { $0.slot < $1.slot }.map(\.tokens)
  }

  @Test func filtersThatTossCoinsComposeToo() throws {
    let xtc = try XTC(probability: 0.5, threshold: 0.1)
    let drawn = try tokens(ArithmeticSampling(codeCount: 200, filters: [xtc]), seed: 2)
    let best = drawn.count { $0[0] == 1 }
    // Half the time the most probable first token, of 0.58, is left out.
    #expect(best > 30 && best < 90)
  }

  @Test func edges() throws {
    let model = TableLanguageModel(bigrams: Self.rows)
    let suppressing = DecodingRequest(
      prompt: [1], strategy: ArithmeticSampling(codeCount: 2), samples: [0, 1],
      stopRules: Self.rules, processors: [SuppressTokens([0, 1, 2])])
    #expect(try run([suppressing], over: model)[0].error == .noCandidates(length: 1))
    let masked: [[Float]] = [[0, 0, 0], [-.infinity, 0, -.infinity], [0, 0, 0]]
    for drawn in try tokens(
      ArithmeticSampling(codeCount: 30), over: TableLanguageModel(bigrams: masked))
    {
      #expect(drawn == [1, 1, 1])
    }
    for (codeCount, samples) in [(0, [0]), (-1, [0]), (2, []), (2, [0, -1])] {
      let request = DecodingRequest(
        prompt: [1], strategy: ArithmeticSampling(codeCount: codeCount), samples: samples)
      #expect(throws: DecodingFailure.self) { try request.strategy.validate(request) }
    }
  }
}
