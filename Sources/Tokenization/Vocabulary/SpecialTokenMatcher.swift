import LanguageModeling

/// Finds tokens that are written out in text: leftmost first, and of those that begin there the longest.
struct SpecialTokenMatcher: Sendable {
  /// No token is longer, which bounds the work for each byte of text.
  static let longestToken = 1024

  /// The token that ends at each node of a trie, -1 where none does. The root is node 0.
  private var tokens: [TokenID] = [-1]
  /// (node << 8 | byte) to node.
  private var edges: [UInt64: Int32] = [:]
  private var beginsToken = [Bool](repeating: false, count: 256)

  var isEmpty: Bool { tokens.count == 1 }

  /// Adds a token, not empty and at most ``longestToken`` bytes. The first of two equal ones counts.
  mutating func insert(_ bytes: some Collection<UInt8>, token: TokenID) {
    guard let first = bytes.first else { return }
    beginsToken[Int(first)] = true
    var node = 0
    for byte in bytes {
      let key = UInt64(node) << 8 | UInt64(byte)
      if let next = edges[key] {
        node = Int(next)
      } else {
        tokens.append(-1)
        edges[key] = Int32(tokens.count - 1)
        node = tokens.count - 1
      }
    }
    if tokens[node] < 0 { tokens[node] = token }
  }

  /// The next match in `text[start..<end]`.
  func next(in text: [UInt8], from start: Int, to end: Int) -> (range: Range<Int>, token: TokenID)?
  {
    guard !isEmpty else { return nil }
    var begin = start
    while begin < end {
      if beginsToken[Int(text[begin])], let match = longest(in: text, at: begin, to: end) {
        return match
      }
      begin += 1
    }
    return nil
  }

  private func longest(
    in text: [UInt8], at begin: Int, to end: Int
  ) -> (range: Range<Int>, token: TokenID)? {
    var match: (range: Range<Int>, token: TokenID)?
    var node = 0
    var index = begin
    while index < end, let next = edges[UInt64(node) << 8 | UInt64(text[index])] {
      node = Int(next)
      index += 1
      if tokens[node] >= 0 { match = (begin..<index, tokens[node]) }
    }
    return match
  }
}
