import Foundation
import Tokenization

/// The fixtures beside this file.
enum Fixture {
  static func bytes(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return Array(try Data(contentsOf: folder.appendingPathComponent("Fixtures/\(name)")))
  }

  static func environment(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name]
  }

  static func decode<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(bytes(name)))
  }

  static func decode<Value: Decodable>(
    absolutePath path: String, as type: Value.Type
  ) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// The hostile strings.
  static func strings() throws -> [String] { try decode("hostile.json", as: Hostile.self).texts }

  static func sentencePiece(_ name: String) throws -> SentencePieceTokenizer {
    try SentencePieceTokenizer(bytes: bytes("\(name).model"), file: "\(name).model")
  }

  static func byteLevel(_ name: String) throws -> PipelineTokenizer {
    let file = "\(name).tokenizer.json"
    return try PipelineTokenizer(tokenizerJSON: bytes(file), file: file)
  }
}

struct Hostile: Decodable {
  enum Entry: Decodable {
    case text(String)
    case rule(Rule)

    init(from decoder: any Decoder) throws {
      if let text = try? decoder.singleValueContainer().decode(String.self) {
        self = .text(text)
      } else {
        self = .rule(try Rule(from: decoder))
      }
    }
  }

  struct Rule: Decodable {
    let unit: String
    let count: Int
    let tail: String

    enum Key: CodingKey { case `repeat`, tail }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      var rule = try container.nestedUnkeyedContainer(forKey: .repeat)
      unit = try rule.decode(String.self)
      count = try rule.decode(Int.self)
      tail = try container.decode(String.self, forKey: .tail)
    }
  }

  let strings: [Entry]

  var texts: [String] {
    strings.map {
      switch $0 {
      case .text(let text): text
      case .rule(let rule): String(repeating: rule.unit, count: rule.count) + rule.tail
      }
    }
  }
}

/// Texts are compared by bytes: `==` on strings is canonical equivalence.
func sameBytes(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
