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
    let model = try ModelLoader.loadEmbedded().model
    let session = try model.makeSession(SessionOptions(threads: 1))
    for example in try reference() {
      let sequence = try session.open(adapter: .none)
      let row = try session.logits(
        of: sequence, fed: example.tokens, .last, vocabularyCount: model.vocabularyCount)
      session.close(sequence)
      let found = logProbabilities(row, vocabularyCount: model.vocabularyCount)
      #expect(largestDifference(found, example.next.floats) < 1e-3)
      #expect(
        try session.greedy(
          example.tokens, count: example.greedy.count, vocabularyCount: model.vocabularyCount)
          == example.greedy)
    }
  }
}
