import Decoding
import Generation
import Inference
import JSON

/// Why a request isn't answered, in the terms of OpenAI's errors.
public struct APIError: Error, Hashable, Sendable {
  /// The status of the answer.
  public var status: HTTPStatus
  /// What is wrong, and what to do.
  public var message: String
  /// The field that it is about, where it is about one.
  public var parameter: String?
  /// A word for programs: `context_length_exceeded`.
  public var code: String?

  /// An error.
  public init(
    _ status: HTTPStatus, _ message: String, parameter: String? = nil, code: String? = nil
  ) {
    self.status = status
    self.message = message
    self.parameter = parameter
    self.code = code
  }

  /// A field that can't be used.
  static func invalid(_ field: String, _ reason: String) -> APIError {
    APIError(.badRequest, "\(field) \(reason)", parameter: field)
  }

  /// The kind of error, as OpenAI calls it.
  var type: String {
    switch status {
    case .unauthorized: "authentication_error"
    case .forbidden: "permission_error"
    case .notFound: "not_found_error"
    case .tooManyRequests: "rate_limit_error"
    case .internalError, .unavailable: "server_error"
    default: "invalid_request_error"
    }
  }

  /// The answer's body.
  var json: JSONValue {
    .object([
      JSONMember(
        "error",
        .object([
          JSONMember("message", .string(message)), JSONMember("type", .string(type)),
          JSONMember("param", parameter.map(JSONValue.string) ?? .null),
          JSONMember("code", code.map(JSONValue.string) ?? .null),
        ]))
    ])
  }

  /// The answer.
  var response: HTTPResponse {
    var headers: [(name: String, value: String)] = []
    if status == .tooManyRequests { headers.append(("Retry-After", "1")) }
    if status == .unauthorized { headers.append(("WWW-Authenticate", "Bearer")) }
    return HTTPResponse(status, type: "application/json", text: json.text, headers: headers)
  }
}

extension APIError {
  init(_ error: InferenceError) {
    switch error {
    case .decoding(let failure): self.init(failure)
    case .promptTooLong:
      self.init(.badRequest, "\(error)", parameter: "prompt", code: "context_length_exceeded")
    case .settings(let error): self.init(error)
    case .tokenOutOfRange(let name, _, _):
      self.init(.badRequest, "\(error)", parameter: name)
    default: self.init(.badRequest, "\(error)")
    }
  }

  init(_ error: SettingsError) {
    switch error {
    case .invalid(let parameter, _, _), .ignored(let parameter, _, _, _, _):
      self.init(.badRequest, "\(error)", parameter: parameter.key)
    default: self.init(.badRequest, "\(error)")
    }
  }

  init(_ failure: DecodingFailure) {
    switch failure {
    case .model, .draftModel, .notFinite: self.init(.internalError, "\(failure)")
    default: self.init(.badRequest, "\(failure)")
    }
  }

  init(_ refusal: EngineRefusal) {
    switch refusal {
    case .full: self.init(.tooManyRequests, "\(refusal)", code: "rate_limit_exceeded")
    case .tooMany: self.init(.badRequest, "\(refusal)", parameter: "prompt")
    }
  }
}
