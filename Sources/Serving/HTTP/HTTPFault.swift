/// What is wrong with a request before anybody looks at what it asks for.
public enum HTTPFault: Error, Hashable, Sendable {
  /// It is no request of HTTP, in a sentence.
  case malformed(String)
  /// Another version than 1.0 and 1.1.
  case version(String)
  /// A transfer coding other than `chunked`.
  case coding(String)
  /// Its first line and headers are longer, or more, than is allowed.
  case headTooLarge
  /// Its body is longer than is allowed.
  case bodyTooLarge(limit: Int)
  /// The bodies of other requests take the room.
  case noRoomForBody
  /// It didn't arrive in time.
  case timedOut(seconds: Int)

  /// The status that answers it.
  public var status: HTTPStatus {
    switch self {
    case .malformed: .badRequest
    case .version: .versionNotSupported
    case .coding: .notImplemented
    case .headTooLarge: .headTooLarge
    case .bodyTooLarge: .bodyTooLarge
    case .noRoomForBody: .tooManyRequests
    case .timedOut: .requestTimeout
    }
  }
}

extension HTTPFault: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .malformed(let sentence): "this is no HTTP request: \(sentence)"
    case .version(let version): "\(version) is not spoken here; use HTTP/1.1"
    case .coding(let coding): "the transfer coding \(coding) is not supported; use chunked"
    case .headTooLarge: "the headers are too long; send fewer or shorter ones"
    case .bodyTooLarge(let limit):
      "the body is longer than the \(limit) bytes that are allowed; send less at a time"
    case .noRoomForBody: "the bodies of other requests take the room; ask again later"
    case .timedOut(let seconds): "the request didn't arrive within \(seconds) seconds"
    }
  }
}
