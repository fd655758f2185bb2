import Foundation
import Models
import TestSupport
import Testing
import Transformer

/// What is no model is refused in a sentence that says what to give instead.
@Suite struct LoadErrorTests {
  @Test func aMissingPathSaysWhatAModelIs() {
    let message = loadFailure { try ModelLoader.load(path: "/no/such/model") }
    #expect(message.hasPrefix("/no/such/model: No such file or directory"))
    #expect(message.contains(".gguf"))
  }

  @Test func aDirectoryWithoutConfigurationSaysWhatItLacks() throws {
    let copy = try ModelCopy(directory: "tokenized/spm")
    try copy.remove("config.json")
    #expect(loadFailure { try ModelLoader.load(path: copy.path) }.contains("has no config.json"))
  }

  @Test func aDirectoryOfGGUFFilesNamesOne() throws {
    let copy = try ModelCopy(file: "gguf/llama-f32.gguf")
    let message = loadFailure { try ModelLoader.load(path: copy.directory.path) }
    #expect(message.contains("\(copy.directory.path)/model.gguf"))
  }

  @Test func anAdapterIsNoModel() throws {
    let directory = try TemporaryDirectory()
    try directory.write("{}".utf8, to: "adapter_config.json")
    #expect(loadFailure { try ModelLoader.load(path: directory.path) }.contains("LoRA adapter"))
  }

  @Test func aGGUFAdapterIsNoModel() throws {
    let copy = try ModelCopy(file: "gguf/llama-f32.gguf")
    // “general.name” and its value make way for “general.type”, of the same length.
    try copy.replace("general.name", by: "general.type", in: "model.gguf")
    try copy.replace("tiny random model", by: "adapter of a sort", in: "model.gguf")
    #expect(loadFailure { try ModelLoader.load(path: copy.path) }.contains("holds no model"))
  }

  @Test func oneFileOfADirectoryPointsToTheDirectory() {
    let path = Fixtures.path("tokenized/spm/model.safetensors")
    #expect(loadFailure { try ModelLoader.load(path: path) }.contains("give the directory"))
  }

  @Test func anyOtherFileIsNoGGUF() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("some text".utf8, to: "model.bin")
    #expect(loadFailure { try ModelLoader.load(path: path) }.contains("is not a GGUF file"))
  }

  @Test func aModelWithoutVocabularyLoadsAsTransformerAlone() throws {
    let path = Fixtures.path("tiny/qwen3")
    #expect(try ModelLoader.loadTransformer(path: path).vocabularyCount == 96)
    #expect(
      loadFailure { try ModelLoader.load(path: path) }
        .contains("has neither tokenizer.model nor tokenizer.json"))
    let gguf = Fixtures.path("gguf/qwen3-q8_0.gguf")
    #expect(try ModelLoader.loadTransformer(path: gguf).vocabularyCount == 96)
    #expect(loadFailure { try ModelLoader.load(path: gguf) }.contains("tokenizer.ggml.model"))
  }

  @Test func aTemplateThatCannotBeParsedOnlyStopsChat() throws {
    let copy = try ModelCopy(directory: "tokenized/bpe")
    try copy.directory.write("{% nonsense %}".utf8, to: "chat_template.jinja")
    let loaded = try ModelLoader.load(path: copy.path)
    #expect(loaded.chatTemplate == nil)
    #expect(loaded.chatTemplateProblem != nil)
    #expect(loadFailure { try loaded.render([]) }.contains("nonsense"))
  }

  @Test func aModelWithoutTemplateSaysSo() throws {
    let copy = try ModelCopy(directory: "tokenized/bpe")
    try copy.remove("chat_template.jinja")
    let loaded = try ModelLoader.load(path: copy.path)
    #expect(loaded.chatTemplate == nil)
    #expect(loadFailure { try loaded.render([]) }.contains("the model has none"))
  }

  @Test func endOfSequenceBeyondTheVocabularyIsIgnoredWithAWarning() throws {
    let copy = try ModelCopy(directory: "tokenized/spm")
    let ids = #"{"eos_token_id": [2, 340, -1, 5]}"#
    try copy.directory.write(ids.utf8, to: "generation_config.json")
    let loaded = try ModelLoader.load(path: copy.path)
    #expect(loaded.endOfSequenceTokens == [2, 5])
    #expect(loaded.warnings.count == 2)
    let warning = try #require(loaded.warnings.first)
    #expect(warning.contains("generation_config.json: “eos_token_id”: token id 340 is outside"))
    #expect(warning.contains("is ignored"))
    try copy.directory.write(#"{"eos_token_id": "two"}"#.utf8, to: "generation_config.json")
    #expect(loadFailure { try ModelLoader.load(path: copy.path) }.contains("must be a token id"))
  }

  @Test func aModelWithNothingOddHasNoWarnings() throws {
    #expect(try ModelLoader.load(path: Fixtures.path("tokenized/spm")).warnings.isEmpty)
    #expect(try ModelLoader.load(path: Fixtures.path("tokenized/bpe.gguf")).warnings.isEmpty)
  }
}
