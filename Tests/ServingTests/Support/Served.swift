import Foundation
import Inference
import JSON
import Serving

/// An endpoint over the embedded model, asked without a network.
struct Served: Sendable {
  static let model = Result { try Model.embedded() }

  let model: Model
  let endpoint: Endpoint

  init(_ options: EndpointOptions = EndpointOptions(), requestLimit: Int = 64) throws {
    model = try Self.model.get()
    endpoint = Endpoint(
      model: model, engine: try Engine(model, requestLimit: requestLimit), options: options)
  }

  /// The answer to a request: its status and its body.
  func ask(
    _ method: String, _ path: String, _ body: String = "",
    headers: String = ""
  ) async throws -> (status: Int, body: String) {
    let text = "\(method) \(path) HTTP/1.1\r\nHost: x\r\n\(headers)\r\n"
    let head = try HTTPRequestHead(parsing: Array(text.utf8))
    let response: HTTPResponse
    if let refusal = endpoint.refusal(of: head) {
      response = refusal
    } else {
      response = await endpoint.response(to: HTTPRequest(head: head, body: Array(body.utf8)))
    }
    return (response.status.code, try await response.collected)
  }

  /// The JSON that answers a `POST`.
  func post(_ path: String, _ body: String) async throws -> JSONValue {
    let (status, text) = try await ask("POST", path, body)
    let value = try JSONValue(parsing: Array(text.utf8))
    return .object((value.members ?? []) + [JSONMember("status", .integer(status))])
  }
}

extension HTTPResponse {
  /// The whole body.
  var collected: String {
    get async throws {
      switch body {
      case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
      case .stream(let write):
        let pieces = Pieces()
        try await write(HTTPBodyWriter { piece in await pieces.add(piece) })
        return await pieces.text
      }
    }
  }
}

private actor Pieces {
  var text = ""
  func add(_ piece: String) { text += piece }
}

extension JSONValue {
  /// An element of a list.
  subscript(index: Int) -> JSONValue? {
    if case .array(let items) = self, items.indices.contains(index) { items[index] } else { nil }
  }

  /// The elements of a list.
  var items: [JSONValue] { if case .array(let items) = self { items } else { [] } }

  /// The whole number, if it is one.
  var integer: Int? { if case .integer(let number) = self { number } else { nil } }
}

/// The JSON of a stream's events, but for the end.
func events(of stream: String) throws -> [JSONValue] {
  let parts = stream.components(separatedBy: "\n\n").filter { !$0.isEmpty }
  guard parts.last == "data: [DONE]" else { throw NoEnd(stream: stream) }
  return try parts.dropLast().map { try JSONValue(parsing: Array($0.dropFirst(6).utf8)) }
}

struct NoEnd: Error { var stream: String }
