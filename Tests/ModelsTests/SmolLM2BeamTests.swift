import Models
import Testing

/// Beam search and diverse beam search over the real model give what transformers 4.51.3 gives
/// (`make_smollm2_beams.py`).
@Suite(.enabled(if: SmolLM2.path != nil, "DECODE_TEST_MODEL names no SmolLM2 GGUF"), .serialized)
struct SmolLM2BeamTests {
  @Test func allBeamsInOneBatchGiveTheTokensAndScoresOfTransformers() throws {
    try Fixtures.json(BeamReference.self, "smollm2-beams.json")
      .expectSame(from: try SmolLM2.model())
  }
}
