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

  @Test func aTokenThatTheVocabularyFileLacksIsAdded() throws {
    let copy = try ModelCopy(directory: "tokenized/spm")
    func write(_ token: String) throws {
      let text = #"{"added_tokens_decoder": {"1": {"content": "<s>", "special": true}, \#(token)}}"#
      try copy.directory.write(text.utf8, to: "tokenizer_config.json")
    }
    try write(#""340": {"content": "<pad>", "special": true}"#)
    let tokenizer = try ModelLoader.loadTokenizer(path: copy.path)
    #expect(tokenizer.vocabularyCount == 341 && tokenizer.isSpecial(340))
    #expect(try tokenizer.encode("<pad>", parsingSpecialTokens: true) == [340])
    #expect(try !tokenizer.encode("<pad>", parsingSpecialTokens: false).contains(340))
    for (token, message) in [
      (#""2": {"content": "<pad>"}"#, "is declared with the id 2, which is “</s>”"),
      (#""7": {"content": "<s>"}"#, "is declared with the id 7, and is 1 in the vocabulary"),
      (#""2000000000": {"content": "<pad>"}"#, "with the id 2000000000, in a vocabulary of 340"),
      (#""x": {"content": "<pad>"}"#, "must be a token id with a token"),
      (#""340": "<pad>""#, "must be a token id with a token"),
      (#""340": {"content": "<pad>", "lstrip": 1}"#, "“lstrip” must be true or false"),
    ] {
      try write(token)
      let failure = loadFailure { try ModelLoader.loadTokenizer(path: copy.path) }
      #expect(failure.contains(message), "\(failure)")
    }
  }
}
