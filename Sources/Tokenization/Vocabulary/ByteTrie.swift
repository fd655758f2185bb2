/// Byte strings as a tree: which of them begin at a place of a text. One flat open-addressing table of edges, its hash
/// seeded per trie, so that a file can't be made whose edges all collide.
struct ByteTrie: Sendable {
  /// The value of the string that ends at each node, -1 where none does. The root is node 0.
  private var values: [Int32] = [-1]
  /// (node << 8 | byte) + 1, 0 where free; the count is a power of two and more than 4/3 of the number of edges.
  private var keys: [UInt64]
  /// The node that each edge leads to.
  private var targets: [Int32]
  private let seed = UInt64.random(in: 0 ... .max)

  /// - Parameter minimumByteCount: the most bytes that all strings together will have, as far as it is known.
  init(minimumByteCount: Int = 0) {
    var count = 16
    while 3 * count < 4 * minimumByteCount { count *= 2 }
    keys = Array(repeating: 0, count: count)
    targets = Array(repeating: 0, count: count)
  }

  var isEmpty: Bool { values.count == 1 }

  /// Adds a string that is not empty.
  ///
  /// - Returns: the value of an equal one that is there already; it stays.
  @discardableResult
  mutating func insert(_ bytes: some Collection<UInt8>, value: Int32) -> Int32? {
    var node = 0
    for byte in bytes {
      if let next = self.node(after: node, byte) {
        node = next
        continue
      }
      values.append(-1)
      add(Self.key(node, byte), Int32(truncatingIfNeeded: values.count - 1))
      node = values.count - 1
    }
    guard values[node] < 0 else { return values[node] }
    values[node] = value
    return nil
  }

  /// The node that `byte` leads to from `node`.
  func node(after node: Int, _ byte: UInt8) -> Int? {
    let key = Self.key(node, byte)
    var slot = self.slot(key)
    while keys[slot] != 0 {
      if keys[slot] == key { return Int(targets[slot]) }
      slot = (slot + 1) & (keys.count - 1)
    }
    return nil
  }

  /// The value of the string that ends at a node.
  func value(at node: Int) -> Int32? { values[node] < 0 ? nil : values[node] }

  /// The value of a string.
  func value(of bytes: some Sequence<UInt8>) -> Int32? {
    var node = 0
    for byte in bytes {
      guard let next = self.node(after: node, byte) else { return nil }
      node = next
    }
    return value(at: node)
  }

  private static func key(_ node: Int, _ byte: UInt8) -> UInt64 {
    (UInt64(node) << 8 | UInt64(byte)) + 1
  }

  private mutating func add(_ key: UInt64, _ target: Int32) {
    // Each node but the root has one edge to it.
    if 4 * values.count > 3 * keys.count {
      let (oldKeys, oldTargets) = (keys, targets)
      keys = Array(repeating: 0, count: 2 * oldKeys.count)
      targets = Array(repeating: 0, count: keys.count)
      for (key, target) in zip(oldKeys, oldTargets) where key != 0 { place(key, target) }
    }
    place(key, target)
  }

  private mutating func place(_ key: UInt64, _ target: Int32) {
    var slot = self.slot(key)
    while keys[slot] != 0 { slot = (slot + 1) & (keys.count - 1) }
    (keys[slot], targets[slot]) = (key, target)
  }

  /// Keys are mixed by SplitMix64's finaliser.
  private func slot(_ key: UInt64) -> Int {
    var mixed = key ^ seed
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int(truncatingIfNeeded: mixed ^ (mixed >> 31)) & (keys.count - 1)
  }
}
