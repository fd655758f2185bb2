import Decoding
import Generation
import JSON

/// The schemas of requests and answers.
extension OpenAPI {
  static let string = type("string")
  static let integer = type("integer")
  static let number = type("number")
  static let boolean = type("boolean")

  static func type(_ name: String, _ more: [JSONMember] = []) -> JSONValue {
    .object([JSONMember("type", .string(name))] + more)
  }

  static func list(of items: JSONValue, atLeast count: Int = 0) -> JSONValue {
    type(
      "array",
      [JSONMember("items", items)]
        + (count > 0 ? [JSONMember("minItems", .integer(count))] : []))
  }

  static func range(_ range: ClosedRange<Int>) -> JSONValue {
    type(
      "integer",
      [
        JSONMember("minimum", .integer(range.lowerBound)),
        JSONMember("maximum", .integer(range.upperBound)),
      ])
  }

  static func either(_ schemas: JSONValue...) -> JSONValue {
    .object([JSONMember("anyOf", .array(schemas))])
  }

  static func object(
    _ properties: KeyValuePairs<String, JSONValue>, required: [String] = [], isOpen: Bool = true
  ) -> JSONValue {
    object(properties.map { JSONMember($0.key, $0.value) }, required: required, isOpen: isOpen)
  }

  private static func object(
    _ properties: [JSONMember], required: [String], isOpen: Bool
  ) -> JSONValue {
    var members = [JSONMember("properties", .object(properties))]
    if !required.isEmpty {
      members.append(JSONMember("required", .array(required.map(JSONValue.string))))
    }
    if !isOpen { members.append(JSONMember("additionalProperties", .bool(false))) }
    return type("object", members)
  }

  // MARK: - Requests

  static let completionRequest = request(
    [
      "model": string,
      "prompt": either(
        string, list(of: string, atLeast: 1), list(of: token, atLeast: 1),
        list(of: list(of: token, atLeast: 1), atLeast: 1)),
      "logprobs": range(CompletionRequest.logprobsRange), "echo": boolean,
      "best_of": range(CompletionRequest.bestOfRange), "stream": boolean,
      "stream_options": streamOptions,
    ], required: [])

  static let chatRequest = request(
    [
      "model": string,
      "messages": list(
        of: object(
          [
            "role": string,
            "content": either(
              string, list(of: object(["type": string, "text": string], required: ["type"]))),
            "name": string,
          ], required: ["role", "content"], isOpen: false), atLeast: 1),
      "logprobs": boolean, "top_logprobs": range(ChatRequest.topLogprobsRange),
      "response_format": object(["type": string, "json_schema": object([:])], required: ["type"]),
      "stream": boolean, "stream_options": streamOptions,
    ], required: ["messages"])

  static let tokenizeRequest = object(
    [
      "model": string, "prompt": string, "add_special_tokens": boolean,
      "return_token_strs": boolean,
    ], required: ["prompt"], isOpen: false)

  static let detokenizeRequest = object(
    ["model": string, "tokens": list(of: token)], required: ["tokens"], isOpen: false)

  private static let token = type("integer", [JSONMember("minimum", .integer(0))])

  private static let streamOptions = object(
    ["include_usage": boolean, "include_obfuscation": boolean], isOpen: false)

  /// The fields of an endpoint, OpenAI's names of settings, the settings, and what is ignored.
  private static func request(
    _ own: KeyValuePairs<String, JSONValue>, required: [String]
  ) -> JSONValue {
    var properties = own.map { JSONMember($0.key, $0.value) }
    for (name, parameter) in FieldCatalogue.aliases.sorted(by: { $0.key < $1.key }) {
      properties.append(JSONMember(name, setting(parameter)))
    }
    properties += FieldCatalogue.settings.map { JSONMember($0.key, setting($0)) }
    properties += FieldCatalogue.ignored.sorted().map {
      JSONMember($0, .object([JSONMember("description", .string("Ignored."))]))
    }
    return object(properties, required: required, isOpen: false)
  }

  private static func setting(_ parameter: AnyParameter) -> JSONValue {
    let description = JSONMember(
      "description", .string("\(parameter.help) It is \(parameter.expectation)."))
    switch parameter.kind {
    case .number: return either(number, string).adding(description)
    case .integer: return integer.adding(description)
    case .truth: return boolean.adding(description)
    case .text: return string.adding(description)
    case .choice: return either(string, boolean).adding(description)
    case .texts: return either(string, list(of: string)).adding(description)
    case .tokens: return either(integer, list(of: integer)).adding(description)
    case .biases: return type("object").adding(description)
    case .structure: return either(list(of: .object([])), type("object")).adding(description)
    }
  }

  // MARK: - Answers

  static let error = object(
    [
      "error": object(
        [
          "message": string, "type": string, "param": nullable("string"),
          "code": nullable("string"),
        ], required: ["message", "type", "param", "code"])
    ], required: ["error"])

  static let completion = response(
    object(
      [
        "index": integer, "text": string, "logprobs": nullable("object"),
        "finish_reason": nullable("string"),
      ], required: ["index", "text", "logprobs", "finish_reason"]))

  static let chatCompletion = response(
    object(
      [
        "index": integer,
        "message": object(
          ["role": string, "content": string], required: ["role", "content"]),
        "logprobs": nullable("object"), "finish_reason": nullable("string"),
      ], required: ["index", "message", "logprobs", "finish_reason"]))

  static let model = object(
    [
      "id": string, "object": string, "created": integer, "owned_by": string,
      "max_model_len": integer,
    ], required: ["id", "object", "created", "owned_by"])

  static let modelList = object(
    ["object": string, "data": list(of: model)], required: ["object", "data"])

  static let tokens = object(
    [
      "count": integer, "max_model_len": integer, "tokens": list(of: token),
      "token_strs": list(of: string),
    ], required: ["count", "max_model_len", "tokens"])

  static let text = object(["prompt": string], required: ["prompt"])

  static let tokenizerInfo = object(
    [
      "bos_token": nullable("string"), "eos_token": nullable("string"),
      "pad_token": nullable("string"), "unk_token": nullable("string"),
      "add_bos_token": boolean, "vocab_size": integer, "model_max_length": integer,
      "chat_template": nullable("string"),
    ], required: ["bos_token", "eos_token", "chat_template"])

  private static func nullable(_ type: String) -> JSONValue {
    .object([JSONMember("type", .array([.string(type), .string("null")]))])
  }

  private static func response(_ choice: JSONValue) -> JSONValue {
    object(
      [
        "id": string, "object": string, "created": integer, "model": string, "seed": integer,
        "choices": list(of: choice),
        "warnings": list(of: string),
        "usage": object([
          "prompt_tokens": integer, "completion_tokens": integer, "total_tokens": integer,
        ]),
      ], required: ["id", "object", "created", "model", "seed", "choices", "usage"])
  }
}

extension JSONValue {
  /// The object with one more member.
  fileprivate func adding(_ member: JSONMember) -> JSONValue {
    .object((members ?? []) + [member])
  }
}
