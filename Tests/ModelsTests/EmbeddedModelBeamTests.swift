import Decoding
import Foundation
import Models
import Testing

/// Greedy, beam and diverse beam search over the model that the package ships give what transformers 4.51.3 gives
/// (`make_storyteller_beams.py`, to be run again whenever the model changes).
@Suite(
  .enabled(
    if: FileManager.default.fileExists(atPath: Fixtures.path("storyteller-beams.json")),
    "storyteller-beams.json is missing; run make_storyteller_beams.py"))
struct EmbeddedModelBeamTests {
  @Test func allBeamsInOneBatchGiveTheTokensAndScoresOfTransformers() throws {
    let reference = try Fixtures.json(BeamReference.self, "storyteller-beams.json")
    try reference.expectSame(from: try ModelLoader.loadEmbedded().model)
  }

  @Test func everyShapeAndSettingIsCovered() throws {
    let cases = try Fixtures.json(BeamReference.self, "storyteller-beams.json").cases
    #expect(cases.count <= 40 && cases.allSatisfy { $0.new == 24 })
    #expect(Set(cases.map(\.beams)) == Set(1...8))
    #expect(Set(cases.map(\.groups)) == [1, 2, 4])
    #expect(Set(cases.map(\.early)) == Set(EarlyStopping.allCases))
    #expect(Set(cases.map(\.length)) == [-1, 0, 1, 2])
    #expect(Set(cases.map { $0.eos?.count }) == [1, 2])
    #expect(Set(cases.map { $0.repetition_penalty == nil }) == [true, false])
    let ended = cases.flatMap(\.results).count { $0.tokens.count < 24 }
    #expect(ended > 20)
  }
}
