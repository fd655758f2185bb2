import LanguageModeling
import Testing
import Tokenization

/// The answers of Hugging Face's tokenizers for SmolLM2, by `make_byte_level.py`.
private struct Reference: Decodable {
  let ids: [[TokenID]]
  let plain: [String: [TokenID]]
  let decoded: [String: String]
  let skipped: [String: String]
  /// Where `tokenizer.json` as transformers converts it from the GGUF file differs.
  let converted: [String: [TokenID]]
}

/// With the real vocabulary: `DECODE_TEST_TOKENIZER_JSON` is the path of SmolLM2-135M-Instruct's `tokenizer.json`, as
/// transformers converts it from the GGUF file.
@Suite(
  .enabled(
    if: Fixture.environment("DECODE_TEST_TOKENIZER_JSON") != nil,
    "DECODE_TEST_TOKENIZER_JSON is not set"))
struct SmolLM2Tests {
  private let path = Fixture.environment("DECODE_TEST_TOKENIZER_JSON") ?? ""

  @Test func theConvertedFileGivesTheIdsOfTransformers() throws {
    let tokenizer = try PipelineTokenizer(tokenizerJSON: path)
    let reference = try Fixture.decode("smollm2.ids.json", as: Reference.self)
    for (index, text) in try Fixture.strings().enumerated() {
      let ids = try tokenizer.encode(text, parsingSpecialTokens: true)
      #expect(ids == reference.converted[String(index)] ?? reference.ids[index])
    }
  }

  @Test func theArraysOfTheGGUFFileGiveTheIdsOfSmolLM2sOwnPreTokenizer() throws {
    let file = try Fixture.decode(absolutePath: path, as: TokenizerFile.self)
    let tokenizer = try PipelineTokenizer(
      vocabulary: file.vocabulary(preTokenizer: "smollm"), file: path)
    let reference = try Fixture.decode("smollm2.ids.json", as: Reference.self)
    for (index, text) in try Fixture.strings().enumerated() {
      let key = String(index)
      let ids = try tokenizer.encode(text, parsingSpecialTokens: true)
      #expect(ids == reference.ids[index], "\(text.debugDescription)")
      let plain = try tokenizer.encode(text, parsingSpecialTokens: false)
      #expect(plain == reference.plain[key] ?? reference.ids[index], "\(text.debugDescription)")
      let decoded = tokenizer.decode(ids, skippingSpecialTokens: false)
      #expect(sameBytes(decoded, reference.decoded[key] ?? text))
      let skipped = tokenizer.decode(ids, skippingSpecialTokens: true)
      #expect(
        sameBytes(skipped, reference.skipped[key] ?? reference.decoded[key] ?? text))
    }
  }
}
