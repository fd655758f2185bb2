import LanguageModeling
import Models
import TestSupport
import Testing
import Transformer

/// Weights and scales that are no numbers end in an error that says so, not in text.
@Suite struct DamagedWeightsTests {
  /// The element type of the weights, and its NaN.
  @Test(arguments: [
    ("tiny/llama-gqa-tied", [UInt8]([0x00, 0x00, 0xC0, 0x7F])),
    ("tiny/llama-gqa-tied", [0x00, 0x00, 0x80, 0x7F]),
    ("tiny/llama-untied-bfloat16", [0xC0, 0x7F, 0xC0, 0x7F]),
    ("tiny/llama-head-dim-float16", [0x00, 0x7E, 0x00, 0x7E]),
  ])
  func weightsThatAreNoNumbersAreReported(_ name: String, _ damage: [UInt8]) throws {
    let copy = try ModelCopy(directory: name)
    var bytes = try copy.bytes("model.safetensors")
    // Every tensor's last row at least: from the middle of the data to its end.
    for start in stride(from: bytes.count / 2 & ~3, to: bytes.count - 3, by: 4) {
      bytes.replaceSubrange(start..<start + 4, with: damage)
    }
    try copy.directory.write(bytes, to: "model.safetensors")
    try expectNotFinite(copy.path)
  }

  @Test func scalesThatAreNoNumbersAreReported() throws {
    let copy = try ModelCopy(file: "gguf/llama-q8_0.gguf")
    var bytes = try copy.bytes("model.gguf")
    // Blocks of 34 bytes that begin with a float16 scale fill the end of the file.
    for start in stride(from: bytes.count - 34 * 64, to: bytes.count, by: 34) {
      bytes.replaceSubrange(start..<start + 2, with: [0x00, 0x7E])
    }
    try copy.directory.write(bytes, to: "model.gguf")
    try expectNotFinite(copy.path)
  }

  private func expectNotFinite(_ path: String) throws {
    for computeType in [ComputeType.float32, .int8] {
      try expectNotFinite(ModelLoader.loadTransformer(path: path, computeType: computeType))
    }
  }

  private func expectNotFinite(_ model: TransformerModel) throws {
    let session = try model.makeSession(SessionOptions(threads: 1))
    let sequence = try session.open(adapter: .none)
    do {
      _ = try session.logits(
        of: sequence, fed: [1, 2, 3], .all, vocabularyCount: model.vocabularyCount)
      Issue.record("nothing was thrown")
    } catch ModelError.notFinite(let named, _) {
      #expect(named == sequence)
    }
    #expect(try session.length(of: sequence) == 0)
  }
}
