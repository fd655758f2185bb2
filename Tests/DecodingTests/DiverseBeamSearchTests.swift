import Decoding
import LanguageModeling
import TestSupport
import Testing

@Suite struct DiverseBeamSearchTests {
  private func outcome(
    _ strategy: some DecodingStrategy, seed: UInt64, ends: Set<TokenID> = [0], limit: Int = 10
  ) throws -> Outcome {
    let model = BeamTable.model(seed: seed, vocabularyCount: 20, bonus: 1, on: [0])
    return try run(
      [
        DecodingRequest(
          prompt: [3, 1], strategy: strategy,
          stopRules: StopRules(endOfSequence: ends, maxNewTokens: limit))
      ], over: model)[0]
  }

  @Test func oneGroupIsPlainBeamSearch() throws {
    for seed in UInt64(0)..<30 {
      for early in EarlyStopping.allCases {
        for beams in [1, 3, 4] {
          let plain = BeamSearch(beamCount: beams, earlyStopping: early, resultCount: beams)
          let diverse = DiverseBeamSearch(
            beamCount: beams, groupCount: 1, diversityPenalty: 1, earlyStopping: early,
            resultCount: beams)
          #expect(try outcome(diverse, seed: seed) == outcome(plain, seed: seed))
        }
      }
    }
  }

  @Test func groupsWithoutAPenaltyDoNotSeeEachOther() throws {
    for seed in UInt64(0)..<20 {
      for early in EarlyStopping.allCases {
        func counts(_ groups: Int) throws -> [[TokenID]: Int] {
          let search = DiverseBeamSearch(
            beamCount: 3 * groups, groupCount: groups, diversityPenalty: 0, earlyStopping: early,
            resultCount: 3 * groups)
          return Dictionary(
            grouping: try outcome(search, seed: seed).tokens, by: \.self
          ).mapValues(\.count)
        }
        let two = try counts(2)
        #expect(two.count == 3)
        #expect(two.values.allSatisfy { $0 == 2 })
        #expect(try counts(4) == two.mapValues { $0 * 2 })
      }
    }
  }

  @Test func aGreatPenaltyKeepsGroupsApartAtEveryPosition() throws {
    for seed in UInt64(0)..<20 {
      let search = DiverseBeamSearch(
        beamCount: 5, groupCount: 5, diversityPenalty: 100, resultCount: 5)
      let tokens = try outcome(search, seed: seed, ends: [], limit: 6).tokens
      for position in 0..<6 {
        #expect(Set(tokens.map { $0[position] }).count == 5)
      }
    }
  }

  @Test func aStopStringEndsAHypothesisAsAnEndOfSequenceTokenDoes() throws {
    let model = BeamTable.model(seed: 6, vocabularyCount: 20, bonus: 1, on: [0])
    let search = DiverseBeamSearch(
      beamCount: 4, groupCount: 2, diversityPenalty: 0.5, resultCount: 4)
    let byToken = try run(
      [
        DecodingRequest(
          prompt: [3, 1], strategy: search,
          stopRules: StopRules(endOfSequence: [0], maxNewTokens: 10))
      ], over: model)[0]
    var padded = search
    padded.paddingToken = 0
    let byMatch = try run(
      [
        DecodingRequest(
          prompt: [3, 1], strategy: padded, stopRules: StopRules(maxNewTokens: 10),
          matcher: StopTokens(tokens: [0]))
      ], over: model)[0]
    #expect(byMatch.tokens == byToken.tokens)
    #expect(byMatch.hypotheses.map(\.score) == byToken.hypotheses.map(\.score))
    #expect(byMatch.hypotheses.contains { $0.finishReason == .stop })
  }
}
