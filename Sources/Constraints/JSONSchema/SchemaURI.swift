/// Just enough of RFC 3986 to resolve references between schemas.
struct SchemaURI: Hashable, Sendable {
  private var scheme: String?
  private var authority: String?
  private var path: String
  private var query: String?
  /// What stands after “#”, percent-decoded; `nil` without one.
  private(set) var fragment: String?

  init(_ text: String) {
    var rest = text[...]
    if let mark = rest.firstIndex(of: "#") {
      fragment = Self.decoded(rest[rest.index(after: mark)...])
      rest = rest[..<mark]
    }
    if let mark = rest.firstIndex(of: "?") {
      query = String(rest[rest.index(after: mark)...])
      rest = rest[..<mark]
    }
    if let colon = rest.firstIndex(of: ":"),
      rest[..<colon].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
      ),
      rest.first?.isLetter == true
    {
      scheme = rest[..<colon].lowercased()
      rest = rest[rest.index(after: colon)...]
    }
    if rest.hasPrefix("//") {
      rest = rest.dropFirst(2)
      let end = rest.firstIndex(of: "/") ?? rest.endIndex
      authority = String(rest[..<end])
      rest = rest[end...]
    }
    path = String(rest)
  }

  /// The URI without its fragment.
  var withoutFragment: SchemaURI {
    var result = self
    result.fragment = nil
    return result
  }

  /// The URI that `reference` stands for in a document at this one (RFC 3986, 5.2).
  func resolving(_ reference: SchemaURI) -> SchemaURI {
    var result = reference
    guard reference.scheme == nil else { return result }
    result.scheme = scheme
    guard reference.authority == nil else { return result }
    result.authority = authority
    if reference.path.isEmpty {
      result.path = path
      if reference.query == nil { result.query = query }
      return result
    }
    if !reference.path.hasPrefix("/") {
      let directory = path.lastIndex(of: "/").map { path[...$0] } ?? (authority != nil ? "/" : "")
      result.path = directory + reference.path
    }
    result.path = Self.removingDots(result.path)
    return result
  }

  private static func removingDots(_ path: String) -> String {
    var segments: [Substring] = []
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      switch part {
      case ".": if isLast { segments.append("") }
      case "..":
        if segments.count > 1 || segments.first.map({ !$0.isEmpty }) == true {
          segments.removeLast()
        }
        if isLast { segments.append("") }
      default: segments.append(part)
      }
    }
    return segments.joined(separator: "/")
  }

  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
