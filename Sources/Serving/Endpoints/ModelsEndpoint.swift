import Inference
import JSON

extension Route {
  /// `GET /v1/models`
  static let models = Route(
    method: "GET", path: "/v1/models", summary: "Lists the model.", answer: OpenAPI.modelList
  ) { endpoint, _, _ in
    .json(
      .object([
        JSONMember("object", .string("list")), JSONMember("data", .array([endpoint.modelJSON])),
      ]))
  }

  /// `GET /v1/models/{model}`
  static let model = Route(
    method: "GET", path: "/v1/models/{model}", summary: "Describes the model.",
    answer: OpenAPI.model
  ) { endpoint, _, name in
    try endpoint.checkModel(named: name)
    return .json(endpoint.modelJSON)
  }
}

extension Endpoint {
  fileprivate var modelJSON: JSONValue {
    .object([
      JSONMember("id", .string(modelName)), JSONMember("object", .string("model")),
      JSONMember("created", .integer(started)), JSONMember("owned_by", .string("decode")),
      JSONMember("max_model_len", .integer(model.contextLength)),
    ])
  }

  /// Refuses a model that isn't served: an evaluation would be of another one. A request that names none means this.
  func checkModel(named name: String?) throws(APIError) {
    guard let name, name != modelName, name != model.name else { return }
    throw APIError(
      .notFound, "there is no model \(name) here; there is \(modelName)", parameter: "model",
      code: "model_not_found")
  }
}

extension HTTPResponse {
  /// An answer in JSON.
  static func json(_ value: JSONValue) -> HTTPResponse {
    HTTPResponse(type: "application/json", text: value.text)
  }
}
