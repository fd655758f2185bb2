import Foundation
public import Inference
import JSON
import Models

/// OpenAI's API over a model, for evaluators: exact log-probabilities, of prompts too, and answers that never depend on
/// what others ask.
///
/// ```swift
/// let endpoint = Endpoint(model: model, engine: try Engine(model), options: EndpointOptions())
/// let server = try HTTPServer(host: "127.0.0.1", port: 8080, service: endpoint)
/// ```
public struct Endpoint: HTTPService {
  /// The model.
  public let model: Model
  /// The model at work.
  public let engine: Engine
  /// What the endpoint says and allows.
  public let options: EndpointOptions
  let metrics = ServingMetrics()
  let spelling: TokenSpelling
  let started = Int(Date().timeIntervalSince1970)

  /// An endpoint.
  public init(model: Model, engine: Engine, options: EndpointOptions = EndpointOptions()) {
    self.model = model
    self.engine = engine
    self.options = options
    spelling = TokenSpelling(model.loaded.tokenizer)
  }

  /// The name under which the model goes.
  public var modelName: String { options.modelName ?? model.name }

  // MARK: - Service

  /// Refuses what nobody answers here, what has no key, and what comes from pages of the web, unless they are allowed.
  public func refusal(of head: HTTPRequestHead) -> HTTPResponse? {
    do {
      try check(head)
      return nil
    } catch {
      return finished(error.response, for: head)
    }
  }

  private func check(_ head: HTTPRequestHead) throws(APIError) {
    if let origin = head["origin"], !options.allows(origin: origin) {
      throw APIError(
        .forbidden, "pages of \(origin) may not ask here; allow them with --cors-origin")
    }
    if head.method == "OPTIONS", options.corsOrigin != nil { return }
    let method = head.method == "HEAD" ? "GET" : head.method
    let routes = EndpointCatalogue.routes.filter { $0.argument(in: head.path) != nil }
    guard !routes.isEmpty else {
      let paths = EndpointCatalogue.routes.map(\.path).joined(separator: ", ")
      throw APIError(.notFound, "there is nothing at \(head.path); there is \(paths)")
    }
    guard let route = routes.first(where: { $0.method == method }) else {
      let methods = routes.map(\.method).joined(separator: ", ")
      throw APIError(.methodNotAllowed, "\(head.path) is asked with \(methods)")
    }
    guard route.isOpen || options.accepts(authorization: head["authorization"]) else {
      throw APIError(
        .unauthorized, "the key is missing or wrong; send it as Authorization: Bearer KEY",
        code: "invalid_api_key")
    }
  }

  /// OpenAI's error for what is no proper request.
  public func response(to fault: HTTPFault) -> HTTPResponse {
    APIError(fault.status, "\(fault)").response
  }

  /// The answer of the endpoint at the request's path.
  public func response(to request: HTTPRequest) async -> HTTPResponse {
    let head = request.head
    if head.method == "OPTIONS" { return finished(HTTPResponse(.noContent), for: head) }
    let method = head.method == "HEAD" ? "GET" : head.method
    for route in EndpointCatalogue.routes where route.method == method {
      guard let argument = route.argument(in: head.path) else { continue }
      do {
        return finished(try await route.handle(self, request, argument), for: head)
      } catch let error as APIError {
        return finished(error.response, for: head)
      } catch {
        // The client is gone, or the server ends.
        return finished(
          APIError(.unavailable, "the request was cancelled; ask again").response, for: head)
      }
    }
    return finished(APIError(.notFound, "there is nothing at \(head.path)").response, for: head)
  }

  /// Counts an answer.
  public func note(_ head: HTTPRequestHead, _ status: HTTPStatus, seconds: Double) {
    let route = EndpointCatalogue.routes.first { $0.argument(in: head.path) != nil }
    metrics.note(path: route?.path, status: status.code, seconds: seconds)
    options.log?(
      "\(head.method) \(head.path) \(status.code) \(Int((seconds * 1000).rounded())) ms")
  }

  /// The answer with what pages of the web need, where they are allowed.
  private func finished(_ response: HTTPResponse, for head: HTTPRequestHead) -> HTTPResponse {
    guard let allowed = options.corsOrigin, head["origin"] != nil else { return response }
    var response = response
    response.headers += [
      ("Access-Control-Allow-Origin", allowed), ("Vary", "Origin"),
      ("Access-Control-Allow-Methods", "GET, POST"),
      ("Access-Control-Allow-Headers", "Authorization, Content-Type"),
    ]
    return response
  }
}

/// What an ``Endpoint`` says and allows.
public struct EndpointOptions: Sendable {
  /// The name under which the model goes; `nil`: its own.
  public var modelName: String?
  /// The key that requests must bring; `nil`: none.
  public var apiKey: String?
  /// The origin whose pages may ask, or `*`; `nil`: no page of the web may.
  public var corsOrigin: String?
  /// Takes a line about each answer; `nil`: nobody does.
  public var log: (@Sendable (String) -> Void)?

  /// What ``Endpoint`` says and allows by default: no key, no page.
  public init() {}

  func allows(origin: String) -> Bool { corsOrigin == "*" || corsOrigin == origin }

  /// Whether a header brings the key. It takes the same time for all that don't.
  func accepts(authorization: String?) -> Bool {
    guard let apiKey else { return true }
    let words = (authorization ?? "").split(separator: " ", maxSplits: 1)
    guard words.count == 2, words[0].lowercased() == "bearer" else { return false }
    let (given, key) = (Array(words[1].utf8), Array(apiKey.utf8))
    var difference = given.count ^ key.count
    for index in key.indices {
      difference |= Int(key[index] ^ (index < given.count ? given[index] : 0))
    }
    return difference == 0
  }
}
