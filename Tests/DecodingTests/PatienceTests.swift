import Decoding
import Foundation
import LanguageModeling
import TestSupport
import Testing

@Suite struct PatienceTests {
  private func table(_ seed: UInt64, over count: Int = 6) -> TableLanguageModel {
    BeamTable.model(seed: seed, vocabularyCount: count, bonus: 1, on: [0])
  }

  private let prompt: [TokenID] = [3, 1]

  /// Beam search by its definition, which ends once round(*B* · patience) hypotheses have ended: Kasai et al. 2022,
  /// first come, first served.
  private func firstCome(
    beams: Int, patience: Double, limit: Int, over model: TableLanguageModel
  ) -> [[TokenID]: Double] {
    var live: [(tokens: [TokenID], score: Double)] = [([], 0)]
    var ended: [(tokens: [TokenID], score: Double)] = []
    let goal = Int((Double(beams) * patience).rounded())
    while !live.isEmpty, ended.count < goal {
      let all = live.enumerated().flatMap { row, hypothesis in
        Naive.logSoftmax(model.logits(prompt + hypothesis.tokens)).enumerated().map {
          (row: row, tokens: hypothesis.tokens + [TokenID($0)], score: hypothesis.score + $1)
        }
      }.sorted { $0.score > $1.score }
      let considered = all.prefix(2 * beams)
      for (rank, next) in considered.enumerated()
      where rank < beams && (next.tokens.last == 0 || next.tokens.count == limit) {
        ended.append((next.tokens, next.score / Double(next.tokens.count)))
      }
      live = considered.filter { $0.tokens.last != 0 && $0.tokens.count < limit }
        .prefix(beams).map { ($0.tokens, $0.score) }
    }
    let best = ended.enumerated().sorted {
      ($1.element.score, $0.offset) < ($0.element.score, $1.offset)
    }.prefix(goal)
    return Dictionary(uniqueKeysWithValues: best.map { ($0.element.tokens, $0.element.score) })
  }

  @Test(arguments: [0.5, 1, 1.5, 2, 3]) func theSearchEndsWithThatManyResults(
    patience: Double
  ) throws {
    var ends: Set<Int> = []
    for seed in UInt64(0)..<30 {
      let model = table(seed)
      for beams in 2...4 {
        let expected = firstCome(beams: beams, patience: patience, limit: 8, over: model)
        let search = BeamSearch(
          beamCount: beams, earlyStopping: .immediate,
          resultCount: min(beams, Int((Double(beams) * patience).rounded())), patience: patience)
        let outcome = try run(
          [
            DecodingRequest(
              prompt: prompt, strategy: search,
              stopRules: StopRules(endOfSequence: [0], maxNewTokens: 8))
          ], over: model)[0]
        let best = expected.sorted { $0.value > $1.value }.prefix(search.resultCount)
        #expect(outcome.tokens == best.map(\.key), "seed \(seed), \(beams) beams")
        for (hypothesis, score) in zip(outcome.hypotheses, best.map(\.value)) {
          #expect(abs(hypothesis.score - score) < 1e-5)
        }
        ends.insert(model.ledger.counts.steps)
      }
    }
    #expect(ends.count > 1)
  }

  @Test func morePatienceNeverFindsWorse() throws {
    for seed in UInt64(0)..<40 {
      for early in [EarlyStopping.immediate, .heuristic] {
        let scores = try [0.5, 1, 2, 4, 16].map { patience in
          try run(
            [
              DecodingRequest(
                prompt: prompt,
                strategy: BeamSearch(beamCount: 2, earlyStopping: early, patience: patience),
                stopRules: StopRules(endOfSequence: [0], maxNewTokens: 12))
            ], over: table(seed, over: 12))[0].hypotheses[0].score
        }
        #expect(scores == scores.sorted())
      }
    }
  }

  @Test func patienceOfOneIsTheSearchWithout() throws {
    for seed in UInt64(0)..<10 {
      for (plain, patient) in [
        (
          BeamSearch(beamCount: 3, resultCount: 3),
          BeamSearch(beamCount: 3, resultCount: 3, patience: 1.1)
        )
      ] {
        // 3.3 results are 3.
        let rules = StopRules(endOfSequence: [0], maxNewTokens: 10)
        let outcomes = try run(
          [
            DecodingRequest(prompt: prompt, strategy: plain, stopRules: rules),
            DecodingRequest(prompt: prompt, strategy: patient, stopRules: rules),
          ], over: table(seed))
        #expect(outcomes[0] == outcomes[1])
      }
    }
  }

  @Test func groupsHavePatienceEachByItself() throws {
    // Groups that don't see each other find what one of them finds alone.
    for seed in UInt64(0)..<10 {
      let rules = StopRules(endOfSequence: [0], maxNewTokens: 10)
      func results(_ patience: Double) throws -> Outcome {
        try run(
          [
            DecodingRequest(
              prompt: prompt,
              strategy: DiverseBeamSearch(
                beamCount: 4, groupCount: 2, diversityPenalty: 0, earlyStopping: .immediate,
                resultCount: 4, patience: patience), stopRules: rules)
          ], over: table(seed))[0]
      }
      let outcome = try results(2)
      #expect(outcome.tokens[0] == outcome.tokens[1])
      #expect(outcome.hypotheses[0].score >= (try results(1).hypotheses[0].score))
    }
  }

  @Test func whatMakesNoSenseIsRefused() throws {
    let decoder = try BatchDecoder(model: table(1))
    func refusal(_ strategy: any DecodingStrategy) -> String {
      do {
        try decoder.submit(DecodingRequest(prompt: [1], strategy: strategy))
        return ""
      } catch {
        return error.description
      }
    }
    for patience in [0, -1, .nan, .infinity] {
      #expect(refusal(BeamSearch(beamCount: 2, patience: patience)).hasPrefix("patience: is"))
    }
    #expect(
      refusal(BeamSearch(beamCount: 1, patience: 2)).contains("leave the patience at 1"))
    #expect(
      refusal(BeamSearch(beamCount: 4, resultCount: 4, patience: 0.5))
        == "with a patience of 0.5, 4 beams have at most 2 results, not 4;"
        + " ask for fewer, or for more patience")
    #expect(
      refusal(
        DiverseBeamSearch(
          beamCount: 4, groupCount: 2, diversityPenalty: 0, resultCount: 4, patience: 0.5)
      ).contains("at most 2 results"))
    #expect(refusal(BeamSampling(beamCount: .max, patience: 1024)) == "")
  }
}
