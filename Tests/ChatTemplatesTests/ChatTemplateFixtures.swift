import ChatTemplates
import Foundation

/// The files that `Fixtures/chat/make_chat.py` made.
enum ChatTemplateFixtures {
  static let directory = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures/chat")

  /// The day that the script's clock stands at.
  static let date = TemplateDate(year: 2024, month: 7, day: 26, hour: 14, minute: 5, second: 9)

  static let templates = [
    "deepseek-r1-distill", "gpt-oss", "granite-3.3", "hermes-3",
    "llama-3", "llama-3.1", "llama-3.2", "mistral-nemo", "mistral-small-3.2", "mistral-v0.1",
    "mistral-v0.2", "mistral-v0.3", "mistral-v1", "mistral-v7", "phi-3.5", "qwen2", "qwen2.5",
    "qwen3", "qwq", "smollm2",
  ]

  static func load<Content: Decodable>(_ name: String, as type: Content.Type) throws -> Content {
    try JSONDecoder().decode(type, from: Data(contentsOf: directory.appending(path: name)))
  }

  static func source(of template: String) throws -> String {
    String(
      decoding: try Data(contentsOf: directory.appending(path: "\(template).jinja")), as: UTF8.self)
  }

  static func conversations() throws -> [[ChatMessage]] {
    try load("conversations.json", as: Conversations.self).conversations.map { turns in
      turns.map { ChatMessage(role: $0.role, content: $0.content) }
    }
  }

  /// What the snippets are rendered with.
  static let snippetMessages = [
    ChatMessage(role: "system", content: " Sys "), ChatMessage(role: "user", content: "Hi\n"),
    ChatMessage(role: "assistant", content: "Ok"),
  ]

  static func render(_ source: String) throws -> String {
    try ChatTemplate(source: source).render(
      messages: snippetMessages, addingGenerationPrompt: true, beginningOfSequence: "<s>",
      endOfSequence: "</s>",
      specialTokens: ["pad_token": "<pad>", "unk_token": "<unk>", "image_token": "<image>"],
      additionalSpecialTokens: ["<a>", "<b>"], date: date)
  }

  struct Conversations: Decodable {
    struct Turn: Decodable {
      let role: String
      let content: String
    }

    let conversations: [[Turn]]
  }

  /// `[text]`, or `[null, kind of error, message]`.
  struct Outcome: Decodable {
    let text: String?
    let error: String?
    let message: String?

    init(from container: inout any UnkeyedDecodingContainer) throws {
      text = try container.decodeNil() ? nil : container.decode(String.self)
      error = container.isAtEnd ? nil : try container.decode(String.self)
      message = container.isAtEnd ? nil : try container.decode(String.self)
    }

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      try self.init(from: &container)
    }
  }

  struct Renderings: Decodable {
    struct Case: Decodable {
      let conversation: Int
      let addingGenerationPrompt: Bool
      let outcome: Outcome

      init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        conversation = try container.decode(Int.self)
        addingGenerationPrompt = try container.decode(Bool.self)
        outcome = try Outcome(from: &container)
      }
    }

    let results: [Case]
  }

  struct Snippets: Decodable {
    struct Case: Decodable {
      let source: String
      let outcome: Outcome

      init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        source = try container.decode(String.self)
        outcome = try Outcome(from: &container)
      }
    }

    let cases: [Case]
    /// Sources with what the error has to name: refused when they are read, and when they are rendered.
    let unsupported: [[String]]
    let beyond: [[String]]
  }

  /// A cell is a text, `null` for an error, `false` for what isn't compared.
  enum Cell: Decodable {
    case text(String)
    case error
    case skipped

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .error
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else {
        self = .skipped
      }
    }
  }

  struct Grids: Decodable {
    struct Grid: Decodable {
      let name: String
      let patterns: [String]
      let values: [String]
      let rows: [[Cell]]
    }

    let grids: [Grid]
  }

  struct Expressions: Decodable {
    struct Case: Decodable {
      let source: String
      let text: String?

      init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        source = try container.decode(String.self)
        text = try container.decodeNil() ? nil : container.decode(String.self)
      }
    }

    let cases: [Case]
  }
}
