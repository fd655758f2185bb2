import LanguageModeling
import Models
import TestSupport
import Testing
import Tokenization
import Transformer

/// Whole models, vocabulary and all, in each layout and with each kind of vocabulary (`make_tiny_with_tokenizers.py`).
@Suite struct ModelLoaderTests {
  /// The model, what the references make of it, and its layout.
  static let models = [
    ("tokenized/spm", "tokenized/spm.json", LoadedModel.Format.huggingFace),
    ("tokenized/bpe", "tokenized/bpe.json", .huggingFace),
    ("tokenized/spm.gguf", "tokenized/spm-gguf.json", .gguf),
    ("tokenized/bpe.gguf", "tokenized/bpe.json", .gguf),
  ]

  @Test(arguments: models)
  func promptsBecomeTheReferencesTokens(
    _ path: String, _ reference: String, _ format: LoadedModel.Format
  ) throws {
    let loaded = try ModelLoader.load(path: Fixtures.path(path))
    #expect(loaded.format == format)
    #expect(loaded.path == Fixtures.path(path))
    for example in try Fixtures.json(TextReference.self, reference).cases {
      #expect(try loaded.tokenizer.encodePrompt(example.text) == example.tokens)
    }
  }

  @Test(arguments: models)
  func theVocabularyAloneIsTheSame(
    _ path: String, _ reference: String, _ format: LoadedModel.Format
  ) throws {
    let tokenizer = try ModelLoader.loadTokenizer(path: Fixtures.path(path))
    for example in try Fixtures.json(TextReference.self, reference).cases {
      #expect(try tokenizer.encodePrompt(example.text) == example.tokens)
    }
  }

  @Test(arguments: models)
  func predictionsAgree(
    _ path: String, _ reference: String, _ format: LoadedModel.Format
  ) throws {
    let model = try ModelLoader.load(path: Fixtures.path(path)).model
    let session = try model.makeSession(SessionOptions(threads: 1))
    for example in try Fixtures.json(TextReference.self, reference).cases {
      let sequence = try session.open(adapter: .none)
      let row = try session.logits(
        of: sequence, fed: example.tokens, .last, vocabularyCount: model.vocabularyCount)
      session.close(sequence)
      let found = logProbabilities(row, vocabularyCount: model.vocabularyCount)
      #expect(largestDifference(found, example.next.floats) < 1e-3)
      #expect(
        try session.greedy(
          example.tokens, count: example.greedy.count, vocabularyCount: model.vocabularyCount)
          == example.greedy)
    }
  }

  @Test(arguments: models)
  func conversationsAreRenderedInTheModelsOwnTemplate(
    _ path: String, _ reference: String, _ format: LoadedModel.Format
  ) throws {
    let loaded = try ModelLoader.load(path: Fixtures.path(path))
    let text = try loaded.render([ChatMessage(role: "user", content: "Who are you?")])
    #expect(try text == Fixtures.json(TextReference.self, reference).chat)
  }

  @Test(arguments: [
    ("tokenized/spm", [2, 4]), ("tokenized/bpe", [2]), ("tokenized/spm.gguf", [2, 4]),
    ("tokenized/bpe.gguf", [2]),
  ])
  func endOfSequenceIsWhatTheFilesName(_ path: String, _ tokens: [TokenID]) throws {
    #expect(try ModelLoader.load(path: Fixtures.path(path)).endOfSequenceTokens == tokens)
  }

  @Test func generationDefaultsKeepTheFilesOrderAndKinds() throws {
    let loaded = try ModelLoader.load(path: Fixtures.path("tokenized/spm"))
    let defaults = loaded.generationDefaults
    #expect(defaults.file == Fixtures.path("tokenized/spm") + "/generation_config.json")
    #expect(
      defaults.values == [
        JSONMember("do_sample", .bool(true)),
        JSONMember("temperature", .number(0.7)),
        JSONMember("top_k", .integer(20)),
        JSONMember("bos_token_id", .integer(1)),
        JSONMember("eos_token_id", .array([.integer(2), .integer(4)])),
        JSONMember("transformers_version", .string("4.51.3")),
      ])
  }

  @Test func modelsWithoutGenerationConfigurationHaveNoDefaults() throws {
    for path in ["tokenized/bpe", "tokenized/bpe.gguf"] {
      #expect(try ModelLoader.load(path: Fixtures.path(path)).generationDefaults == .none)
    }
  }
}

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
