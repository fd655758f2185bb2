import Foundation
import LanguageModeling
import Models
import Testing
import Tokenization
import Transformer

/// The model that the package ships, against `sentencepiece` and transformers on its own files
/// (`make_storyteller.py`, to be run again whenever those change).
@Suite(
  .enabled(
    if: FileManager.default.fileExists(atPath: Fixtures.path("storyteller.json")),
    "storyteller.json is missing; run make_storyteller.py"))
struct EmbeddedModelParityTests {
  private func reference() throws -> [TextReference.Case] {
    try Fixtures.json(TextReference.self, "storyteller.json").cases
  }

  @Test func promptsBecomeTheReferencesTokens() throws {
    let tokenizer = try ModelLoader.loadEmbedded().tokenizer
    for example in try reference() {
      #expect(try tokenizer.encodePrompt(example.text) == example.tokens)
    }
  }

  @Test func predictionsAgree() throws {
    try expectPredictions(
      of: try ModelLoader.loadEmbedded(computeType: .float32).model, toBe: try reference())
  }
}
