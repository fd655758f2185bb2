import Inference
import JSON

extension Route {
  /// `GET /health`
  static let health = Route(
    method: "GET", path: "/health", summary: "Says that the server is up.",
    answer: OpenAPI.object(["status": OpenAPI.string]), isOpen: true
  ) { _, _, _ in
    .json(.object([JSONMember("status", .string("ok"))]))
  }

  /// `GET /metrics`
  static let metrics = Route(
    method: "GET", path: "/metrics", summary: "Counts and times, as Prometheus reads them.",
    answerType: "text/plain; version=0.0.4"
  ) { endpoint, _, _ in
    HTTPResponse(
      type: "text/plain; version=0.0.4", text: endpoint.metrics.text(endpoint.engine.counts))
  }

  /// `GET /openapi.json`
  static let openAPI = Route(
    method: "GET", path: "/openapi.json", summary: "Describes the endpoints, as OpenAPI has it.",
    answer: OpenAPI.object([:]), isOpen: true
  ) { _, _, _ in
    .json(OpenAPI.document)
  }
}
