import Decoding
import Foundation
import LanguageModeling
import TestSupport
import Testing

@Suite struct BeamSearchTests {
  private func table(_ seed: UInt64, over count: Int = 16, context: Int = 1024)
    -> TableLanguageModel
  {
    BeamTable.model(
      seed: seed, vocabularyCount: count, bonus: 1, on: [0], contextLength: context)
  }

  private let rules = StopRules(endOfSequence: [0], maxNewTokens: 10)

  @Test func oneBeamIsGreedy() throws {
    let processors: [any LogitsProcessor] = [try RepetitionPenalty(1.5), try NoRepeatNGram(2)]
    for seed in UInt64(0)..<20 {
      for early in EarlyStopping.allCases {
        let beam = BeamSearch(beamCount: 1, lengthPenalty: 2, earlyStopping: early)
        let outcomes = try run(
          [
            DecodingRequest(prompt: [3, 1], strategy: beam, stopRules: rules),
            DecodingRequest(prompt: [3, 1], stopRules: rules),
            DecodingRequest(
              prompt: [3, 1], strategy: beam, stopRules: rules, processors: processors),
            DecodingRequest(prompt: [3, 1], stopRules: rules, processors: processors),
          ], over: table(seed))
        #expect(outcomes[0].tokens == outcomes[1].tokens)
        #expect(outcomes[2].tokens == outcomes[3].tokens)
        let hypothesis = outcomes[0].hypotheses[0]
        let length = Double(hypothesis.tokens.count)
        #expect(abs(hypothesis.score - hypothesis.logProbability / (length * length)) < 1e-9)
      }
    }
  }

  @Test func aWideBeamFindsTheExhaustiveRankingUnderEveryLengthPenalty() throws {
    for seed in 0..<6 {
      let logits: @Sendable ([TokenID]) -> [Float] = { tokens in
        let noise = CounterNoise(seed: UInt64(seed), prompt: PromptHash(tokens), sample: 0)
        return (0..<4).map { Float(noise.gumbel(position: 0, token: $0)) }
      }
      let model = TableLanguageModel(vocabularyCount: 4, logits: logits)
      for penalty in [0, 1, -1, 1.5] {
        let search = BeamSearch(
          beamCount: 256, lengthPenalty: penalty, earlyStopping: .never, resultCount: 256)
        let outcome = try run(
          [
            DecodingRequest(
              prompt: [1], strategy: search,
              stopRules: StopRules(endOfSequence: [0], maxNewTokens: 4))
          ], over: model)[0]
        let expected = Naive.sequences(after: [1], length: 4, logits: logits)
        #expect(outcome.hypotheses.count == expected.count)
        for hypothesis in outcome.hypotheses {
          let sum = try #require(expected[hypothesis.tokens.map(\.token)])
          let score = sum / pow(Double(hypothesis.tokens.count), penalty)
          #expect(abs(hypothesis.score - score) < 1e-5)
        }
        let scores = outcome.hypotheses.map(\.score)
        #expect(scores == scores.sorted(by: >))
        #expect(outcome.hypotheses.map(\.slot) == Array(scores.indices))
      }
    }
  }

  @Test func aVocabularySmallerThanTheBeamsIsSearchedWhole() throws {
    let search = BeamSearch(beamCount: 8, resultCount: 8)
    let outcome = try run(
      [DecodingRequest(prompt: [1], strategy: search, stopRules: StopRules(maxNewTokens: 3))],
      over: table(4, over: 2))[0]
    #expect(Set(outcome.tokens).count == 8)
    // The first step has two tokens to offer, and that is all there is.
    let short = try run(
      [DecodingRequest(prompt: [1], strategy: search, stopRules: StopRules(maxNewTokens: 1))],
      over: table(4, over: 2))[0]
    #expect(Set(short.tokens) == [[0], [1]])
  }

  @Test func equalScoresRankByTheLowestRowThenTheLowestToken() throws {
    let model = TableLanguageModel(vocabularyCount: 4) { _ in [0, 0, 0, 0] }
    let rules = StopRules(maxNewTokens: 2)
    let outcomes = try run(
      [
        DecodingRequest(
          prompt: [1], strategy: BeamSearch(beamCount: 3, resultCount: 3), stopRules: rules),
        DecodingRequest(
          prompt: [1],
          strategy: DiverseBeamSearch(
            beamCount: 4, groupCount: 2, diversityPenalty: 1, resultCount: 4), stopRules: rules),
      ], over: model)
    #expect(outcomes[0].tokens == [[0, 0], [0, 1], [0, 2]])
    // The second group avoids what the first took. All scores are equal: the later group's results come first.
    #expect(outcomes[1].tokens == [[2, 3], [2, 2], [0, 1], [0, 0]])
  }

  @Test func aFullContextEndsTheSearchAsTheLimitWould() throws {
    for early in EarlyStopping.allCases {
      let strategies: [any DecodingStrategy] = [
        BeamSearch(beamCount: 3, earlyStopping: early, resultCount: 3),
        DiverseBeamSearch(
          beamCount: 4, groupCount: 2, diversityPenalty: 0.5, earlyStopping: early, resultCount: 4),
      ]
      for strategy in strategies {
        func outcome(limit: Int, context: Int) throws -> Outcome {
          try run(
            [
              DecodingRequest(
                prompt: [3, 1, 2], strategy: strategy,
                stopRules: StopRules(endOfSequence: [0], maxNewTokens: limit))
            ], over: table(7, context: context))[0]
        }
        #expect(try outcome(limit: 100, context: 8) == outcome(limit: 5, context: 100))
      }
    }
  }

  @Test func whatRunsBesideAndInWhichOrderChangesNothing() throws {
    let model = table(11)
    var requests: [DecodingRequest] = []
    for start in TokenID(1)..<5 {
      requests += [
        DecodingRequest(
          prompt: [start], strategy: BeamSearch(beamCount: 4, resultCount: 4), stopRules: rules),
        DecodingRequest(
          prompt: [2, start],
          strategy: DiverseBeamSearch(
            beamCount: 6, groupCount: 3, diversityPenalty: 0.7, resultCount: 6), stopRules: rules),
        DecodingRequest(
          prompt: [2, start], strategy: BeamSampling(beamCount: 3, resultCount: 3), seed: 5,
          stopRules: rules),
        DecodingRequest(
          prompt: [2, start], strategy: Sampling(), samples: [0, 1], seed: 5, stopRules: rules),
      ]
    }
    let alone = try requests.map { try run([$0], over: model)[0] }
    #expect(alone.allSatisfy { $0.isCompleted && $0.error == nil })
    #expect(try run(requests, over: model) == alone)
    #expect(try run(requests.reversed(), over: model) == alone.reversed())
    #expect(model.ledger.counts.openSequences == 0)
  }

  @Test func aStepHasOneRowForEachLiveBeam() throws {
    let model = table(11)
    let decoder = try BatchDecoder(model: model)
    for _ in 0..<3 {
      try decoder.submit(
        DecodingRequest(
          prompt: [1, 2], strategy: BeamSearch(beamCount: 4),
          stopRules: StopRules(maxNewTokens: 6)))
    }
    let outcomes = try run(decoder)
    #expect(outcomes.count == 3)
    // The prompt, read once, then five steps of four beams for each of three requests.
    #expect(model.ledger.counts.steps == 6)
    #expect(model.ledger.counts.largestBatch == 12)
    #expect(model.ledger.counts.tokens == 2 + 5 * 12)
  }

  @Test func aCancelledSearchGivesItsBestSoFar() throws {
    let strategies: [any DecodingStrategy] = [
      BeamSearch(beamCount: 4, resultCount: 4),
      DiverseBeamSearch(beamCount: 4, groupCount: 2, diversityPenalty: 0.5, resultCount: 4),
      BeamSampling(beamCount: 4, resultCount: 4),
    ]
    for strategy in strategies {
      let model = table(3)
      let decoder = try BatchDecoder(model: model)
      try decoder.submit(
        DecodingRequest(
          prompt: [1, 2], strategy: strategy,
          stopRules: StopRules(endOfSequence: [0], maxNewTokens: 30, minNewTokens: 20)))
      for _ in 0..<5 { _ = try decoder.step() }
      decoder.cancel()
      let outcome = try run(decoder)[0]
      #expect(outcome.isCompleted)
      #expect(outcome.hypotheses.map(\.tokens.count) == [5, 5, 5, 5])
      #expect(outcome.hypotheses.allSatisfy { $0.finishReason == .cancelled })
      let scores = outcome.hypotheses.map(\.score)
      #expect(scores == scores.sorted(by: >))
      #expect(model.ledger.counts.openSequences == 0)
    }
  }

  @Test func everyEventHasAParentThatWasTold() throws {
    let strategies: [any DecodingStrategy] = [
      BeamSearch(beamCount: 4, resultCount: 4),
      DiverseBeamSearch(beamCount: 6, groupCount: 3, diversityPenalty: 0.5, resultCount: 6),
      BeamSampling(beamCount: 4, resultCount: 4),
    ]
    for strategy in strategies {
      let decoder = try BatchDecoder(model: table(9))
      try decoder.submit(
        DecodingRequest(
          prompt: [1, 2], strategy: strategy, stopRules: rules,
          report: TokenReport(alternatives: 2, processedLogProbability: true, entropy: true)))
      var built: [HypothesisID: [GeneratedToken]] = [.prompt: []]
      while let events = try decoder.step() {
        for event in events {
          if case .token(let token) = event {
            built[token.hypothesis] = try #require(built[token.parent]) + [token.token]
          } else if case .finished(_, let hypothesis) = event {
            #expect(built[hypothesis.id] == hypothesis.tokens)
            let gains = hypothesis.tokens.compactMap(\.processedLogProbability)
            // The default length penalty is 1: the score is the mean of what the tokens added.
            #expect(abs(gains.reduce(0, +) / Double(gains.count) - hypothesis.score) < 1e-9)
          }
        }
      }
    }
  }

  @Test func aSearchWithNothingToChooseFromIsAnError() throws {
    for strategy in [
      BeamSearch(beamCount: 2),
      DiverseBeamSearch(beamCount: 2, groupCount: 2, diversityPenalty: 0),
    ] as [any DecodingStrategy] {
      let outcome = try run(
        [
          DecodingRequest(
            prompt: [1], strategy: strategy,
            stopRules: StopRules(endOfSequence: [0, 1], ignoresEndOfSequence: true))
        ], over: table(1, over: 2))[0]
      #expect(outcome.error == .noCandidates(length: 1))
    }
  }

  @Test func whatMakesNoSenseIsRefusedWithASentence() throws {
    func refusal(_ strategy: any DecodingStrategy, samples: [Int] = [0]) throws -> String {
      let decoder = try BatchDecoder(model: table(1))
      do {
        try decoder.submit(DecodingRequest(prompt: [1], strategy: strategy, samples: samples))
        return ""
      } catch {
        return error.description
      }
    }
    #expect(try refusal(BeamSearch(beamCount: 0)) == "beams: is 0; it must be at least 1")
    #expect(
      try refusal(BeamSearch(beamCount: 2, resultCount: 3))
        == "2 beams have at most 2 results, not 3; ask for fewer, or for 3 beams")
    #expect(try refusal(BeamSearch(beamCount: 2, resultCount: 0)).hasPrefix("results: is 0"))
    #expect(
      try refusal(BeamSearch(beamCount: 2, lengthPenalty: .nan)).hasPrefix("length penalty: is nan")
    )
    #expect(
      try refusal(BeamSearch(beamCount: 2), samples: [0, 1]).hasPrefix("beam search runs once"))
    #expect(
      try refusal(BeamSampling(beamCount: 2), samples: []).hasPrefix("beam sampling runs once"))
    #expect(
      try refusal(DiverseBeamSearch(beamCount: 6, groupCount: 4, diversityPenalty: 1))
        == "6 beams can't be split into 4 equal groups; make the beams a multiple of the groups")
    #expect(
      try refusal(DiverseBeamSearch(beamCount: 4, groupCount: 0, diversityPenalty: 1))
        .hasPrefix("beam groups: is 0"))
    #expect(
      try refusal(DiverseBeamSearch(beamCount: 4, groupCount: 2, diversityPenalty: -1))
        .hasPrefix("diversity penalty: is -1.0"))
    // Numbers too great to multiply are no trap.
    #expect(try refusal(BeamSearch(beamCount: .max)) == "")
  }
}
