import LanguageModeling

/// Byte strings as a tree whose nodes lie in depth-first order, so that a walk is a loop and to skip a subtree is an
/// addition. The tokens of a subtree are a range, since they are sorted by their bytes.
struct TokenTrie: Sendable {
  /// The last byte of each node's path.
  private(set) var bytes: [UInt8] = []  // [node]
  /// The length of each node's path, from 1.
  private(set) var depths: [Int32] = []  // [node]
  /// The node after each node's subtree.
  private(set) var ends: [Int32] = []  // [node]
  /// Where in ``tokens`` those of each node begin: first its own, then its subtree's.
  private(set) var starts: [Int32] = []  // [node + 1]
  private(set) var tokens: [TokenID] = []
  private(set) var greatestDepth = 0

  init(_ texts: [[UInt8]], where isIncluded: ([UInt8]) -> Bool) {
    let order = texts.indices.filter { !texts[$0].isEmpty && isIncluded(texts[$0]) }
      .sorted { texts[$0].lexicographicallyPrecedes(texts[$1]) }
    var path: [Int] = []  // the nodes of the string before
    var last: [UInt8] = []
    for id in order {
      let text = texts[id]
      var shared = 0
      while shared < min(text.count, last.count), text[shared] == last[shared] { shared += 1 }
      while path.count > shared { ends[path.removeLast()] = Int32(bytes.count) }
      for depth in shared..<text.count {
        path.append(bytes.count)
        bytes.append(text[depth])
        depths.append(Int32(depth + 1))
        ends.append(0)
        starts.append(Int32(tokens.count))
      }
      tokens.append(TokenID(id))
      greatestDepth = max(greatestDepth, text.count)
      last = text
    }
    for node in path { ends[node] = Int32(bytes.count) }
    starts.append(Int32(tokens.count))
  }

  var count: Int { bytes.count }

  /// Whether strings go on after a node.
  func hasChildren(_ node: Int) -> Bool { Int(ends[node]) > node + 1 }

  /// The bytes from the root to a node.
  func path(to node: Int) -> [UInt8] {
    var result: [UInt8] = [bytes[node]]
    var depth = depths[node]
    var index = node
    while depth > 1 {
      index -= 1
      if depths[index] < depth {
        depth = depths[index]
        result.append(bytes[index])
      }
    }
    return result.reversed()
  }
}
