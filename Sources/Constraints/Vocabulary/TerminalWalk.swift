import LanguageModeling

/// What the tokens of a tree do from one state of a terminal.
struct TerminalWalk: Sendable {
  /// The tokens that lie wholly within the terminal: those of a run, and others.
  var along: TokenMask?
  var inside: [TokenID] = []
  /// The nodes at which the terminal may end and where tokens go on.
  var ends: [Int32] = []
  /// Nodes in a run of like bytes at which it may end; they are not among ``ends``.
  var run: ByteRun?
}

/// A way through a terminal along which many bytes do the same: `states[0]`, a byte of `first`, `states[1]`, a byte of
/// `others`, `states[2]` and so on.
///
/// The inside of a string is one: nearly all tokens lie in it, and those that do are found by ``ByteIndex`` instead of a
/// walk through every node. What leaves the run is walked.
struct ByteRun: Sendable {
  let first: ByteSet
  let others: ByteSet
  /// Where the run comes back to its last state, that stands once for all lengths.
  let states: [RegularID]
  let isLoop: Bool
  /// The lengths at which the terminal may end.
  let mayEnd: [Bool]  // [states]

  /// A run of fewer kinds of bytes is not worth it.
  static let fewestBytes = 16

  /// The greatest length.
  var length: Int { isLoop ? .max : states.count - 1 }

  func state(after length: Int) -> RegularID { states[min(length, states.count - 1)] }

  func mayEnd(after length: Int) -> Bool { mayEnd[min(length, states.count - 1)] }
}

extension TokenTrie {
  /// Whether the bytes down to a node go along a run.
  func isAlong(_ run: ByteRun, to node: Int32) -> Bool {
    guard Int(nodes[Int(node)].depth) <= run.length else { return false }
    var current = node
    while parents[Int(current)] >= 0 {
      guard run.others.contains(nodes[Int(current)].byte) else { return false }
      current = parents[Int(current)]
    }
    return run.first.contains(nodes[Int(current)].byte)
  }
}

extension RegularTable {
  /// Walks a tree of tokens through a terminal.
  ///
  /// - Parameters:
  ///   - index: that of the tree.
  ///   - needsEnds: whether every end must be among ``TerminalWalk/ends``.
  mutating func walk(
    _ trie: TokenTrie, _ index: ByteIndex, from start: RegularID, needsEnds: Bool,
    _ vocabularyCount: Int
  ) throws(ConstraintError) -> TerminalWalk {
    trim()
    var result = TerminalWalk()
    var path = TriePath()
    var taken = ByteSet()
    if let run = try run(from: start, upTo: trie.greatestDepth),
      !needsEnds || !run.mayEnd.contains(true)
    {
      let exits = try exits(of: run, upTo: trie.greatestDepth)
      var cost = 0
      exits.all.forEach { cost += trie.nodesByByte[Int($0)].count }
      if cost < trie.count / 4 {
        taken = run.first
        result.along = index.tokens(first: run.first, others: run.others, length: run.length)
        if run.mayEnd.contains(true) { result.run = run }
        try walk(trie, leaving: run, by: exits, &path, into: &result)
      }
    }
    for number in try arcs(of: start) {
      let arc = arc(number)
      let state = try living(arc.target)
      guard state != .nothing else { continue }
      for byte in arc.bytes.subtracting(taken).bytes where trie.roots[Int(byte)] >= 0 {
        try walk(trie, Int(trie.roots[Int(byte)]), in: state, &path, into: &result)
      }
    }
    return result
  }

  /// Walks a subtree whose topmost node leads to a state.
  private mutating func walk(
    _ trie: TokenTrie, _ root: Int, in state: RegularID, _ path: inout TriePath,
    into result: inout TerminalWalk
  ) throws(ConstraintError) {
    var state = state
    var node = root
    while true {
      for index in trie.nodes[node].tokens..<trie.nodes[node + 1].tokens {
        result.inside.append(trie.tokens[Int(index)])
      }
      if trie.hasChildren(node) {
        if isNullable(state) { result.ends.append(Int32(node)) }
        path.push(trie.children(of: node), in: try row(of: state))
      }
      // The next child that can be reached.
      var next: Int?
      while next == nil, let (child, start) = path.next() {
        let raw = rows[start + Int(trie.childBytes[child])]
        guard raw != 0 else { continue }
        state = try living(RegularID(index: raw))
        if state != .nothing { next = Int(trie.children[child]) }
      }
      guard let next else { return }
      node = next
    }
  }

  // MARK: - Runs

  /// The run of most bytes from a state, if there is one.
  private mutating func run(
    from start: RegularID, upTo depth: Int
  ) throws(ConstraintError) -> ByteRun? {
    guard let (first, second) = try widest(from: start, within: .all) else { return nil }
    var states = [start, second]
    var others = ByteSet.all
    var isLoop = false
    while states.count <= depth {
      let last = states[states.count - 1]
      guard let (bytes, next) = try widest(from: last, within: others) else { break }
      others = bytes
      if next == last {
        isLoop = true
        break
      }
      states.append(next)
    }
    guard isLoop || states.count > 2 else { return nil }
    let mayEnd = states.enumerated().map { $0.offset > 0 && isNullable($0.element) }
    return ByteRun(first: first, others: others, states: states, isLoop: isLoop, mayEnd: mayEnd)
  }

  /// The bytes of a set that lead to one state, where they are many.
  private mutating func widest(
    from state: RegularID, within set: ByteSet
  ) throws(ConstraintError) -> (ByteSet, RegularID)? {
    var best: (bytes: ByteSet, target: RegularID)?
    for number in try arcs(of: state) {
      let arc = arc(number)
      let bytes = arc.bytes.intersection(set)
      guard bytes.count >= max(ByteRun.fewestBytes, (best?.bytes.count ?? 0) + 1) else { continue }
      guard try living(arc.target) != .nothing else { continue }
      best = (bytes, arc.target)
    }
    return best
  }

  /// The bytes that leave a run, by what was read of it before.
  private struct Exits {
    var byState: [ByteSet] = []  // [ByteRun.states]
    var all = ByteSet()
  }

  private mutating func exits(
    of run: ByteRun, upTo depth: Int
  ) throws(ConstraintError) -> Exits {
    var exits = Exits()
    for (place, state) in run.states.enumerated() {
      var bytes = try firstBytes(state)
      // The first byte is looked at by itself; the last state of a run that is no loop has no byte of the run.
      let isRunning = run.isLoop || place < run.states.count - 1
      if isRunning { bytes = bytes.subtracting(run.others) }
      if place == 0 || place >= depth { bytes = ByteSet() }
      exits.byState.append(bytes)
      exits.all = exits.all.union(bytes)
    }
    return exits
  }

  private mutating func walk(
    _ trie: TokenTrie, leaving run: ByteRun, by exits: Exits, _ path: inout TriePath,
    into result: inout TerminalWalk
  ) throws(ConstraintError) {
    for byte in exits.all.bytes {
      for node in trie.nodesByByte[Int(byte)] {
        let length = Int(trie.nodes[Int(node)].depth) - 1
        guard exits.byState[min(length, run.states.count - 1)].contains(byte),
          trie.isAlong(run, to: trie.parents[Int(node)])
        else { continue }
        let state = try step(run.state(after: length), byte)
        try walk(trie, Int(node), in: state, &path, into: &result)
      }
    }
  }
}
