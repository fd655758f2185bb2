/// Gives n-grams numbers: an n-gram is a node of a trie over symbols, and its number is the node's.
///
/// Texts whose n-grams are to be compared are counted with one trie. Numbers follow the order of first appearance.
struct NGramTrie {
  /// The number of the empty n-gram.
  static let root: UInt32 = 0

  private var children: [UInt64: UInt32] = [:]
  private var last = Self.root

  /// The n-gram that `node` and then `symbol` make.
  mutating func child(of node: UInt32, _ symbol: UInt32) -> UInt32 {
    let key = UInt64(node) << 32 | UInt64(symbol)
    if let known = children[key] { return known }
    last += 1
    children[key] = last
    return last
  }

  /// The number of a whole sequence, such as a word of scalars.
  mutating func node(of symbols: some Sequence<UInt32>) -> UInt32 {
    var node = Self.root
    for symbol in symbols { node = child(of: node, symbol) }
    return node
  }

  /// The numbers of words, which serve as symbols in another trie.
  mutating func nodes<Word: Sequence<Unicode.Scalar>>(of words: [Word]) -> [UInt32] {
    words.map { word in node(of: word.lazy.map(\.value)) }
  }

  /// How often each n-gram of `symbols` occurs, for n from 1 to `order`.
  ///
  /// - Complexity: O(*nL* log *L*) for *L* symbols.
  mutating func counts(of symbols: [UInt32], upTo order: Int) -> NGramCounts {
    var counts = NGramCounts()
    // The n-gram that begins at each place.
    var nodes = [UInt32](repeating: Self.root, count: symbols.count)
    for length in stride(from: 1, through: order, by: 1) {
      nodes.removeLast(nodes.count - max(0, symbols.count - length + 1))
      for index in nodes.indices {
        nodes[index] = child(of: nodes[index], symbols[index + length - 1])
      }
      counts.append(nodes.sorted())
    }
    return counts
  }
}
