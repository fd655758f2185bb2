import Decoding
import Foundation
import LanguageModeling
import TestSupport
import Testing

private let eos: TokenID = 2
private let w1: TokenID = 4
private let w2: TokenID = 5

/// What other projects' tests say about beams.
@Suite struct BeamVectorTests {
  // MARK: - fairseq, `tests/test_sequence_generator.py` and `tests/utils.py`

  /// fairseq's test model: the probabilities of (eos, w1, w2) after the words so far.
  private func model(_ rows: [[TokenID]: [Double]]) -> TableLanguageModel {
    TableLanguageModel(vocabularyCount: 6) { tokens in
      let row = rows[Array(tokens.dropFirst())] ?? [1, 0, 0]
      var logits = Array(repeating: -Float.infinity, count: 6)
      for (token, p) in zip([eos, w1, w2], row) { logits[Int(token)] = Float(log(p)) }
      return logits
    }
  }

  private var sentences: [TableLanguageModel] {
    [
      model([
        []: [0, 0.9, 0.1], [w1]: [1, 0, 0], [w2]: [0, 0.9, 0.1], [w2, w1]: [0, 0.1, 0.9],
        [w2, w2]: [0.6, 0.2, 0.2],
      ]),
      model([
        []: [0, 0.7, 0.3], [w1]: [0.25, 0.35, 0.4], [w2]: [0, 0.1, 0.9], [w1, w2]: [0.6, 0.4, 0],
        [w2, w2]: [0.01, 0, 0.99], [w2, w2, w2]: [0.1, 0.5, 0.4],
      ]),
    ]
  }

  /// fairseq ends with the first *B* results: early stopping `true`.
  private func search(lengthPenalty: Double) -> BeamSearch {
    BeamSearch(
      beamCount: 2, lengthPenalty: lengthPenalty, earlyStopping: .immediate, resultCount: 2)
  }

  private func outcome(
    _ strategy: any DecodingStrategy, over model: TableLanguageModel, limit: Int = 10,
    _ processors: any LogitsProcessor...
  ) throws -> Outcome {
    try run(
      [
        DecodingRequest(
          prompt: [0], strategy: strategy,
          stopRules: StopRules(endOfSequence: [eos], maxNewTokens: limit),
          processors: processors)
      ], over: model)[0]
  }

  private func check(_ outcome: Outcome, _ expected: [(tokens: [TokenID], p: [Double])]) {
    #expect(outcome.tokens == expected.map(\.tokens))
    for (hypothesis, expected) in zip(outcome.hypotheses, expected) {
      for (token, p) in zip(hypothesis.tokens, expected.p) {
        #expect(abs(exp(token.logProbability) - p) < 1e-5)
      }
    }
  }

  private let first: [(tokens: [TokenID], p: [Double])] = [
    ([w1, eos], [0.9, 1]), ([w2, w1, w2, eos], [0.1, 0.9, 0.9, 1]),
  ]
  private let second: [(tokens: [TokenID], p: [Double])] = [
    ([w1, w2, w1, eos], [0.7, 0.4, 0.4, 1]), ([w1, w2, eos], [0.7, 0.4, 0.6]),
  ]

  @Test func fairseqNormalized() throws {
    check(try outcome(search(lengthPenalty: 1), over: sentences[0]), first)
    check(try outcome(search(lengthPenalty: 1), over: sentences[1]), second)
  }

  /// `test_without_normalization` and `test_with_lenpen_favoring_short_hypos`.
  @Test(arguments: [0, 0.6]) func fairseqFavouringShort(penalty: Double) throws {
    check(try outcome(search(lengthPenalty: penalty), over: sentences[0]), first)
    check(try outcome(search(lengthPenalty: penalty), over: sentences[1]), second.reversed())
  }

  @Test func fairseqFavouringLong() throws {
    check(try outcome(search(lengthPenalty: 5), over: sentences[0]), first.reversed())
    check(try outcome(search(lengthPenalty: 5), over: sentences[1]), second)
  }

  /// `test_maxlen`: after two words nothing but the end may follow, with the model's own probability of it.
  @Test func fairseqMaximalLength() throws {
    let end = AllowedTokens { $0.count == 3 ? [eos] : [eos, w1, w2] }
    check(
      try outcome(search(lengthPenalty: 1), over: sentences[0], limit: 3, end),
      [([w1, eos], [0.9, 1]), ([w2, w2, eos], [0.1, 0.1, 0.6])])
    check(
      try outcome(search(lengthPenalty: 1), over: sentences[1], limit: 3, end),
      [([w1, w2, eos], [0.7, 0.4, 0.6]), ([w2, w2, eos], [0.3, 0.9, 0.01])])
  }

  /// `TestDiverseBeamSearch`, whose groups don't see each other at strength 0.
  @Test func fairseqGroups() throws {
    let search = DiverseBeamSearch(
      beamCount: 2, groupCount: 2, diversityPenalty: 0, earlyStopping: .immediate, resultCount: 2)
    let first = model([[]: [0, 0.9, 0.1], [w1]: [0, 0.6, 0.4]])
    check(
      try outcome(search, over: first),
      Array(repeating: ([w1, w1, eos], [0.9, 0.6, 1]), count: 2))
    let second = model([
      []: [0, 0.7, 0.3], [w1]: [0.25, 0.35, 0.4], [w1, w2]: [0.9, 0.1, 0],
    ])
    check(
      try outcome(search, over: second),
      Array(repeating: ([w1, w2, eos], [0.7, 0.4, 0.9]), count: 2))
  }

  // MARK: - transformers

  /// transformers, `tests/generation/test_beam_search.py`: the hypotheses that are kept, and when they are enough.
  @Test func huggingFaceHypotheses() {
    let scoring = BeamScoring(lengthPenalty: 2, earlyStopping: .heuristic)
    let pool = pool(
      capacity: 4, [-10, -9, -8, -7, -6].map { scoring.score($0, length: 10) })
    #expect(abs((pool.worstScore ?? 0) + 9.0 / 100) < 1e-12)
    #expect(!scoring.isOver(pool, best: -5, length: 10, limit: 20))
    #expect(scoring.isOver(pool, best: -20, length: 10, limit: 20))
  }

  /// transformers 4.51.3, run: `BeamHypotheses(2, length_penalty=1)`.
  @Test func huggingFaceTiesAndStops() {
    let scoring = BeamScoring(lengthPenalty: 1, earlyStopping: .heuristic)
    let scores = [
      scoring.score(-2, length: 2), scoring.score(-3, length: 3), scoring.score(-3, length: 4),
    ]
    #expect(scores == [-1, -1, -0.75])
    let pool = pool(capacity: 2, scores)
    #expect(pool.results.map(\.hypothesis.rawValue) == [3, 2])
    #expect(pool.worstScore == -1)
    for (best, isOver) in [(-3.9, false), (-4, true), (-4.1, true)] {
      #expect(scoring.isOver(pool, best: best, length: 4, limit: 10) == isOver)
    }
    let patient = BeamScoring(lengthPenalty: 1, earlyStopping: .never)
    for (best, isOver) in [(-4.1, false), (-10, true), (-10.1, true)] {
      #expect(patient.isOver(pool, best: best, length: 4, limit: 10) == isOver)
    }
  }

  private func pool(capacity: Int, _ scores: [Double]) -> BeamPool {
    var pool = BeamPool(capacity: capacity, ties: .later)
    for (index, score) in scores.enumerated() {
      pool.add(
        BeamPool.Result(
          hypothesis: HypothesisID(rawValue: index + 1), score: score, reason: .endOfSequence))
    }
    return pool
  }

  /// transformers, `tests/generation/test_beam_search.py`: with the end of sequence at rank 1, the next beams are those
  /// of ranks 0, 2, 3 and 4.
  @Test func huggingFaceNextBeams() throws {
    let logits: [Float] = [1, 9, 3, 8, 5, 7, 2, 6]
    let model = TableLanguageModel(vocabularyCount: 8) { _ in logits }
    let decoder = try BatchDecoder(model: model)
    try decoder.submit(
      DecodingRequest(
        prompt: [0], strategy: BeamSearch(beamCount: 4),
        stopRules: StopRules(endOfSequence: [3], maxNewTokens: 5)))
    var slots: [Int: TokenID] = [:]
    for event in try decoder.step() ?? [] {
      if case .token(let token) = event, token.finishReason == nil {
        slots[token.slot] = token.token.token
      }
    }
    #expect(slots == [0: 1, 1: 5, 2: 7, 3: 4])
  }

  /// transformers, `tests/generation/test_beam_search.py`: its scorer raises where all continuations end. Here the search
  /// ends with the results that there are, in groups as well.
  @Test func huggingFaceNothingButEnds() throws {
    var logits = Array(repeating: -Float.infinity, count: 8)
    logits[3] = 1
    let model = TableLanguageModel(vocabularyCount: 8) { [logits] _ in logits }
    let strategies: [(any DecodingStrategy, Int)] = [
      (BeamSearch(beamCount: 4, resultCount: 4), 1),
      (
        DiverseBeamSearch(beamCount: 4, groupCount: 2, diversityPenalty: 0, resultCount: 4), 2
      ),
    ]
    for (strategy, count) in strategies {
      let outcome = try run(
        [
          DecodingRequest(
            prompt: [0], strategy: strategy,
            stopRules: StopRules(endOfSequence: [3], maxNewTokens: 5))
        ], over: model)[0]
      #expect(outcome.error == nil)
      #expect(outcome.tokens == Array(repeating: [3], count: count))
    }
  }

  /// transformers, `tests/generation/test_logits_process.py` (4.51): the Hamming penalty of the second of two groups, 1
  /// for the token of the first.
  @Test(arguments: [TokenID(0), 1]) func huggingFaceHamming(chosen: TokenID) throws {
    let search = DiverseBeamSearch(
      beamCount: 2, groupCount: 2, diversityPenalty: 1, lengthPenalty: 0, resultCount: 2)
    func gains(_ logits: [Float]) throws -> [TokenID: Double] {
      let outcome = try run(
        [
          DecodingRequest(
            prompt: [0], strategy: search, stopRules: StopRules(maxNewTokens: 1),
            report: TokenReport(processedLogProbability: true))
        ], over: TableLanguageModel(vocabularyCount: 4) { _ in logits })[0]
      var gains: [TokenID: Double] = [:]
      for hypothesis in outcome.hypotheses {
        let token = hypothesis.tokens[0]
        gains[token.token] = min(
          gains[token.token] ?? 0, try #require(token.processedLogProbability))
      }
      return gains
    }
    // Where the second group has no other choice, it takes the token at the penalty's cost.
    var alone = Array(repeating: -Float.infinity, count: 4)
    alone[Int(chosen)] = 0.25
    #expect(try gains(alone) == [chosen: -1])
    // Where all others are equal, it takes the first of them, unchanged.
    var flat = Array(repeating: Float(0), count: 4)
    flat[Int(chosen)] = 0.5
    let both = try gains(flat)
    let other: TokenID = chosen == 0 ? 1 : 0
    #expect(Set(both.keys) == [chosen, other])
    let expected = Naive.logSoftmax(flat)
    #expect(abs((both[chosen] ?? 0) - expected[Int(chosen)]) < 1e-6)
    #expect(abs((both[other] ?? 0) - expected[Int(other)]) < 1e-6)
  }
}
