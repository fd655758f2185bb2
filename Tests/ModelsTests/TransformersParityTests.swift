import LanguageModeling
import Models
import Testing
import Transformer

/// Tiny random models of every architecture, against transformers 4.51.3 in float32.
@Suite struct TransformersParityTests {
  /// Rounding differs in order alone; the models' logits are of order 10.
  static let tolerance = 1e-3

  @Test(arguments: Fixtures.huggingFaceModels)
  func logProbabilitiesAgreeInHuggingFaceLayout(_ name: String) throws {
    try expectAgreement("tiny/\(name)", reference: "tiny/\(name)/reference.json")
  }

  @Test(arguments: Fixtures.huggingFaceModels)
  func greedyTokensAreEqualInHuggingFaceLayout(_ name: String) throws {
    try expectEqualGreedyTokens("tiny/\(name)", reference: "tiny/\(name)/reference.json")
  }

  @Test(arguments: Fixtures.ggufModels)
  func logProbabilitiesAgreeInGGUF(_ name: String) throws {
    try expectAgreement("gguf/\(name).gguf", reference: "gguf/\(name).json")
  }

  @Test(arguments: Fixtures.ggufModels)
  func greedyTokensAreEqualInGGUF(_ name: String) throws {
    try expectEqualGreedyTokens("gguf/\(name).gguf", reference: "gguf/\(name).json")
  }

  private func expectAgreement(_ path: String, reference: String) throws {
    let model = try ModelLoader.loadTransformer(path: Fixtures.path(path), computeType: .float32)
    let session = try model.makeSession(SessionOptions(threads: 1))
    for prompt in try Fixtures.json(Reference.self, reference).prompts {
      let sequence = try session.open(adapter: .none)
      let rows = try session.logits(
        of: sequence, fed: prompt.tokens, .all, vocabularyCount: model.vocabularyCount)
      session.close(sequence)
      let difference = largestDifference(
        logProbabilities(rows, vocabularyCount: model.vocabularyCount),
        prompt.log_probabilities.floats)
      #expect(difference < Self.tolerance, "\(prompt.tokens.count) tokens")
    }
  }

  private func expectEqualGreedyTokens(_ path: String, reference: String) throws {
    let model = try ModelLoader.loadTransformer(path: Fixtures.path(path), computeType: .float32)
    let session = try model.makeSession(SessionOptions(threads: 1))
    for prompt in try Fixtures.json(Reference.self, reference).prompts {
      let tokens = try session.greedy(
        prompt.tokens, count: prompt.greedy.count, vocabularyCount: model.vocabularyCount)
      #expect(tokens == prompt.greedy)
    }
  }
}
