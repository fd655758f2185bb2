import LanguageModeling
import Models
import TestSupport
import Testing
import Tokenization

/// Which of a directory's files says what.
@Suite struct DirectoryLayoutTests {
  @Test func aSentencePieceVocabularyAloneBeginsPromptsWithItsToken() throws {
    let copy = try ModelCopy(directory: "tokenized/spm")
    try copy.remove("tokenizer_config.json")
    #expect(try ModelLoader.loadTokenizer(path: copy.path).encodePrompt("the").first == 1)
  }

  @Test func addBosTokenDecidesEitherWay() throws {
    for (layout, first) in [("tokenized/spm", TokenID(1)), ("tokenized/bpe", 0)] {
      let copy = try ModelCopy(directory: layout)
      for adds in [true, false] {
        let text = #"{"add_bos_token": \#(adds), "bos_token": "<|endoftext|>"}"#
        let file = layout == "tokenized/spm" ? #"{"add_bos_token": \#(adds)}"# : text
        try copy.directory.write(file.utf8, to: "tokenizer_config.json")
        let tokens = try ModelLoader.loadTokenizer(path: copy.path).encodePrompt("the cat")
        #expect((tokens.first == first) == adds, "\(layout)")
      }
    }
  }

  @Test func aPostProcessorThatPutsATokenFirstSaysSo() throws {
    let copy = try ModelCopy(directory: "tokenized/bpe")
    let template = #"""
      "post_processor": {"type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<|im_start|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"<|im_start|>": {"id": "<|im_start|>", "ids": [1], "tokens": ["<|im_start|>"]}}}
      """#
    try copy.replace(#""post_processor": null"#, by: template, in: "tokenizer.json")
    #expect(try ModelLoader.loadTokenizer(path: copy.path).encodePrompt("the").first == 1)
  }

  @Test func theTemplateFileStandsAboveTheConfiguration() throws {
    let copy = try ModelCopy(directory: "tokenized/spm")
    try copy.directory.write("from the file".utf8, to: "chat_template.jinja")
    #expect(try ModelLoader.load(path: copy.path).render([]) == "from the file")
  }

  @Test func onlyTheTemplateNamedDefaultIsTaken() throws {
    let copy = try ModelCopy(directory: "tokenized/spm")
    try copy.replace(#""name": "default""#, by: #""name": "another""#, in: "tokenizer_config.json")
    #expect(try ModelLoader.load(path: copy.path).chatTemplate == nil)
  }

  @Test func aTokenThatTheVocabularyFileLacksIsRefusedUnlessItPads() throws {
    let copy = try ModelCopy(directory: "tokenized/spm")
    let added = #"{"added_tokens_decoder": {"1": {"content": "<s>"}, "340": {"content": "<pad>"}}"#
    try copy.directory.write(
      (added + #", "pad_token": "<pad>"}"#).utf8, to: "tokenizer_config.json")
    #expect(try ModelLoader.loadTokenizer(path: copy.path).vocabularyCount == 340)
    try copy.directory.write((added + "}").utf8, to: "tokenizer_config.json")
    #expect(
      loadFailure { try ModelLoader.loadTokenizer(path: copy.path) }
        .contains("the token “<pad>” (340), which tokenizer.model lacks"))
  }
}
