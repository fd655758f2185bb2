import LanguageModeling
import Models
import Testing
import Transformer

/// The logits of a sequence depend on its tokens alone, bit for bit, on real checkpoints of every kind.
@Suite struct InvarianceTests {
  static let models =
    Fixtures.huggingFaceModels.map { "tiny/\($0)" } + Fixtures.ggufModels.map { "gguf/\($0).gguf" }
    + FamilyTests.paths

  @Test(arguments: models, [ComputeType.float32, .int8])
  func tinyModelsAreInvariant(_ name: String, _ computeType: ComputeType) throws {
    let model = try ModelLoader.loadTransformer(
      path: Fixtures.path(name), computeType: computeType)
    try expectInvariance(model, promptLength: 41)
  }

  @Test(
    .enabled(if: SmolLM2.path != nil, "DECODE_TEST_MODEL names no SmolLM2 GGUF"),
    arguments: [ComputeType.float32, .int8])
  func smolLM2IsInvariant(_ computeType: ComputeType) throws {
    try expectInvariance(try SmolLM2.model(computeType), promptLength: 41)
  }

  private func expectInvariance(_ model: TransformerModel, promptLength: Int) throws {
    let count = model.vocabularyCount
    func tokens(_ length: Int, from start: Int) -> [TokenID] {
      (0..<length).map { TokenID((start + $0 * 37) % count) }
    }
    let prompt = tokens(promptLength, from: 5)

    let context = model.configuration.maximumContextLength
    let single = try model.makeSession(SessionOptions(threads: 1, contextLength: context))
    let sequence = try single.open(adapter: .none)
    let alone = try single.logits(of: sequence, fed: prompt, .all, vocabularyCount: count)
    #expect(alone.allSatisfy { $0.isFinite })

    let double = try model.makeSession(SessionOptions(threads: 2, contextLength: context))
    let onTwoThreads = try double.logits(
      of: double.open(adapter: .none), fed: prompt, .all, vocabularyCount: count)
    #expect(isIdentical(alone, onTwoThreads), "two threads")

    // Beside seven others of other lengths, in the middle of the batch.
    var inputs = try (0..<7).map { index in
      StepInput(try double.open(adapter: .none), tokens(3 + 5 * index, from: index), logits: .none)
    }
    inputs.insert(StepInput(try double.open(adapter: .none), prompt, logits: .all), at: 3)
    #expect(
      isIdentical(alone, try double.step(inputs, vocabularyCount: count)), "beside seven others")

    // Token by token, in a fork that leaves its parent in the middle of the prompt.
    let parent = try double.open(adapter: .none)
    let split = promptLength / 2
    var pieces = try double.logits(
      of: parent, fed: Array(prompt[..<split]), .all, vocabularyCount: count)
    let child = try double.fork(parent)
    _ = try double.logits(of: parent, fed: [1, 2, 3], .none, vocabularyCount: count)
    for token in prompt[split...] {
      pieces += try double.logits(of: child, fed: [token], .last, vocabularyCount: count)
    }
    #expect(isIdentical(alone, pieces), "token by token after a fork")
  }

  private func isIdentical(_ left: [Float], _ right: [Float]) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { $0.bitPattern == $1.bitPattern }
  }
}
