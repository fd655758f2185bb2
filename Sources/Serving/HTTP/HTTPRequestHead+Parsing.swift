extension HTTPRequestHead {
  /// The most headers of a request.
  static let maximumHeaderCount = 100

  /// Reads a head (RFC 9112): its lines up to the empty one, which may be there or not.
  ///
  /// What could be read in two ways is refused: two lengths, a length beside a transfer coding, folded lines, spaces
  /// before a colon, other control characters.
  ///
  /// - Throws: ``HTTPFault`` for what is no request.
  public init(parsing bytes: some Collection<UInt8>) throws(HTTPFault) {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { Self.line($0) }
    while lines.last?.isEmpty == true { lines.removeLast() }
    guard let first = lines.first, let requestLine = Self.text(first) else {
      throw .malformed("the first line is no request")
    }
    let words = requestLine.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard words.count == 3, !words[0].isEmpty, words[0].utf8.allSatisfy(Self.isTokenByte) else {
      throw .malformed("the first line is no method, target and version")
    }
    guard words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0" else {
      guard words[2].hasPrefix("HTTP/") else {
        throw .malformed("the first line is no method, target and version")
      }
      throw .version(words[2])
    }
    method = words[0]
    isVersion11 = words[2] == "HTTP/1.1"
    (path, query) = try Self.target(words[1])
    headers = []
    guard lines.count - 1 <= Self.maximumHeaderCount else { throw .headTooLarge }
    for line in lines.dropFirst() { headers.append(try Self.header(line)) }
    framing = try Self.framing(headers)
  }

  private static func line(_ bytes: some BidirectionalCollection<UInt8>) -> [UInt8] {
    Array(bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes[...])
  }

  private static func line(_ bytes: some Collection<UInt8>) -> [UInt8] {
    line(Array(bytes))
  }

  /// The text of a line, unless it holds control characters or isn't UTF-8.
  private static func text(_ bytes: [UInt8]) -> String? {
    guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func header(_ bytes: [UInt8]) throws(HTTPFault) -> Header {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0,
      bytes[..<colon].allSatisfy(isTokenByte), let value = text(Array(bytes[(colon + 1)...]))
    else { throw .malformed("a header is no name, colon and value") }
    return Header(
      name: String(decoding: bytes[..<colon], as: UTF8.self).lowercased(),
      value: value.trimmingSpaces)
  }

  /// The path and the query of a target in origin form, or of the absolute one that proxies get.
  private static func target(_ text: String) throws(HTTPFault) -> (path: String, query: String?) {
    var rest = text[...]
    if !rest.hasPrefix("/"), rest != "*" {
      guard rest.hasPrefix("http://"),
        let slash = rest.dropFirst(7).firstIndex(of: "/")
      else { throw .malformed("the target of the request is no path") }
      rest = rest[slash...]
    }
    if let number = rest.firstIndex(of: "#") { rest = rest[..<number] }
    let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    return (parts.first.map(String.init) ?? "/", parts.count > 1 ? String(parts[1]) : nil)
  }

  private static func framing(_ headers: [Header]) throws(HTTPFault) -> Framing {
    let lengths = headers.filter { $0.name == "content-length" }
    let codings = headers.filter { $0.name == "transfer-encoding" }
    guard codings.isEmpty else {
      guard lengths.isEmpty else {
        throw .malformed("Content-Length and Transfer-Encoding contradict each other")
      }
      guard codings.count == 1, codings[0].value.lowercased() == "chunked" else {
        throw .coding(codings[0].value)
      }
      return .chunked
    }
    guard let first = lengths.first else { return .length(0) }
    guard lengths.count == 1, !first.value.isEmpty,
      first.value.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { throw .malformed("Content-Length is no number") }
    // A number beyond all limits is too large like others.
    return .length(Int(first.value) ?? .max)
  }

  /// Whether a byte may stand in a method or in the name of a header (RFC 9110, *token*).
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: Array("!#$%&'*+-.^_`|~".utf8).contains(byte)
    }
  }
}
