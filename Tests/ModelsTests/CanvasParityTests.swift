import Foundation
import LanguageModeling
import Models
import Testing
import Transformer

/// Blocks of tokens that see each other, against transformers with the whole mask (`make_canvas.py`).
@Suite struct CanvasParityTests {
  struct Reference: Decodable {
    struct Case: Decodable {
      let text: [TokenID]
      let block: [TokenID]
      let best: [Int]
      let ids: [Int]
      let logprobs: Data
    }
    let cases: [Case]
  }

  @Test func theEmbeddedModelsCanvasesAreTransformers() throws {
    let model = try ModelLoader.loadEmbedded(computeType: .float32).model
    let session = try model.makeSession(SessionOptions(threads: 1))
    let count = model.vocabularyCount
    for example in try Fixtures.json(Reference.self, "canvas.json").cases {
      let sequence = try session.open(adapter: .none)
      if !example.text.isEmpty {
        _ = try session.logits(of: sequence, fed: example.text, .none, vocabularyCount: count)
      }
      var logits = [Float](repeating: .nan, count: example.block.count * count)
      var span = logits.mutableSpan
      let input = [StepInput(sequence, example.block, logits: .all)]
      try session.denoise(input.span, into: &span)
      for (row, expected) in example.logprobs.floats.enumerated() {
        let scores = logits[row * count..<(row + 1) * count]
        let best = try #require(scores.max())
        #expect(scores.firstIndex(of: best) == row * count + example.best[row])
        let sum = scores.reduce(0.0) { $0 + exp(Double($1 - best)) }
        let actual = Double(scores[row * count + example.ids[row]] - best) - log(sum)
        #expect(abs(actual - Double(expected)) < 1e-4)
      }
    }
  }
}
