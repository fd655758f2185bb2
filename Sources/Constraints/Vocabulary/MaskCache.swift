import LanguageModeling

/// Masks that were computed, and what they are made of.
struct MaskCache: Sendable {
  /// Some tokens, in whichever way is smaller.
  private enum Tokens: Sendable {
    case few([TokenID])
    case many(TokenMask)

    /// - Parameter limit: how many are few.
    init(_ mask: TokenMask, atMost limit: Int) {
      self = mask.count <= limit ? .few(mask.tokens) : .many(mask)
    }

    /// Tokens that were found one by one, and others.
    init(_ tokens: [TokenID], and others: [TokenMask], of vocabularyCount: Int) {
      if others.isEmpty, tokens.count <= vocabularyCount / 64 {
        self = .few(tokens)
      } else {
        var mask = TokenMask(vocabularyCount: vocabularyCount)
        for other in others { mask.formUnion(other) }
        for token in tokens { mask[token] = true }
        self = .many(mask)
      }
    }

    var words: Int {
      switch self {
      case .few(let tokens): tokens.count / 2 + 1
      case .many(let mask): mask.words.count
      }
    }
  }

  /// What a terminal's state says about tokens by itself.
  private struct Terminal: Sendable {
    /// The tokens that lie wholly within the terminal.
    let inside: Tokens
    /// What goes on after its end, in the short tree and in the long.
    let short: Leaving
    let long: Leaving

    struct Leaving: Sendable {
      let ends: [Int32]
      let run: ByteRun?
    }

    var words: Int { inside.words + (short.ends.count + long.ends.count) / 2 + 8 }
  }

  /// A terminal's state, and whether each end must be known by itself.
  private struct TerminalKey: Hashable {
    let regular: RegularID
    let needsEnds: Bool
  }

  private struct WalkKey: Hashable {
    let terminal: TerminalKey
    let isLong: Bool
  }

  private var masks: [StateID: Tokens] = [:]
  private var terminals: [TerminalKey: Terminal] = [:]
  /// By the language that stands for the terminal's in the tree.
  private var walks: [WalkKey: TerminalWalk] = [:]
  private var words = 0

  /// Masks and terminals are dropped where they would hold more than this.
  private static let mostWords = 1 << 22  // 32 MiB

  private mutating func count(_ more: Int) {
    words += more
    guard words > Self.mostWords else { return }
    masks.removeAll()
    terminals.removeAll()
    walks.removeAll()
    words = 0
  }

  /// Whether the mask of a state is kept.
  func holds(_ state: StateID) -> Bool { masks[state] != nil }

  /// The tokens whose bytes may follow in `state`.
  mutating func mask(
    _ state: StateID, _ vocabulary: TokenVocabulary, in machine: inout Machine
  ) throws(ConstraintError) -> TokenMask {
    switch masks[state] {
    case .many(let mask): return mask
    case .few(let tokens):
      var mask = TokenMask(vocabularyCount: vocabulary.count)
      for token in tokens { mask[token] = true }
      return mask
    case nil: break
    }
    var mask = TokenMask(vocabularyCount: vocabulary.count)
    for thread in machine[state].threads {
      guard let regular = thread.regular else { continue }
      let capture = thread.capture(in: machine.grammar)
      let terminal = try self.terminal(
        TerminalKey(regular: regular, needsEnds: capture), vocabulary, in: &machine)
      switch terminal.inside {
      case .few(let tokens): for token in tokens { mask[token] = true }
      case .many(let inside): mask.formUnion(inside)
      }
      let trees = [(vocabulary.short, terminal.short), (vocabulary.long, terminal.long)]
      if capture {
        // What follows depends on the text of the terminal.
        for (trie, leaving) in trees {
          for node in leaving.ends {
            let after = try machine.finish(thread, after: trie.path(to: Int(node)))
            try machine.walk(trie, under: Int(node), from: after, into: &mask)
          }
        }
      } else if trees.contains(where: { !$0.1.ends.isEmpty || $0.1.run != nil }) {
        let after = try machine.finish(thread, after: [])
        for (trie, leaving) in trees {
          for node in leaving.ends {
            try machine.walk(trie, under: Int(node), from: after, into: &mask)
          }
          guard let run = leaving.run else { continue }
          try machine.walk(trie, after: run, from: after, into: &mask)
        }
      }
    }
    let kept = Tokens(mask, atMost: vocabulary.count / 64)
    masks[state] = kept
    count(kept.words)
    return mask
  }

  private mutating func terminal(
    _ key: TerminalKey, _ vocabulary: TokenVocabulary, in machine: inout Machine
  ) throws(ConstraintError) -> Terminal {
    if let known = terminals[key] { return known }
    let short = try walk(key, vocabulary, isLong: false, in: &machine)
    let long = try walk(key, vocabulary, isLong: true, in: &machine)
    let terminal = Terminal(
      inside: Tokens(
        short.inside + long.inside, and: [short.along, long.along].compactMap { $0 },
        of: vocabulary.count),
      short: .init(ends: short.ends, run: short.run), long: .init(ends: long.ends, run: long.run))
    terminals[key] = terminal
    count(terminal.words)
    return terminal
  }

  private mutating func walk(
    _ key: TerminalKey, _ vocabulary: TokenVocabulary, isLong: Bool, in machine: inout Machine
  ) throws(ConstraintError) -> TerminalWalk {
    let trie = isLong ? vocabulary.long : vocabulary.short
    // Tokens of the tree cannot tell a count that none of them exhausts from none.
    let regular = try machine.grammar.regular.clippingCounts(
      of: key.regular, beyond: trie.greatestDepth)
    let stand = WalkKey(
      terminal: TerminalKey(regular: regular, needsEnds: key.needsEnds), isLong: isLong)
    if let walk = walks[stand] { return walk }
    let index = isLong ? vocabulary.longIndex : vocabulary.shortIndex
    let walk = try machine.grammar.regular.walk(
      trie, index, from: regular, needsEnds: key.needsEnds, vocabulary.count)
    walks[stand] = walk
    count((walk.inside.count + walk.ends.count) / 2 + (walk.along?.words.count ?? 0))
    return walk
  }
}
