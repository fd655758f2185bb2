import LanguageModeling
import Testing
import Tokenization

/// What llama.cpp makes of the strings with each pre-tokenizer, by `make_llama_cpp.py`.
@Suite struct GGUFPreTokenizerTests {
  /// The names in the order of the fixture, and how many of the 500 strings differ, with the reason.
  private static let names: [(name: String, differing: Int)] = [
    ("llama-bpe", 0), ("default", 0), ("deepseek-llm", 0), ("deepseek-coder", 0),
    ("deepseek-v3", 0), ("spark2_5", 0), ("youtu", 0), ("falcon", 0), ("starcoder", 0),
    ("gpt-2", 0), ("jais-2", 0), ("qwen35", 0), ("stablelm2", 0), ("poro-chat", 0), ("viking", 0),
    ("tekken", 0), ("exaone-moe", 0), ("chameleon", 0), ("gpt-4o", 0), ("tiny_aya", 0),
    ("superbpe", 0), ("bailingmoe", 0), ("seed-coder", 0), ("kimi-k2", 0), ("ufakzeka", 0),
    ("afmoe", 0), ("laguna", 0), ("minicpm5", 0),
  ]

  private static func tokenizer(_ name: String) throws -> PipelineTokenizer {
    try PipelineTokenizer(
      vocabulary: Vocabularies.bytes(preTokenizer: name), file: name)
  }

  @Test(arguments: 0..<28)
  func idsAreThoseOfLlamaCpp(_ index: Int) throws {
    let (name, differing) = Self.names[index]
    let tokenizer = try Self.tokenizer(name)
    let digests = try Fixture.bytes("llama-cpp.bin")
    let strings = try Fixture.strings().enumerated().filter { $0.offset % 4 == 0 }.map(\.element)
    var wrong: [String] = []
    for (place, text) in strings.enumerated() {
      var digest = Digest()
      digest.append(try tokenizer.encode(text, parsingSpecialTokens: true))
      let offset = 2 * (index * strings.count + place)
      let expected = UInt16(digests[offset]) | UInt16(digests[offset + 1]) << 8
      // 0 stands for what llama.cpp's splitter fails at.
      if expected != 0, digest.value != expected { wrong.append(text) }
    }
    #expect(wrong.count == differing, "\(name): \(wrong.count) \(wrong.prefix(8))")
  }

  /// Names that share the expressions of another.
  @Test(arguments: [
    ("qwen2", ["deepseek-r1-qwen", "kormo", "f2llmv2", "megrez"]),
    (
      "gpt-2",
      [
        "phi-2", "jina-es", "jina-de", "gigachat", "jina-v2-es", "jina-v2-de", "a.x-4.0", "mellum",
        "modern-bert", "jina-v1-en", "jina-v2-code", "roberta-bpe", "mpt", "olmo", "jais",
        "trillion", "granite-docling", "exaone4",
      ]
    ),
    (
      "llama-bpe",
      [
        "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2",
        "jina-v5-nano", "glm4", "glm5", "chatglm-bpe", "dbrx", "smaug-bpe",
      ]
    ),
    (
      "starcoder",
      ["smollm", "refact", "command-r", "codeshell", "exaone", "minerva-7b", "mellum2"]
    ),
    ("stablelm2", ["hunyuan", "solar-open", "grok-2"]),
    ("deepseek-v3", ["hunyuan-dense", "joyai-llm", "hy_v4"]),
    ("poro-chat", ["bloom", "gpt3-finnish"]),
    ("gpt-4o", ["llama4", "kanana2", "talkie", "minimax-m2", "granite-embed-multi-97m"]),
    ("tiny_aya", ["cohere2moe"]), ("bailingmoe", ["bailingmoe2", "llada-moe"]),
    ("gemma4", ["granite-embed-multi-311m", "sarvam-moe"]),
  ])
  func namesOfOneExpressionCutAlike(_ name: String, _ others: [String]) throws {
    let reference = try Self.tokenizer(name)
    for other in others {
      let tokenizer = try Self.tokenizer(other)
      for text in try Fixture.strings().prefix(300) {
        #expect(
          try tokenizer.encode(text, parsingSpecialTokens: true)
            == reference.encode(text, parsingSpecialTokens: true), "\(other)")
      }
    }
  }

  @Test func whatAPreTokenizerPutsFirstIsAddedWhereTheFileDoesNotSay() throws {
    for (name, adds) in [("llama-bpe", true), ("tekken", true), ("gpt-2", false), ("glm4", false)] {
      let vocabulary = try Vocabularies.bytes(preTokenizer: name)
      let tokenizer = try PipelineTokenizer(vocabulary: vocabulary, file: name)
      #expect(!tokenizer.addsBeginningOfSequence)
      #expect(try PipelineTokenizer.puttingFirstByDefault(vocabulary) == adds, "\(name)")
    }
  }

  @Test func aTokenOfPlainSpacesIsFoundInTextFirstAndTheLongestCounts() throws {
    var vocabulary = try Vocabularies.bytes(preTokenizer: "gpt-2")
    let first = TokenID(vocabulary.tokens.count)
    for token in ["    ", "  ", "ab", "bcd"] {
      vocabulary.tokens.append(token)
      vocabulary.types.append(.userDefined)
    }
    let tokenizer = try PipelineTokenizer(vocabulary: vocabulary, file: "spaces")
    for parsing in [true, false] {
      #expect(
        try tokenizer.encode("      ", parsingSpecialTokens: parsing) == [first, first + 1])
      // llama.cpp looks for the longest in all of the text: `bcd`, though `ab` begins before it.
      let ids = try tokenizer.encode("abcd", parsingSpecialTokens: parsing)
      #expect(ids.last == first + 3 && ids.count == 2)
      #expect(tokenizer.decode(ids, skippingSpecialTokens: false) == "abcd")
    }
  }
}

extension GGUFPreTokenizerTests {
  /// llama.cpp looks for the tokens one after the other, the longest first: all of a small alphabet, against that.
  @Test func tokensAreFoundAsByLookingForOneAfterTheOther() throws {
    let words = ["aab", "aba", "ba", "aa", "b"]
    var vocabulary = ByteLevelBPEVocabulary(
      tokens: ["a", "c"] + words, merges: [], preTokenizer: "gpt-2")
    vocabulary.types = [.normal, .normal] + words.map { _ in .userDefined }
    let tokenizer = try PipelineTokenizer(vocabulary: vocabulary, file: "order")
    for length in 0...8 {
      for number in 0..<(1 << length) {
        let text = String((0..<length).map { number >> $0 & 1 == 0 ? "a" : "b" })
        var parts: [(text: String, token: TokenID?)] = [(text, nil)]
        for (index, word) in words.enumerated() {
          parts = parts.flatMap { part -> [(text: String, token: TokenID?)] in
            guard part.token == nil else { return [part] }
            let pieces = part.text.split(separator: word, omittingEmptySubsequences: false)
            return pieces.enumerated().flatMap { place, piece in
              (place > 0 ? [(word, TokenID(index + 2))] : []) + [(String(piece), nil)]
            }
          }
        }
        let expected = parts.flatMap { part in
          part.token.map { [$0] } ?? part.text.map { _ in TokenID(0) }
        }
        #expect(try tokenizer.encode(text, parsingSpecialTokens: false) == expected, "\(text)")
      }
    }
  }
}

/// Vocabularies out of `pipelines.json`.
enum Vocabularies {
  private struct Root: Decodable {
    struct Model: Decodable {
      let vocab: [String: Int]
      let merges: [[String]]
    }
    struct Models: Decodable { let bytes: Model }
    let models: Models
  }

  /// The byte-level one as a GGUF file would hold it.
  static func bytes(preTokenizer: String) throws -> ByteLevelBPEVocabulary {
    let model = try Fixture.decode("pipelines.json", as: Root.self).models.bytes
    let tokens = model.vocab.sorted { $0.value < $1.value }.map(\.key)
    return ByteLevelBPEVocabulary(
      tokens: tokens, merges: model.merges.map { $0.joined(separator: " ") },
      types: tokens.map { _ in .normal }, preTokenizer: preTokenizer, beginningOfSequence: 1)
  }
}

extension PipelineTokenizer {
  /// Whether a prompt begins with the token where nothing is said.
  fileprivate static func puttingFirstByDefault(_ vocabulary: ByteLevelBPEVocabulary) throws -> Bool
  {
    var (tokens, merges) = (ByteStrings(), ByteStrings())
    for token in vocabulary.tokens { tokens.append(token.utf8) }
    for merge in vocabulary.merges { merges.append(merge.utf8) }
    return try PipelineTokenizer(
      tokens: tokens, merges: merges, types: vocabulary.types,
      preTokenizer: vocabulary.preTokenizer, beginningOfSequence: 1, endOfSequence: nil,
      unknown: nil, addsBeginningOfSequence: nil, file: "default"
    ).addsBeginningOfSequence
  }
}
