import Decoding
import Generation
import Inference
import JSON
import LanguageModeling

/// A request of `POST /v1/completions`.
struct CompletionRequest {
  /// The model that it names, if it does.
  var model: String?
  var prompts: [Prompt]
  var generation: GenerationFields
  /// The most probable tokens to list at each position; `nil`: no log-probabilities.
  var logprobs: Int?
  /// Whether the prompt stands before the text.
  var echo: Bool
  /// The samples that are drawn for each prompt, of which the most probable ones are returned.
  var bestOf: Int
  var stream: StreamFields

  /// The most alternatives at a position.
  static let logprobsRange = 0...100
  static let bestOfRange = 1...128

  /// The fields that are no settings.
  static let fields = [
    "model", "prompt", "logprobs", "echo", "best_of", "stream", "stream_options",
  ]

  init(parsing body: [UInt8], model: Model) throws(APIError) {
    var fields = try RequestFields(parsing: body)
    self.model = try fields.text("model")
    prompts = try Self.prompts(fields.take("prompt") ?? .string(""))
    logprobs = try fields.count("logprobs", in: Self.logprobsRange)
    echo = try fields.truth("echo") ?? false
    let bestOf = try fields.count("best_of", in: Self.bestOfRange)
    stream = try StreamFields(&fields)
    var given = try FieldCatalogue.settings(of: fields, own: Self.fields)
    generation = try GenerationFields(given, defaultLength: 16, model: model)
    self.bestOf = max(bestOf ?? 1, generation.count)
    if let bestOf {
      guard bestOf >= generation.count else {
        throw .invalid("best_of", "must be at least n, which is \(generation.count)")
      }
      if bestOf > generation.count {
        guard !stream.isOn else {
          throw .invalid("best_of", "can't be streamed; leave stream out")
        }
        guard generation.settings.strategy == .sample, generation.settings.selection == nil else {
          throw .invalid("best_of", "needs samples; leave it out, or give a temperature above 0")
        }
        let results = StrategyCatalogue.resultCount.erased
        let count = generation.count
        given.removeAll { $0.parameter == results }
        given.append(Setting(results, .integer(bestOf), from: .request))
        generation = try GenerationFields(given, defaultLength: 16, model: model)
        generation.count = count
      }
    }
    if echo, logprobs != nil, stream.isOn {
      throw .invalid("echo", "with logprobs can't be streamed; leave one of the three out")
    }
  }

  /// A text, a list of texts, token ids, or a list of lists of them.
  private static func prompts(_ value: JSONValue) throws(APIError) -> [Prompt] {
    if let text = value.string { return [.text(text)] }
    guard case .array(let items) = value, let first = items.first else {
      throw .invalid("prompt", "must be a text, token ids, or a list of one of these")
    }
    if case .integer = first { return [.tokens(try tokens(items, "prompt"))] }
    var prompts: [Prompt] = []
    for (index, item) in items.enumerated() {
      switch (first, item) {
      case (.string, .string(let text)): prompts.append(.text(text))
      case (.array, .array(let ids)):
        prompts.append(.tokens(try tokens(ids, "prompt[\(index)]")))
      default:
        throw .invalid("prompt", "must be a text, token ids, or a list of one of these")
      }
    }
    return prompts
  }

  /// The token ids that a list holds, at least one.
  static func tokens(_ items: [JSONValue], _ name: String) throws(APIError) -> [TokenID] {
    var tokens: [TokenID] = []
    tokens.reserveCapacity(items.count)
    for item in items {
      guard case .integer(let number) = item, let token = TokenID(exactly: number) else {
        throw .invalid(name, "must hold token ids and nothing else")
      }
      tokens.append(token)
    }
    guard !tokens.isEmpty else { throw .invalid(name, "must hold at least one token id") }
    return tokens
  }
}

/// Whether a response comes in pieces.
struct StreamFields {
  var isOn: Bool
  /// Whether the last piece tells how many tokens there were.
  var includesUsage = false

  init(_ fields: inout RequestFields) throws(APIError) {
    isOn = try fields.truth("stream") ?? false
    guard let options = fields.take("stream_options") else { return }
    guard let members = options.members else {
      throw .invalid("stream_options", "must be an object, not \(options.kind)")
    }
    guard isOn else { throw .invalid("stream_options", "has no effect without stream") }
    for member in members {
      switch (member.key, member.value) {
      case ("include_usage", .bool(let truth)): includesUsage = truth
      case ("include_obfuscation", .bool), (_, .null): continue
      case ("include_usage", _):
        throw .invalid("stream_options.include_usage", "must be true or false")
      default: throw FieldCatalogue.unknown(member.key, known: ["include_usage"])
      }
    }
  }
}
