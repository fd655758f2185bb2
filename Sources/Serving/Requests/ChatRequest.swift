import ChatTemplates
import Decoding
import Generation
import Inference
import JSON

/// A request of `POST /v1/chat/completions`.
struct ChatRequest {
  /// The model that it names, if it does.
  var model: String?
  var messages: [ChatMessage]
  var generation: GenerationFields
  /// The most probable tokens to list at each position; `nil`: no log-probabilities.
  var logprobs: Int?
  var stream: StreamFields

  /// The most alternatives at a position.
  static let topLogprobsRange = 0...20

  /// The fields that are no settings.
  static let fields = [
    "model", "messages", "logprobs", "top_logprobs", "response_format", "stream", "stream_options",
  ]

  init(parsing body: [UInt8], model: Model) throws(APIError) {
    var fields = try RequestFields(parsing: body)
    self.model = try fields.text("model")
    guard let value = fields.take("messages") else {
      throw .invalid("messages", "is missing; give a list of messages, each with role and content")
    }
    messages = try Self.messages(value)
    let isOn = try fields.truth("logprobs") ?? false
    let alternatives = try fields.count("top_logprobs", in: Self.topLogprobsRange)
    guard isOn || alternatives ?? 0 == 0 else {
      throw .invalid("top_logprobs", "needs logprobs: true")
    }
    logprobs = isOn ? alternatives ?? 0 : nil
    stream = try StreamFields(&fields)
    let format = try fields.take("response_format").flatMap { (value) throws(APIError) in
      try ResponseFormat.setting(value)
    }
    var given = try FieldCatalogue.settings(of: fields, own: Self.fields)
    if let format {
      guard !given.contains(where: { $0.parameter == format.parameter }) else {
        throw .invalid("response_format", "and \(format.key) say the same; give one of them")
      }
      given.append(format)
    }
    // As OpenAI's: up to the end of the context.
    generation = try GenerationFields(given, defaultLength: model.contextLength, model: model)
  }

  private static func messages(_ value: JSONValue) throws(APIError) -> [ChatMessage] {
    guard case .array(let items) = value, !items.isEmpty else {
      throw .invalid("messages", "must be a list of messages, each with role and content")
    }
    var messages: [ChatMessage] = []
    for (index, item) in items.enumerated() {
      let name = "messages[\(index)]"
      guard let members = item.members else {
        throw .invalid(name, "must be an object with role and content, not \(item.kind)")
      }
      guard let role = item["role"]?.string else {
        throw .invalid("\(name).role", "must be a text, such as user")
      }
      for member in members {
        switch (member.key, member.value) {
        case ("role", _), ("content", _), ("name", .string), (_, .null), (_, .array([])): continue
        case ("tool_calls", _), ("function_call", _), ("tool_call_id", _), ("audio", _),
          ("refusal", _):
          throw .invalid("\(name).\(member.key)", "is not supported here; leave it out")
        default:
          throw FieldCatalogue.unknown("\(name).\(member.key)", known: ["\(name).content"])
        }
      }
      // The same thing under OpenAI's newer name; templates know the older one.
      let isDeveloper = role == "developer"
      messages.append(
        ChatMessage(
          role: isDeveloper ? "system" : role, content: try content(item["content"], of: name)))
    }
    return messages
  }

  /// A text, or the texts of a list of parts.
  private static func content(_ value: JSONValue?, of name: String) throws(APIError) -> String {
    switch value {
    case nil, .null?: return ""
    case .string(let text)?: return text
    case .array(let parts)?:
      var content = ""
      for (index, part) in parts.enumerated() {
        let isText = ["text", "refusal"].contains(part["type"]?.string)
        guard isText, let text = part["text"]?.string else {
          throw .invalid("\(name).content[\(index)]", "must be a part of type text")
        }
        content += text
      }
      return content
    case let value?:
      throw .invalid("\(name).content", "must be a text or a list of parts, not \(value.kind)")
    }
  }
}

/// The form that an answer must have.
enum ResponseFormat {
  /// The setting that a `response_format` stands for; `nil` for plain text.
  static func setting(_ value: JSONValue) throws(APIError) -> Setting? {
    let schema: JSONValue
    switch value["type"]?.string {
    case "text": return nil
    case "json_object": schema = .object([JSONMember("type", .string("object"))])
    case "json_schema":
      guard let given = value["json_schema"]?["schema"] else {
        throw .invalid("response_format.json_schema.schema", "is missing")
      }
      schema = given
    default:
      throw .invalid("response_format.type", "must be text, json_object or json_schema")
    }
    return Setting(SettingCatalogue.jsonSchema.erased, .text(schema.text), from: .request)
  }
}
