/// An answer over HTTP.
public struct HTTPResponse: Sendable {
  /// What follows the headers.
  public enum Body: Sendable {
    /// Bytes that are there.
    case bytes([UInt8])
    /// Pieces that are written as they come. An error ends the connection without the end of the body.
    case stream(@Sendable (HTTPBodyWriter) async throws -> Void)
  }

  /// Its status.
  public var status: HTTPStatus
  /// Its headers, in their order, without those of the body's length and the connection.
  public var headers: [(name: String, value: String)]
  /// Its body.
  public var body: Body

  /// An answer.
  public init(
    _ status: HTTPStatus, headers: [(name: String, value: String)] = [], body: Body = .bytes([])
  ) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// An answer with a text.
  public init(
    _ status: HTTPStatus = .ok, type: String, text: String,
    headers: [(name: String, value: String)] = []
  ) {
    self.init(
      status, headers: [("Content-Type", type)] + headers, body: .bytes(Array(text.utf8)))
  }

  /// The first line and the headers as they are sent.
  ///
  /// - Parameter own: those of the body's length and the connection.
  func head(_ own: [(name: String, value: String)]) -> String {
    var text = "HTTP/1.1 \(status.code) \(status.phrase)\r\n"
    for (name, value) in headers + own { text += "\(name): \(value)\r\n" }
    return text + "\r\n"
  }
}

/// Where a response that comes in pieces is written.
public struct HTTPBodyWriter: Sendable {
  private let send: @Sendable (String) async throws -> Void

  /// A writer that hands pieces to `send`.
  public init(_ send: @escaping @Sendable (String) async throws -> Void) {
    self.send = send
  }

  /// Sends a piece, at once. It returns when the client's side has taken it in; slow clients make it wait.
  public func write(_ piece: String) async throws {
    if !piece.isEmpty { try await send(piece) }
  }
}

/// The status of a response.
public struct HTTPStatus: Hashable, Sendable {
  /// The number.
  public let code: Int
  /// The words beside it.
  public let phrase: String

  private init(_ code: Int, _ phrase: String) {
    self.code = code
    self.phrase = phrase
  }

  /// 200.
  public static let ok = HTTPStatus(200, "OK")
  /// 204.
  public static let noContent = HTTPStatus(204, "No Content")
  /// 400.
  public static let badRequest = HTTPStatus(400, "Bad Request")
  /// 401.
  public static let unauthorized = HTTPStatus(401, "Unauthorized")
  /// 403.
  public static let forbidden = HTTPStatus(403, "Forbidden")
  /// 404.
  public static let notFound = HTTPStatus(404, "Not Found")
  /// 405.
  public static let methodNotAllowed = HTTPStatus(405, "Method Not Allowed")
  /// 408.
  public static let requestTimeout = HTTPStatus(408, "Request Timeout")
  /// 413.
  public static let bodyTooLarge = HTTPStatus(413, "Content Too Large")
  /// 429.
  public static let tooManyRequests = HTTPStatus(429, "Too Many Requests")
  /// 431.
  public static let headTooLarge = HTTPStatus(431, "Request Header Fields Too Large")
  /// 500.
  public static let internalError = HTTPStatus(500, "Internal Server Error")
  /// 501.
  public static let notImplemented = HTTPStatus(501, "Not Implemented")
  /// 503.
  public static let unavailable = HTTPStatus(503, "Service Unavailable")
  /// 505.
  public static let versionNotSupported = HTTPStatus(505, "HTTP Version Not Supported")
}
