import Foundation
import TestSupport
import Testing

/// SmolLM2-135M-Instruct in Q4_1, which `.ci/fetch-model` fetches; without it these are skipped.
private let realModel = ProcessInfo.processInfo.environment["DECODE_TEST_MODEL"]

@Suite(.enabled(if: realModel != nil, "DECODE_TEST_MODEL names no model")) struct RealModel {
  private func run(_ arguments: [String]) throws -> ProcessResult {
    try DecodeProcess.run(arguments, environment: ["DECODE_MODEL": realModel ?? ""])
  }

  @Test func greedyTextAndChatAreKnown() throws {
    #expect(
      try run(["--temp", "0", "-n", "2", "The capital of France is"]).output == " Paris.\n")
    #expect(
      try run([
        "--compute-type", "float32", "--temp", "0", "--chat", "What is the capital of France?",
      ]).output == "The capital of France is Paris.\n")
  }

  @Test func modelOfAnotherVocabularyIsNoDraftModel() throws {
    let embedded = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Vocab/storyteller").path
    let result = try run(["--draft-model", embedded, "x"])
    #expect(result.code == 64 && result.output.isEmpty)
    #expect(result.errors.contains("draft with a model of the same vocabulary"))
  }

  @Test func ggufFileIsInspected() throws {
    let object = try run(["inspect", realModel ?? "", "--json"]).object()
    #expect(object["format"] as? String == "GGUF v3")
    #expect(object["parameters"] as? Int == 134_515_008)
    let types = try #require(object["types"] as? [[String: Any]])
    #expect(types.compactMap { $0["type"] as? String }.sorted() == ["F32", "Q4_1", "Q8_0"])
    #expect((object["tokenizer"] as? [String: Any])?["tokens"] as? Int == 49152)
  }

  @Test(arguments: ["Hello 😀", "<|im_start|>user\nHi<|im_end|>", "naïve  Ωμέγα\n"])
  func detokenizeUndoesTokenize(text: String) throws {
    let tokens = try run(["tokenize", text]).lines[0].split(separator: " ").map(String.init)
    #expect(try run(["detokenize"] + tokens).output == text + "\n")
  }
}
