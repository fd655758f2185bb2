import Foundation
import Generation
import JSON

/// What all pieces of one response say alike.
struct ResponseFrame: Sendable {
  let id: String
  let object: String
  let created: Int
  let model: String
  /// The seed, so that a response can be had again.
  let seed: UInt64
  /// What of the request was left out on its own demand: keywords of a schema that can't be enforced.
  let warnings: [String]

  /// - Parameter prefix: what the id begins with, such as `cmpl-`.
  init(prefix: String, object: String, model: String, seed: UInt64, warnings: [String]) {
    id = prefix + String(UInt64.random(in: .min ... .max), radix: 16)
    self.object = object
    created = Int(Date().timeIntervalSince1970)
    self.model = model
    self.seed = seed
    self.warnings = warnings
  }

  /// A response, or a piece of one.
  func json(_ choices: [JSONValue], usage: JSONValue? = nil) -> JSONValue {
    .object(
      [
        JSONMember("id", .string(id)), JSONMember("object", .string(object)),
        JSONMember("created", .integer(created)), JSONMember("model", .string(model)),
        JSONMember("seed", JSONValue.seed(seed)), JSONMember("choices", .array(choices)),
      ] + (usage.map { [JSONMember("usage", $0)] } ?? [])
        + (warnings.isEmpty
          ? [] : [JSONMember("warnings", .array(warnings.map(JSONValue.string)))]))
  }

  /// How many tokens there were.
  static func usage(promptTokens: Int, completionTokens: Int) -> JSONValue {
    .object([
      JSONMember("prompt_tokens", .integer(promptTokens)),
      JSONMember("completion_tokens", .integer(completionTokens)),
      JSONMember("total_tokens", .integer(promptTokens + completionTokens)),
    ])
  }
}

extension JSONValue {
  /// A seed, which may need all of 64 bits.
  static func seed(_ seed: UInt64) -> JSONValue {
    Int(exactly: seed).map(JSONValue.integer) ?? .unsigned(seed)
  }

  /// A piece of a stream, as server-sent events have it.
  var event: String { "data: \(text)\n\n" }
}
