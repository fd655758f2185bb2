import LanguageModeling

/// Byte strings as a tree whose nodes lie in depth-first order, so that a walk is a loop and to skip a subtree is an
/// addition. The tokens of a subtree are a range, since they are sorted by their bytes. The bytes that lead on from a node
/// lie side by side, for most of them mostly lead nowhere.
struct TokenTrie: Sendable {
  struct Node: Sendable {
    /// The last byte of the path.
    let byte: UInt8
    /// The length of the path, from 1.
    let depth: Int32
    /// Where in ``TokenTrie/children`` those of the node begin.
    var children: Int32
    /// Where in ``TokenTrie/tokens`` those of the node begin: first its own, then its subtree's.
    let tokens: Int32
  }

  /// And one more, at the end of all.
  private(set) var nodes: [Node] = []
  private(set) var children: [Int32] = []
  private(set) var childBytes: [UInt8] = []  // [child]
  /// The node above each; -1 above those of one byte.
  private(set) var parents: [Int32] = []  // [node]
  /// The nodes of one byte; -1 where there is none.
  private(set) var roots = [Int32](repeating: -1, count: 256)  // [byte]
  /// The nodes of more than one byte, by their last.
  private(set) var nodesByByte = [[Int32]](repeating: [], count: 256)  // [byte]
  private(set) var tokens: [TokenID] = []
  private(set) var greatestDepth = 0

  init(_ texts: [[UInt8]], where isIncluded: ([UInt8]) -> Bool) {
    let order = texts.indices.filter { !texts[$0].isEmpty && isIncluded(texts[$0]) }
      .sorted { texts[$0].lexicographicallyPrecedes(texts[$1]) }
    var path: [Int32] = []  // the nodes of the string before
    var last: [UInt8] = []
    for id in order {
      let text = texts[id]
      var shared = 0
      while shared < min(text.count, last.count), text[shared] == last[shared] { shared += 1 }
      path.removeLast(path.count - shared)
      for depth in shared..<text.count {
        let node = Int32(nodes.count)
        if depth == 0 {
          roots[Int(text[0])] = node
        } else {
          nodesByByte[Int(text[depth])].append(node)
        }
        parents.append(path.last ?? -1)
        path.append(node)
        nodes.append(
          Node(byte: text[depth], depth: Int32(depth + 1), children: 0, tokens: Int32(tokens.count))
        )
      }
      tokens.append(TokenID(id))
      greatestDepth = max(greatestDepth, text.count)
      last = text
    }
    nodes.append(Node(byte: 0, depth: 0, children: 0, tokens: Int32(tokens.count)))
    linkChildren()
  }

  private mutating func linkChildren() {
    for parent in parents where parent >= 0 { nodes[Int(parent) + 1].children += 1 }
    for node in nodes.indices.dropFirst() { nodes[node].children += nodes[node - 1].children }
    children = Array(repeating: 0, count: Int(nodes[count].children))
    childBytes = Array(repeating: 0, count: children.count)
    var next = nodes.map { Int($0.children) }
    for (node, parent) in parents.enumerated() where parent >= 0 {
      children[next[Int(parent)]] = Int32(node)
      childBytes[next[Int(parent)]] = nodes[node].byte
      next[Int(parent)] += 1
    }
  }

  /// How many nodes there are.
  var count: Int { nodes.count - 1 }

  /// The places of a node's children in ``children``.
  func children(of node: Int) -> Range<Int> {
    Int(nodes[node].children)..<Int(nodes[node + 1].children)
  }

  /// Whether strings go on after a node.
  func hasChildren(_ node: Int) -> Bool { nodes[node].children < nodes[node + 1].children }

  /// The bytes from the root to a node.
  func path(to node: Int) -> [UInt8] {
    var result: [UInt8] = []
    var current = node
    while current >= 0 {
      result.append(nodes[current].byte)
      current = Int(parents[current])
    }
    return result.reversed()
  }
}

/// Where a walk of a tree is: the nodes above, each with a state and the children still to come.
struct TriePath {
  private var frames: [(next: Int, end: Int, state: Int)] = []

  mutating func push(_ children: Range<Int>, in state: Int) {
    frames.append((children.lowerBound, children.upperBound, state))
  }

  /// The next child, and the state above it; `nil` where the walk is done.
  mutating func next() -> (child: Int, state: Int)? {
    while let frame = frames.last {
      if frame.next < frame.end {
        frames[frames.count - 1].next += 1
        return (frame.next, frame.state)
      }
      frames.removeLast()
    }
    return nil
  }
}
