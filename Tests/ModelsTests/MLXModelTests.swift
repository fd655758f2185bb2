import Foundation
import LanguageModeling
import Models
import TestSupport
import Testing
import Transformer

/// Models with matrices that mlx quantised, against mlx (`make_mlx_models.py`).
@Suite struct MLXModelTests {
  static let names = ["4bit", "4bit-groups32-half", "8bit", "mixed"]

  @Test(arguments: names) func logProbabilitiesAndGreedyTokensAreThoseOfMLX(name: String) throws {
    let reference = try Fixtures.json(Reference.self, "mlx/\(name).json")
    let model = try ModelLoader.loadTransformer(
      path: Fixtures.path("mlx/\(name)"), computeType: .float32)
    let session = try model.makeSession(SessionOptions(threads: 1))
    for prompt in reference.prompts {
      let sequence = try session.open(adapter: .none)
      let rows = try session.logits(
        of: sequence, fed: prompt.tokens, .all, vocabularyCount: model.vocabularyCount)
      session.close(sequence)
      let difference = largestDifference(
        logProbabilities(rows, vocabularyCount: model.vocabularyCount),
        prompt.log_probabilities.floats)
      #expect(difference < 1e-3, "\(difference)")
      let tokens = try session.greedy(
        prompt.tokens, count: prompt.greedy.count, adapter: .none,
        vocabularyCount: model.vocabularyCount)
      #expect(tokens == prompt.greedy)
    }
  }

  /// Four bits stay four bits where the scales allow, and are then multiplied as integers by default.
  @Test func fourBitsAreIntegersByDefault() throws {
    for (name, type) in [("4bit", ComputeType.int8), ("8bit", .float32)] {
      let model = try ModelLoader.loadTransformer(path: Fixtures.path("mlx/\(name)"))
      #expect(model.computeType == type, "\(name)")
    }
  }

  @Test func aMergedModelIsNotQuantisedAnyMore() throws {
    let path = Fixtures.path("mlx/4bit")
    let model = try ModelLoader.loadTransformer(path: path, computeType: .float32)
    let directory = try TemporaryDirectory()
    let merged = directory.file("merged")
    try ModelMerger.merge(.none, into: model, loadedFrom: path, writing: merged)
    let written = try ModelLoader.loadTransformer(path: merged, computeType: .float32)
    let tokens: [TokenID] = [1, 20, 3]
    let logits = try [model, written].map { model in
      let session = try model.makeSession(SessionOptions(threads: 1))
      return try session.logits(
        of: session.open(adapter: .none), fed: tokens, .all,
        vocabularyCount: model.vocabularyCount)
    }
    #expect(zip(logits[0], logits[1]).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test(arguments: [
    ("\"mode\": \"affine\"", "\"mode\": \"mxfp4\"", "“mxfp4”"),
    ("\"bits\": 4", "\"bits\": 3", "3 bits in groups of 64"),
    ("\"group_size\": 64", "\"group_size\": 16", "4 bits in groups of 16"),
    ("\"bits\": 4", "\"bits\": 8", "don't agree for 8 bits"),
    ("\"group_size\": 64", "\"group_size\": 32", "don't agree"),
    ("\"bits\": 4", "\"bits\": \"4\"", "quantization.bits"),
    ("\"group_size\": 64,", "", "group_size"),
  ])
  func otherQuantisationsAreNamed(_ text: String, _ other: String, _ word: String) throws {
    let copy = try ModelCopy(directory: "mlx/4bit")
    // The key that is read stands second: the same stands under quantization_config.
    var bytes = String(decoding: try copy.bytes("config.json"), as: UTF8.self)
    bytes = bytes.replacing(text, with: other)
    try copy.directory.write(bytes.utf8, to: "config.json")
    let message = loadFailure { try ModelLoader.loadTransformer(path: copy.path) }
    #expect(message.contains(word), "\(message)")
  }

  @Test func tensorsThatDoNotBelongTogetherAreNamed() throws {
    func failure(_ text: String, _ other: String) throws -> String {
      let copy = try ModelCopy(directory: "mlx/4bit")
      try copy.replace(text, by: other, in: "model.safetensors")
      return loadFailure { try ModelLoader.loadTransformer(path: copy.path) }
    }
    let name = "model.layers.0.mlp.down_proj"
    let biases = try failure("\(name).biases", "\(name).biasex")
    #expect(biases.contains("\(name).biases"), "\(biases)")
    let scales = try failure("\(name).scales", "\(name).scalex")
    #expect(scales.contains("\(name).weight") && scales.contains("U32"), "\(scales)")
    let weight = try failure("\(name).weight", "\(name).weighx")
    #expect(weight.contains("\(name).weight': is missing"), "\(weight)")
    // Without the key that says how, the words mean nothing.
    let copy = try ModelCopy(directory: "mlx/4bit")
    try copy.replace("\"quantization\":", by: "\"quantizatiox\":", in: "config.json")
    try copy.replace("\"quantization_config\":", by: "\"quantization_confix\":", in: "config.json")
    let message = loadFailure { try ModelLoader.loadTransformer(path: copy.path) }
    #expect(message.contains("U32"), "\(message)")
  }
}
