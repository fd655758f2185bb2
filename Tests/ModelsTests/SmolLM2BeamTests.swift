import Decoding
import LanguageModeling
import Models
import Testing

/// Beam search and diverse beam search over the real model give what transformers 4.51.3 gives
/// (`make_smollm2_beams.py`).
@Suite(.enabled(if: SmolLM2.path != nil, "DECODE_TEST_MODEL names no SmolLM2 GGUF"), .serialized)
struct SmolLM2BeamTests {
  private struct Reference: Decodable {
    struct Case: Decodable {
      struct Result: Decodable {
        let tokens: [TokenID]
        let score: Double
      }
      let prompt: [TokenID]
      let beams: Int
      let groups: Int
      let diversity: Double
      let early: EarlyStopping
      let length: Double
      let new: Int
      let results: [Result]

      var strategy: any DecodingStrategy {
        groups == 1
          ? BeamSearch(
            beamCount: beams, lengthPenalty: length, earlyStopping: early, resultCount: beams)
          : DiverseBeamSearch(
            beamCount: beams, groupCount: groups, diversityPenalty: diversity,
            lengthPenalty: length, earlyStopping: early, resultCount: beams)
      }
    }
    let eos: TokenID
    let cases: [Case]
  }

  @Test func allBeamsInOneBatchGiveTheTokensAndScoresOfTransformers() throws {
    let reference = try Fixtures.json(Reference.self, "smollm2-beams.json")
    let decoder = try BatchDecoder(
      model: try SmolLM2.model(), options: SessionOptions(threads: 2))
    for item in reference.cases {
      try decoder.submit(
        DecodingRequest(
          prompt: item.prompt, strategy: item.strategy,
          stopRules: StopRules(endOfSequence: [reference.eos], maxNewTokens: item.new)))
    }
    var results = Array(repeating: [Hypothesis](), count: reference.cases.count)
    while let events = try decoder.step() {
      for case .finished(let request, let hypothesis) in events {
        results[request].append(hypothesis)
      }
    }
    for (index, item) in reference.cases.enumerated() {
      #expect(
        results[index].map { $0.tokens.map(\.token) } == item.results.map(\.tokens),
        "case \(index)")
      for (hypothesis, expected) in zip(results[index], item.results) {
        #expect(
          abs(hypothesis.score - expected.score) <= 1e-4 * abs(expected.score),
          "case \(index)")
      }
    }
  }
}
