/// What answers the requests of an ``HTTPServer``.
public protocol HTTPService: Sendable {
  /// Why a request is refused before its body is read; `nil`: it isn't.
  func refusal(of head: HTTPRequestHead) -> HTTPResponse?

  /// The answer to what is no proper request.
  func response(to fault: HTTPFault) -> HTTPResponse

  /// The answer to a request. The task is cancelled when the client goes away.
  func response(to request: HTTPRequest) async -> HTTPResponse

  /// Takes note of an answer that was sent, as far as it was.
  func note(_ head: HTTPRequestHead, _ status: HTTPStatus, seconds: Double)
}
