import Foundation
import Kernels
import LanguageModeling
import Models
import Testing
import Transformer

/// What llama.cpp computes with a GGUF file (`make_llama_cpp.py`).
private struct LlamaCppReference: Decodable {
  struct File: Decodable {
    let tokens: [TokenID]
    let log_probabilities: Data
  }
  let files: [String: File]
}

/// llama.cpp's own numbers beside those of this package, from the same files.
///
/// Two things are known to differ, and this package does as transformers does, which `FamilyTests` holds. llama.cpp reads
/// GELU from a table of half-precision numbers. And it leaves the windows of Phi-3 out: until the first is full there is
/// no difference.
@Suite struct LlamaCppTests {
  /// How many tokens the first window of a file holds, where llama.cpp has none.
  private static let windows = ["families-gguf/phi3.gguf": 10]

  private static let reference = Result {
    try Fixtures.json(LlamaCppReference.self, "llama-cpp.json")
  }

  static let paths: [String] = (try? reference.get().files.keys.sorted()) ?? []

  @Test func everyFamilyThatItLoadsIsThere() {
    #expect(Self.paths.count >= 43)
  }

  @Test(arguments: paths)
  func logProbabilitiesAgreeAtEveryPosition(_ path: String) throws {
    let file = try #require(try Self.reference.get().files[path])
    let model = try ModelLoader.loadTransformer(
      path: Fixtures.path(path), computeType: .float32)
    let session = try model.makeSession(SessionOptions(threads: 1, contextLength: 64))
    let rows = try session.logits(
      of: session.open(adapter: .none), fed: file.tokens, .all,
      vocabularyCount: model.vocabularyCount)
    let count = (Self.windows[path] ?? file.tokens.count) * model.vocabularyCount
    let difference = largestDifference(
      Array(logProbabilities(rows, vocabularyCount: model.vocabularyCount).prefix(count)),
      Array(file.log_probabilities.floats.prefix(count)))
    if ProcessInfo.processInfo.environment["DECODE_PRINT_DIFFERENCES"] != nil {
      print(path, difference)
    }
    let usesTable = [.gelu, .geluTanh].contains(model.configuration.block.activation)
    #expect(difference < (usesTable ? 6e-3 : 1e-3), "\(difference)")
  }
}
