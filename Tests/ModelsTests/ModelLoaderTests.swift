import ChatTemplates
import JSON
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
    try expectPredictions(
      of: try ModelLoader.load(path: Fixtures.path(path), computeType: .float32).model,
      toBe: try Fixtures.json(TextReference.self, reference).cases)
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
