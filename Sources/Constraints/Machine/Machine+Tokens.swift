import LanguageModeling

extension Thread {
  /// Whether what follows the terminal depends on its text.
  func capture(in grammar: Grammar) -> Bool {
    if next != .end, case .capture = grammar[next].first { true } else { false }
  }
}

extension Machine {
  /// The state after a thread's terminal ends.
  ///
  /// - Parameter path: what was still read of it, where that matters.
  mutating func finish(_ thread: Thread, after path: [UInt8]) throws(ConstraintError) -> StateID {
    var next = thread.next
    if next != .end, case .capture(let family, let state, let text) = grammar[next].first {
      var longer = text
      for byte in path { longer = try grammar.appending(byte, to: longer) }
      next = try grammar.sequence(
        .capture(family: family, state: state, text: longer), grammar[next].rest)
    }
    return try state(after: Link(next: next, stacks: thread.stacks))
  }

  /// Adds the tokens under a node that may follow in a state.
  mutating func walk(
    _ trie: TokenTrie, under root: Int, from start: StateID, into mask: inout TokenMask
  ) throws(ConstraintError) {
    var path = TriePath()
    path.push(trie.children(of: root), in: Int(start.index))
    while let (child, above) = path.next() {
      let state = try step(StateID(index: Int32(above)), trie.childBytes[child])
      guard state != .dead else { continue }
      let node = Int(trie.children[child])
      for index in trie.nodes[node].tokens..<trie.nodes[node + 1].tokens {
        mask[trie.tokens[Int(index)]] = true
      }
      if trie.hasChildren(node) { path.push(trie.children(of: node), in: Int(state.index)) }
    }
  }

  /// Adds the tokens that go on in a state after a run that may end.
  mutating func walk(
    _ trie: TokenTrie, after run: ByteRun, from start: StateID, into mask: inout TokenMask
  ) throws(ConstraintError) {
    for byte in try nextBytes(start).bytes {
      let state = try step(start, byte)
      for node in trie.nodesByByte[Int(byte)] {
        let length = Int(trie.nodes[Int(node)].depth) - 1
        guard run.mayEnd(after: length), trie.isAlong(run, to: trie.parents[Int(node)]) else {
          continue
        }
        for index in trie.nodes[Int(node)].tokens..<trie.nodes[Int(node) + 1].tokens {
          mask[trie.tokens[Int(index)]] = true
        }
        try walk(trie, under: Int(node), from: state, into: &mask)
      }
    }
  }
}
