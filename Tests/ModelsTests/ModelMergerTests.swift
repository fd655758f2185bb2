import Checkpoints
import Foundation
import LanguageModeling
import Models
import TestSupport
import Testing
import Transformer

/// A merged model computes what the model with its adapters does, within what rounding the weights costs.
@Suite struct ModelMergerTests {
  private func merge(
    _ example: AdapterCase, _ precision: ModelMerger.Precision = .float32
  ) throws -> (directory: TemporaryDirectory, path: String) {
    let directory = try TemporaryDirectory()
    let path = directory.file("merged")
    try ModelMerger.merge(
      example.mix, into: try example.model(), loadedFrom: Fixtures.path(example.base),
      precision: precision, writing: path)
    return (directory, path)
  }

  @Test func everyAdapterCanBeMergedAndPredictsAsBefore() throws {
    let cases = try AdapterCase.all().filter { $0.base.hasPrefix("tiny/") }
    #expect(cases.count >= 20)
    for example in cases {
      let merged = try merge(example)
      let model = try ModelLoader.loadTransformer(path: merged.path)
      let session = try model.makeSession(SessionOptions(threads: 1))
      for prompt in example.prompts {
        let rows = try session.logits(
          of: session.open(adapter: .none), fed: prompt.tokens, .all,
          vocabularyCount: model.vocabularyCount)
        let difference = largestDifference(
          logProbabilities(rows, vocabularyCount: model.vocabularyCount),
          prompt.log_probabilities.floats)
        #expect(difference < 1e-3, "\(example)")
      }
    }
  }

  @Test func bfloat16IsTheNearestToFloat32() throws {
    let example = try AdapterCase.named("dora")
    let wide = try merge(example)
    let narrow = try merge(example, .bfloat16)
    let exact = try SafetensorsFile(path: "\(wide.path)/model.safetensors")
    let rounded = try SafetensorsFile(path: "\(narrow.path)/model.safetensors")
    #expect(Set(exact.tensorNames) == Set(rounded.tensorNames))
    #expect(rounded.tensorDescriptions.allSatisfy { $0.typeName == "BF16" })
    for name in exact.tensorNames {
      let floats = try exact.requiredTensor(named: name).withUnsafeBytes { Data($0) }.floats
      let halves = try rounded.requiredTensor(named: name).withUnsafeBytes { bytes in
        (0..<bytes.count / 2).map {
          Float(
            bitPattern: UInt32(bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)) << 16)
        }
      }
      for (value, half) in zip(floats, halves) {
        // No other number of 8 bits of mantissa is nearer.
        let step = Float(bitPattern: half.bitPattern &+ 1 << 16) - half
        #expect(abs(value - half) <= abs(step) / 2)
      }
    }
  }

  @Test func anEmbeddingThatWasTheHeadTooIsPartedFromIt() throws {
    let parted = try merge(AdapterCase.named("saved-modules"))
    #expect(
      try ModelLoader.loadConfiguration(path: parted.path).tiesEmbeddings == false)
    let whole = try merge(AdapterCase.named("plain-qv"))
    #expect(try ModelLoader.loadConfiguration(path: whole.path).tiesEmbeddings)
    let names = try SafetensorsFile(path: "\(whole.path)/model.safetensors").tensorNames
    #expect(!names.contains("lm_head.weight"))
  }

  @Test func whatStandsThereStaysAndNothingIsLeftBehind() throws {
    let example = try AdapterCase.named("plain-qv")
    let directory = try TemporaryDirectory()
    try FileManager.default.createDirectory(
      atPath: directory.file("there"), withIntermediateDirectories: false)
    func attempt(_ mix: AdapterMix, _ name: String, from base: String) -> String {
      loadFailure {
        try ModelMerger.merge(
          mix, into: try example.model(), loadedFrom: Fixtures.path(base),
          writing: directory.file(name))
      }
    }
    #expect(attempt(example.mix, "there", from: example.base).contains("exists already"))
    #expect(attempt(example.mix, "there/", from: example.base).contains("exists already"))
    #expect(attempt(example.mix, "no/such/place", from: example.base).contains("no/such/place"))
    #expect(
      attempt(AdapterMix([.init(name: "nobody")]), "new", from: example.base).contains("nobody"))
    #expect(attempt(example.mix, "new", from: "gguf/llama-f16.gguf").contains("GGUF"))
    // Without `config.json` there is something to write and then nothing to go with it.
    #expect(attempt(example.mix, "new", from: "adapters").contains("config.json"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["there"])
  }
}
