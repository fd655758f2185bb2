import Foundation
import LanguageModeling
import Models
import Testing
import Tokenization

/// The vocabulary in the SmolLM2 GGUF, against Hugging Face's tokenizers on hostile strings.
@Suite(.enabled(if: SmolLM2.path != nil, "DECODE_TEST_MODEL names no SmolLM2 GGUF"))
struct SmolLM2TokenizerTests {
  @Test func hostileStringsBecomeTheReferencesTokensAndBack() throws {
    let tokenizer = try ModelLoader.loadTokenizer(path: try #require(SmolLM2.path))
    let texts = try read(Hostile.self, "hostile.json").texts
    let reference = try read(Tokens.self, "smollm2.ids.json")
    #expect(texts.count >= 2000)
    try #require(texts.count == reference.ids.count)
    for (index, text) in texts.enumerated() {
      let comment = Comment(rawValue: text.debugDescription)
      let key = String(index)
      let tokens = try tokenizer.encode(text, parsingSpecialTokens: true)
      #expect(tokens == reference.ids[index], comment)
      let plain = try tokenizer.encode(text, parsingSpecialTokens: false)
      #expect(plain == reference.plain[key] ?? reference.ids[index], comment)
      let decoded = tokenizer.decode(reference.ids[index], skippingSpecialTokens: false)
      #expect(decoded.utf8.elementsEqual((reference.decoded[key] ?? text).utf8), comment)
    }
  }

  @Test func promptsBecomeTheReferencesTokens() throws {
    let tokenizer = try ModelLoader.loadTokenizer(path: try #require(SmolLM2.path))
    for prompt in try SmolLM2.reference().prompts {
      #expect(try tokenizer.encodePrompt(prompt.text) == prompt.tokens)
    }
  }

  /// Fixtures of the tokenizers' own tests.
  private func read<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    let tests = Fixtures.directory.deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appendingPathComponent("TokenizationTests/Fixtures/\(name)")
    return try JSONDecoder().decode(type, from: Data(contentsOf: file))
  }

  private struct Tokens: Decodable {
    let ids: [[TokenID]]
    let plain: [String: [TokenID]]
    let decoded: [String: String]
  }

  /// Texts, some of them as a unit to repeat and a tail.
  private struct Hostile: Decodable {
    let texts: [String]

    private struct Repetition: Decodable {
      let `repeat`: [Part]
      let tail: String
    }

    private enum Part: Decodable {
      case text(String)
      case count(Int)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let count = try? container.decode(Int.self) {
          self = .count(count)
        } else {
          self = .text(try container.decode(String.self))
        }
      }
    }

    private enum Key: CodingKey { case strings }

    init(from decoder: any Decoder) throws {
      var list = try decoder.container(keyedBy: Key.self).nestedUnkeyedContainer(forKey: .strings)
      var texts: [String] = []
      while !list.isAtEnd {
        if let text = try? list.decode(String.self) {
          texts.append(text)
          continue
        }
        let repetition = try list.decode(Repetition.self)
        guard case .text(let unit)? = repetition.repeat.first,
          case .count(let count)? = repetition.repeat.last
        else { continue }
        texts.append(String(repeating: unit, count: count) + repetition.tail)
      }
      self.texts = texts
    }
  }
}
