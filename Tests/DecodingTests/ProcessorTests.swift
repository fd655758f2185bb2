import Decoding
import Foundation
import LanguageModeling
import TestSupport
import Testing

@Suite struct ProcessorTests {
  private func processed(
    _ logits: [Float], _ context: HypothesisContext, _ processor: any LogitsProcessor
  ) -> [Float] {
    var candidates = Candidates(logits)
    processor.process(&candidates, context: context)
    return logits.indices.map(candidates.logit)
  }

  private func random(_ count: Int, below limit: Int, seed: UInt64) -> [TokenID] {
    let noise = CounterNoise(seed: seed, prompt: PromptHash([]), sample: 0)
    return (0..<count).map { TokenID(noise.uniform(position: $0) * Double(limit)) }
  }

  @Test func windowsAndScopesCountWhatTheySay() throws {
    let context = HypothesisContext(prompt: [0, 1, 2], generated: [3, 3, 4])
    let cases: [(PenaltyScope, Int?, [TokenID])] = [
      (.all, nil, [0, 1, 2, 3, 3, 4]), (.prompt, nil, [0, 1, 2]), (.output, nil, [3, 3, 4]),
      (.all, 2, [3, 4]), (.all, 4, [2, 3, 3, 4]), (.prompt, 2, [1, 2]), (.output, 2, [3, 4]),
      (.output, 10, [3, 3, 4]),
    ]
    for (scope, length, expected) in cases {
      let window = try PenaltyWindow(scope: scope, length: length)
      #expect(Array(window.tokens(of: context)) == expected)
      let flat = Array(repeating: Float(1), count: 6)
      let result = processed(flat, context, try OccurrencePenalty(frequency: 1, window: window))
      for token in 0..<6 {
        let count = expected.count { $0 == TokenID(token) }
        #expect(result[token] == 1 - Float(count))
      }
      let once = processed(flat, context, try RepetitionPenalty(2, window: window))
      #expect(once == (0..<6).map { expected.contains($0) ? 0.5 : 1 })
    }
  }

  @Test func repetitionsArePenalisedByTheDefinition() throws {
    // For each token, the longest suffix that stands before it earlier on, without breakers, by comparing.
    var penalised = 0
    for seed in 0..<200 {
      let tokens = random(3 + seed % 40, below: 2 + seed % 5, seed: UInt64(seed))
      let allowed = seed % 4
      let breakers: [[TokenID]] = seed % 3 == 0 ? [[1]] : seed % 3 == 1 ? [[0, 1], [2]] : []
      let window = Array(tokens.suffix(seed % 2 == 0 ? 25 : tokens.count))
      var reach = window.count
      search: for start in window.indices.reversed() {
        for breaker in breakers.sorted(by: { $0.count > $1.count })
        where window[start...].starts(with: breaker) {
          reach = window.count - start - breaker.count
          break search
        }
      }
      var expected = Array(repeating: 0.0, count: 7)
      for token in TokenID(0)..<7 where !breakers.contains([token]) && reach >= allowed {
        var longest = -1
        for position in window.indices.dropFirst() where window[position] == token {
          var length = 0
          while length < position,
            window[position - 1 - length] == window[window.count - 1 - length]
          {
            length += 1
          }
          longest = max(longest, min(length, reach))
        }
        if longest >= allowed, window.count > allowed {
          expected[Int(token)] = -0.8 * pow(1.75, Double(longest - allowed))
          penalised += 1
        }
      }
      let dry = try DRYPenalty(
        multiplier: 0.8, allowedLength: allowed, lastTokens: seed % 2 == 0 ? 25 : nil,
        breakers: breakers)
      let result = processed(
        Array(repeating: 0, count: 7), HypothesisContext(prompt: tokens), dry)
      for token in 0..<7 {
        #expect(
          abs(Double(result[token]) - expected[token]) <= 1e-5 * max(1, abs(expected[token])),
          "case \(seed), token \(token)")
      }
    }
    #expect(penalised > 200)
  }

  @Test func longRepetitionsStayFinite() throws {
    let context = HypothesisContext(prompt: Array(repeating: 3, count: 5000))
    let result = processed([0, 0, 0, 0], context, try DRYPenalty(multiplier: 5))
    #expect(result[..<3].allSatisfy { $0 == 0 })
    #expect(result[3] < -1e30 && result[3].isFinite)
  }

  @Test func neutralValuesChangeNothing() throws {
    let row: [Float] = [1, -2, 0, 3.5, -.infinity, -0.25]
    let context = HypothesisContext(
      prompt: [0, 1, 4], generated: [1, 3, 1, 3], endOfSequence: [2], lengthLimit: 10)
    let neutral: [any LogitsProcessor] = [
      try RepetitionPenalty(1), try OccurrencePenalty(), try LogitBias([1: 0]),
      try SequenceBias([.init([1], bias: 0)]), try BadWords([]), SuppressTokens([]),
      try NoRepeatNGram(100), try ExponentialDecayLength(start: 0, factor: 1),
      AllowedTokens { _ in Array(0..<6) },
    ]
    for processor in neutral {
      #expect(processed(row, context, processor) == row, "\(processor)")
    }
    var settings = Parameters()
    settings.repetitionPenalty = 1
    settings.frequencyPenalty = 0
    settings.noRepeatNGramSize = 0
    settings.dryMultiplier = 0
    #expect(try ProcessorCatalogue.processors(settings).isEmpty)
    settings.repetitionPenalty = 1.5
    settings.repeatLastN = 0
    #expect(try ProcessorCatalogue.processors(settings).isEmpty)
  }

  @Test func whatIsMaskedStaysMasked() throws {
    let row = Array(repeating: -Float.infinity, count: 4) + [0]
    let context = HypothesisContext(prompt: [0, 1, 2, 3, 0, 1], endOfSequence: [1])
    let processors: [any LogitsProcessor] = [
      try RepetitionPenalty(0.5), try OccurrencePenalty(frequency: -1, presence: -1),
      try LogitBias([0: 5]), try SequenceBias([.init([0, 1, 2], bias: 9)]),
      try ExponentialDecayLength(start: 0, factor: 2), try DRYPenalty(multiplier: 1),
      AllowedTokens { _ in [0, 4] },
    ]
    for processor in processors {
      #expect(processed(row, context, processor) == row, "\(processor)")
    }
  }

  @Test func settingsMakeTransformersOrder() throws {
    var settings = Parameters()
    settings.suppressedTokens = [3]
    settings.exponentialDecayLength = try ExponentialDecayLength(start: 2, factor: 1.1)
    settings.forcedEndOfSequence = [0]
    settings.beginSuppressedTokens = [3]
    settings.badWordTokens = [[1]]
    settings.drySequenceBreakers = []
    settings.noRepeatNGramSize = 2
    settings.dryMultiplier = 0.8
    settings.presencePenalty = 0.1
    settings.repetitionPenalty = 1.1
    settings.sequenceBias = [.init([1, 2], bias: 1)]
    settings.logitBias = [1: 1]
    #expect(
      try ProcessorCatalogue.processors(
        settings, sources: ProcessorSources(allowedTokens: AllowedTokens { _ in [1] })
      ).map(\.name)
        == [
          "logit bias", "sequence bias", "repetition penalty", "frequency and presence penalty",
          "DRY", "no-repeat-ngram-size", "bad words", "allowed tokens", "forced end of sequence",
          "exponential decay length", "suppressed tokens", "tokens suppressed at the beginning",
        ])
    // Texts need somebody who has a tokenizer.
    settings.badWords = ["a"]
    #expect(throws: DecodingFailure.self) { try ProcessorCatalogue.processors(settings) }
    let sources = ProcessorSources(bans: { _ in [[2]] })
    #expect(
      try ProcessorCatalogue.processors(settings, sources: sources).compactMap { $0 as? BadWords }
        .first?.sequences == [[1], [2]])
  }

  @Test func tokensSuppressedAtTheBeginningMayComeLater() throws {
    let row: [Float] = [0.5, 2, 1]
    let processor = BeginSuppressTokens([1, 2])
    #expect(
      processed(row, HypothesisContext(prompt: [0, 1]), processor)
        == [0.5, -.infinity, -.infinity])
    #expect(processed(row, HypothesisContext(prompt: [0], generated: [1]), processor) == row)
    #expect(throws: DecodingFailure.self) {
      try BeginSuppressTokens([3]).validate(DecodingRequest(prompt: [0]), vocabularyCount: 3)
    }
  }

  @Test func impossibleSettingsAreRefused() {
    // What has no effect without another parameter names it.
    let penalties = Array(ProcessorCatalogue.parameters.prefix(3))
    #expect(
      penalties.map(\.key) == ["repetition_penalty", "frequency_penalty", "presence_penalty"])
    for parameter in [PenaltyWindow.scope.erased, PenaltyWindow.length.erased] {
      #expect(parameter.needs == penalties)
    }
    for parameter in [
      DRYPenalty.base.erased, DRYPenalty.allowedLength.erased, DRYPenalty.lastTokens.erased,
      DRYPenalty.breakers.erased,
    ] {
      #expect(parameter.needs == [DRYPenalty.multiplier.erased])
    }
    for change: @Sendable (inout Parameters) -> Void in [
      { $0.repetitionPenalty = 0 }, { $0.repetitionPenalty = -1 }, { $0.repetitionPenalty = .nan },
      { $0.frequencyPenalty = .infinity }, { $0.noRepeatNGramSize = -1 },
      { $0.logitBias = [1: .nan] }, { $0.logitBias = [1: .infinity] },
      { $0.sequenceBias = [.init([], bias: 1)] },
      { $0.sequenceBias = [.init([1], bias: 1), .init([1], bias: 2)] }, { $0.badWordTokens = [[]] },
      { $0.dryMultiplier = -1 },
      {
        $0.dryMultiplier = 1
        $0.dryBase = 0.5
      },
      {
        $0.repetitionPenalty = 2
        $0.repeatLastN = -2
      },
    ] {
      var settings = Parameters()
      change(&settings)
      #expect(throws: DecodingFailure.self) { try ProcessorCatalogue.processors(settings) }
    }
  }

  @Test func requestsThatCannotWorkAreRefused() throws {
    let decoder = try BatchDecoder(model: TableLanguageModel(randomOver: 8))
    let ignoring = StopRules(endOfSequence: [0], ignoresEndOfSequence: true)
    for (processor, rules) in [
      (try LogitBias([8: 1]), StopRules()), (try SequenceBias([.init([1, 9], bias: 1)]), .init()),
      (try BadWords([[-1]]), .init()), (SuppressTokens([12]), .init()),
      (try ForcedEndOfSequence([0]), ignoring),
      (try ExponentialDecayLength(start: 1, factor: 2), ignoring),
      (try ExponentialDecayLength(start: 1, factor: 2), .init()),
    ] as [(any LogitsProcessor, StopRules)] {
      #expect(throws: DecodingFailure.self) {
        try decoder.submit(
          DecodingRequest(prompt: [1], stopRules: rules, processors: [processor]))
      }
    }
  }

  // MARK: - In searches

  /// Greedy search by the definition, with processors over each row.
  private func greedy(
    _ prompt: [TokenID], count: Int, eos: Set<TokenID> = [], logits: ([TokenID]) -> [Float],
    _ processors: [any LogitsProcessor]
  ) -> [TokenID] {
    var generated: [TokenID] = []
    while generated.count < count, !eos.contains(generated.last ?? -1) {
      var candidates = Candidates(logits(prompt + generated))
      let context = HypothesisContext(
        prompt: prompt, generated: generated, endOfSequence: eos, lengthLimit: count)
      for processor in processors { processor.process(&candidates, context: context) }
      generated.append(
        candidates.indexOfMaximum.map(candidates.token) ?? -1)
    }
    return generated
  }

  private func chain() throws -> [any LogitsProcessor] {
    [
      try LogitBias([2: 0.5]), try RepetitionPenalty(1.3),
      try OccurrencePenalty(
        frequency: 0.2, presence: 0.1, window: PenaltyWindow(scope: .output, length: 5)),
      try DRYPenalty(multiplier: 0.8), try NoRepeatNGram(3), try BadWords([[4, 5]]),
      try ForcedEndOfSequence([0]), try ExponentialDecayLength(start: 6, factor: 1.2),
    ]
  }

  @Test func greedySearchSeesWhatProcessorsLeave() throws {
    let logits: @Sendable ([TokenID]) -> [Float] = { tokens in
      let noise = CounterNoise(seed: 4, prompt: PromptHash(Array(tokens.suffix(2))), sample: 0)
      return (0..<9).map { 2 * Float(noise.gumbel(position: 0, token: $0)) }
    }
    let model = TableLanguageModel(vocabularyCount: 9, logits: logits)
    let rules = StopRules(endOfSequence: [0], maxNewTokens: 25)
    let processors = try chain()
    for start in 0..<9 {
      let prompt: [TokenID] = [TokenID(start), 3, 5]
      let outcome = try run(
        [DecodingRequest(prompt: prompt, stopRules: rules, processors: processors)], over: model)[0]
      #expect(
        outcome.tokens
          == [greedy(prompt, count: 25, eos: [0], logits: logits, processors)])
      #expect(outcome.tokens[0].last == 0)
    }
  }

  /// Greedy search over log-probabilities, of which token 1 loses one nat before the processors see it.
  private struct Adjusted: DecodingStrategy {
    var description: String { "adjusted" }

    func validate(_ request: DecodingRequest) throws(DecodingFailure) {}

    func makeSearch(for request: DecodingRequest) -> Search { Search() }

    struct Search: DecodingSearch {
      mutating func advance(
        _ tree: inout SearchTree, logits: Span<Float>, scratch: inout Candidates
      ) throws(DecodingFailure) {
        try tree.load(0, of: logits, into: &scratch, as: .logProbabilities) { candidates in
          candidates.updateLogit(of: 1) { $0 - 1 }
        }
        guard let best = scratch.indexOfMaximum else { throw .noCandidates(length: 0) }
        let child = try tree.extend(
          0, by: scratch.token(at: best), logits: logits,
          processedLogProbability: Double(scratch.logit(at: best)))
        if let reason = child.finishReason {
          tree.complete(child.hypothesis, slot: 0, sample: 0, score: 0, reason: reason)
        } else {
          tree.proceed(child, slot: 0)
        }
      }

      mutating func conclude(_ tree: inout SearchTree, reason: FinishReason) {}
    }
  }

  @Test func logProbabilitiesAreProcessedBehindTheAdjustment() throws {
    let rows: [[Float]] = (0..<6).map { row in
      (0..<6).map { token in
        let noise = CounterNoise(seed: 2, prompt: PromptHash([]), sample: row)
        return 3 + Float(noise.gumbel(position: 0, token: TokenID(token)))
      }
    }
    let request = DecodingRequest(
      prompt: [0, 2], strategy: Adjusted(), stopRules: StopRules(maxNewTokens: 12),
      processors: [try RepetitionPenalty(3)])
    let tokens = try run([request], over: TableLanguageModel(bigrams: rows))[0].hypotheses[0].tokens
    var sequence = [0, 2]
    for token in tokens {
      var scores = Naive.logSoftmax(rows[sequence[sequence.count - 1]])
      scores[1] -= 1
      for seen in Set(sequence) { scores[seen] *= 3 }
      let best = scores.indices.max { scores[$0] < scores[$1] } ?? 0
      #expect(Int(token.token) == best)
      #expect(abs((token.processedLogProbability ?? 0) - scores[best]) < 1e-5)
      sequence.append(best)
    }
    #expect(Set(sequence).count > 3)
  }

  @Test func samplesAreProcessedEachByItsOwnTokens() throws {
    // No token twice: over seven tokens, every sample is a permutation.
    let model = TableLanguageModel(randomOver: 7, spread: 0.5)
    let request = DecodingRequest(
      prompt: [2], strategy: Sampling(), samples: Array(0..<40), seed: 6,
      stopRules: StopRules(maxNewTokens: 6), processors: [try NoRepeatNGram(1)])
    let outcome = try run([request], over: model)[0]
    #expect(Set(outcome.tokens).count > 20)
    for tokens in outcome.tokens { #expect(Set(tokens) == [0, 1, 3, 4, 5, 6]) }
    var longer = request
    longer.stopRules.maxNewTokens = 7
    #expect(try run([longer], over: model)[0].error == .noCandidates(length: 7))
  }

  @Test func logProbabilitiesAreThoseOfTheUnmodifiedModel() throws {
    let model = TableLanguageModel(randomOver: 12)
    let plain = DecodingRequest(prompt: [1], stopRules: StopRules(maxNewTokens: 1))
    var biased = plain
    biased.processors = [try LogitBias([7: 100])]
    biased.report = TokenReport(alternatives: 12)
    let outcomes = try run([plain, biased], over: model)
    #expect(outcomes[1].tokens == [[7]])
    let token = outcomes[1].hypotheses[0].tokens[0]
    let listed = token.alternatives.first { $0.token == 7 }
    #expect(listed?.logProbability == token.logProbability)
    #expect(token.alternatives.first?.token == outcomes[0].tokens[0][0])
  }

  @Test func theCoinOfTopChoicesFallsAsOftenAsAsked() throws {
    // Two top choices and a rest. With probability q the first is dropped.
    let p = [0.6, 0.3, 0.1]
    let table = Array(repeating: p.map { Float(log($0)) }, count: 3)
    let model = TableLanguageModel(bigrams: table)
    let q = 0.35
    let filters = [try XTC(probability: q, threshold: 0.2)]
    var counts = Array(repeating: 0, count: 9)
    for seed in 0..<8 {
      let request = DecodingRequest(
        prompt: [0], strategy: Sampling(filters: filters), samples: Array(0..<4000),
        seed: UInt64(seed), stopRules: StopRules(maxNewTokens: 2))
      for tokens in try run([request], over: model)[0].tokens {
        counts[Int(tokens[0]) * 3 + Int(tokens[1])] += 1
      }
    }
    // Pairs of tokens: the coins of two positions and the draws are all independent.
    let one = [(1 - q) * 0.6, (1 - q) * 0.3 + q * 0.75, (1 - q) * 0.1 + q * 0.25]
    let pairs = one.flatMap { first in one.map { first * $0 } }
    #expect(chiSquareDeviate(counts: counts, probabilities: pairs) < 3.1)
  }

  @Test func coinsAreTheWordsThatTheLayoutNames() {
    let prompt = PromptHash([4, 5])
    let key = Philox4x32(key: SIMD2(7, 0)).words(
      at: SIMD4(
        UInt32(truncatingIfNeeded: prompt.rawValue),
        UInt32(truncatingIfNeeded: prompt.rawValue >> 32),
        0, .max))
    let words = Philox4x32(key: key.lowHalf).words(at: SIMD4(0, 11, 2, 3))
    let bits = UInt64(words.x) << 20 | UInt64(words.y >> 12)
    let noise = CounterNoise(seed: 7, prompt: prompt, sample: 2)
    #expect(noise.coin(position: 11) == (Double(bits) + 0.5) * 0x1p-52)
  }

  @Test func coinsAreIndependentOfTheNoiseOfTokens() {
    // Sixteen cells of (coin, position's number, first token's number), halves and quarters.
    var counts = Array(repeating: 0, count: 16)
    for sample in 0..<20_000 {
      let noise = CounterNoise(seed: 3, prompt: PromptHash([1]), sample: sample)
      let cell =
        Int(noise.coin(position: 5) * 4) * 4 + Int(noise.uniform(position: 5) * 2) * 2
        + Int(noise.uniform(position: 5, token: 0) * 2)
      counts[cell] += 1
    }
    let flat = Array(repeating: 1.0 / 16, count: 16)
    #expect(chiSquareDeviate(counts: counts, probabilities: flat) < 3.1)
  }
}
