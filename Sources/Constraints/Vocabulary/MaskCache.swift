import LanguageModeling

/// Masks that were computed, and what they are made of.
struct MaskCache: Sendable {
  /// What a terminal's state says about tokens by itself.
  private struct Terminal {
    /// The tokens that lie wholly within the terminal.
    let inside: TokenMask
    /// The nodes of the short tree, and of the long, at which the terminal may end and where tokens go on.
    let shortEnds: [Int32]
    let longEnds: [Int32]
  }

  private(set) var masks: [StateID: TokenMask] = [:]
  private var terminals: [RegularID: Terminal] = [:]
  /// Terminals with counts that no short token exhausts, by themselves.
  private var clipped: [RegularID: RegularID] = [:]
  private var shortWalks: [RegularID: Walk] = [:]
  private var words = 0

  /// Masks and terminals are dropped where they would hold more than this.
  private static let mostWords = 1 << 22  // 32 MiB

  mutating func keep(_ mask: TokenMask, of state: StateID) {
    masks[state] = mask
    count(mask.words.count)
  }

  private mutating func count(_ more: Int) {
    words += more
    guard words > Self.mostWords else { return }
    masks.removeAll()
    terminals.removeAll()
    shortWalks.removeAll()
    words = 0
  }

  /// The tokens whose bytes may follow in `state`.
  mutating func mask(
    _ state: StateID, _ vocabulary: TokenVocabulary, in machine: inout Machine
  ) throws(ConstraintError) -> TokenMask {
    var mask = TokenMask(vocabularyCount: vocabulary.count)
    for thread in machine[state].threads {
      guard let regular = thread.regular else { continue }
      let terminal = try self.terminal(regular, vocabulary, in: &machine)
      mask.formUnion(terminal.inside)
      var after: StateID?
      for (trie, ends) in [
        (vocabulary.short, terminal.shortEnds), (vocabulary.long, terminal.longEnds),
      ] {
        for node in ends {
          let from: StateID
          if let after {
            from = after
          } else {
            let path = trie.path(to: Int(node))
            let (state, dependsOnText) = try machine.finish(thread, after: path)
            from = state
            if !dependsOnText { after = state }
          }
          try machine.walk(trie, under: Int(node), from: from, into: &mask)
        }
      }
    }
    return mask
  }

  private mutating func terminal(
    _ regular: RegularID, _ vocabulary: TokenVocabulary, in machine: inout Machine
  ) throws(ConstraintError) -> Terminal {
    if let known = terminals[regular] { return known }
    // Tokens of the short tree cannot tell a great count from none; the few long ones are walked with the true counts.
    let stand: RegularID
    if let known = clipped[regular] {
      stand = known
    } else {
      stand = try machine.grammar.regular.clippingCounts(
        of: regular, beyond: TokenVocabulary.shortLength)
      clipped[regular] = stand
    }
    let short: Walk
    if let known = shortWalks[stand] {
      short = known
    } else {
      short = try machine.grammar.regular.walk(vocabulary.short, from: stand, vocabulary.count)
      shortWalks[stand] = short
      count(short.inside.words.count + short.ends.count / 2)
    }
    let long = try machine.grammar.regular.walk(vocabulary.long, from: regular, vocabulary.count)
    var inside = short.inside
    inside.formUnion(long.inside)
    let terminal = Terminal(inside: inside, shortEnds: short.ends, longEnds: long.ends)
    terminals[regular] = terminal
    count(inside.words.count + short.ends.count)
    return terminal
  }
}

/// The tokens of a tree that lie within a terminal, and the nodes where it may end before a token does.
struct Walk: Sendable {
  var inside: TokenMask
  var ends: [Int32] = []
}

extension RegularTable {
  /// Walks a tree of tokens through a terminal.
  mutating func walk(
    _ trie: TokenTrie, from start: RegularID, _ vocabularyCount: Int
  ) throws(ConstraintError) -> Walk {
    var result = Walk(inside: TokenMask(vocabularyCount: vocabularyCount))
    var states = [RegularID](repeating: start, count: trie.greatestDepth + 1)  // [depth]
    var node = 0
    while node < trie.count {
      let depth = Int(trie.depths[node])
      let state = try step(states[depth - 1], trie.bytes[node])
      guard state != .nothing else {
        node = Int(trie.ends[node])
        continue
      }
      states[depth] = state
      for index in trie.starts[node]..<trie.starts[node + 1] {
        result.inside[trie.tokens[Int(index)]] = true
      }
      if isNullable(state), trie.hasChildren(node) { result.ends.append(Int32(node)) }
      node += 1
    }
    return result
  }

  /// A language that no text of at most `length` bytes tells from `id` by where it goes on and where it may end: counts
  /// beyond that length are without end. Only where no part could turn out empty, for a count may decide that.
  mutating func clippingCounts(
    of id: RegularID, beyond length: Int
  ) throws(ConstraintError) -> RegularID {
    if needsProof(id) { return id }
    switch self[id] {
    case .repetition(let body, let minimum, let maximum):
      return try repetition(
        body, minimum: min(minimum, length + 1),
        maximum: maximum.flatMap { $0 > length ? nil : $0 })
    case .concatenation:
      // Parts that no short text reaches stay as they are.
      var heads: [RegularID] = []
      var rest = id
      while heads.count <= length, case .concatenation(let first, let second) = self[rest] {
        heads.append(first)
        rest = second
      }
      for head in heads.reversed() {
        rest = try concatenation(clippingCounts(of: head, beyond: length), rest)
      }
      return rest
    case .union(let parts):
      guard parts.count <= 8 else { return id }
      var results: [RegularID] = []
      for part in parts { results.append(try clippingCounts(of: part, beyond: length)) }
      return try union(results)
    default: return id
    }
  }
}

extension Machine {
  /// The state after a thread's terminal ends, and whether that depends on the text of the terminal.
  mutating func finish(
    _ thread: Thread, after path: [UInt8]
  ) throws(ConstraintError) -> (StateID, dependsOnText: Bool) {
    var next = thread.next
    var dependsOnText = false
    if next != .end, case .capture(let family, let state, let text) = grammar[next].first {
      dependsOnText = true
      var longer = text
      for byte in path { longer = try grammar.appending(byte, to: longer) }
      next = try grammar.sequence(
        .capture(family: family, state: state, text: longer), grammar[next].rest)
    }
    var builder = StateBuilder()
    try builder.close([Link(next: next, stacks: thread.stacks)], in: &self)
    return (try intern(builder), dependsOnText)
  }

  /// Adds the tokens under a node that may follow in a state.
  mutating func walk(
    _ trie: TokenTrie, under root: Int, from start: StateID, into mask: inout TokenMask
  ) throws(ConstraintError) {
    let base = Int(trie.depths[root])
    // [depth - base]
    var states = [StateID](repeating: start, count: trie.greatestDepth + 1 - base)
    var node = root + 1
    let end = Int(trie.ends[root])
    while node < end {
      let depth = Int(trie.depths[node]) - base
      let state = try step(states[depth - 1], trie.bytes[node])
      guard state != .dead else {
        node = Int(trie.ends[node])
        continue
      }
      states[depth] = state
      for index in trie.starts[node]..<trie.starts[node + 1] {
        mask[trie.tokens[Int(index)]] = true
      }
      node += 1
    }
  }
}
