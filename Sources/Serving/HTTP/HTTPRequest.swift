/// What stands before the body of a request: its first line and its headers.
public struct HTTPRequestHead: Hashable, Sendable {
  /// A header: its name in small letters, and its value without the space around it.
  public struct Header: Hashable, Sendable {
    /// The name, in small letters.
    public var name: String
    /// The value.
    public var value: String
  }

  /// How a body says where it ends.
  enum Framing: Hashable, Sendable {
    /// After so many bytes.
    case length(Int)
    /// With a chunk that is empty.
    case chunked
  }

  /// What is asked for, such as `POST`.
  public var method: String
  /// Where, without the query, and with its percent signs: `/v1/models`.
  public var path: String
  /// What stands after the question mark.
  public var query: String?
  /// Whether the client speaks HTTP/1.1; else 1.0.
  public var isVersion11: Bool
  /// The headers, in their order.
  public var headers: [Header]
  /// Where the body ends.
  var framing: Framing

  /// The value of the first header of a name in small letters.
  public subscript(name: String) -> String? {
    headers.first { $0.name == name }?.value
  }

  /// Whether the client goes on with the connection after the response.
  var keepsConnection: Bool {
    let words = words(of: "connection")
    return isVersion11 ? !words.contains("close") : words.contains("keep-alive")
  }

  /// Whether the client waits for permission to send the body.
  var waitsForPermission: Bool { words(of: "expect").contains("100-continue") }

  private func words(of name: String) -> [String] {
    headers.filter { $0.name == name }
      .flatMap { $0.value.split(separator: ",") }
      .map { $0.trimmingSpaces.lowercased() }
  }
}

/// A request as it came over HTTP.
public struct HTTPRequest: Hashable, Sendable {
  /// Its first line and its headers.
  public var head: HTTPRequestHead
  /// The body; empty where there is none.
  public var body: [UInt8]

  /// A request.
  public init(head: HTTPRequestHead, body: [UInt8] = []) {
    self.head = head
    self.body = body
  }
}

extension StringProtocol {
  /// The text without spaces and tabs around it.
  var trimmingSpaces: String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    let start = drop(while: isSpace)
    guard let last = start.lastIndex(where: { !isSpace($0) }) else { return "" }
    return String(start[...last])
  }
}
