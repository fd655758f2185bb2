import Decoding
import LanguageModeling
import TestSupport

/// A finite automaton over tokens: a language that a test can write down.
struct Automaton: TokenConstraint {
  /// The state after each token, by state; `nil` where the token isn't allowed.
  var next: [[Int?]]
  /// The states in which a text is whole.
  var accepting: Set<Int>
  var state = 0

  var isComplete: Bool { accepting.contains(state) }
  var canContinue: Bool { next[state].contains { $0 != nil } }
  var expectation: String? { "state \(state)" }

  /// The only way to go on, as far as there is one.
  func forcedTokens(limit: Int) -> [TokenID] {
    var place = self
    var tokens: [TokenID] = []
    while tokens.count < limit, !place.isComplete {
      let ways = (0..<TokenID(place.next[0].count)).filter { place.allows($0) }
      guard ways.count == 1, place.advance(by: ways[0]) else { break }
      tokens.append(ways[0])
    }
    return tokens
  }

  func allows(_ token: TokenID) -> Bool {
    next[state].indices.contains(Int(token)) && next[state][Int(token)] != nil
  }

  func mask() -> [UInt64] {
    var words = [UInt64](repeating: 0, count: (next[state].count + 63) / 64)
    for (token, target) in next[state].enumerated() where target != nil {
      words[token / 64] |= 1 << UInt64(token % 64)
    }
    return words
  }

  mutating func advance(by token: TokenID) -> Bool {
    guard allows(token), let target = next[state][Int(token)] else { return false }
    state = target
    return true
  }

  /// The place after some tokens, or `nil` where they leave the language.
  func after(_ tokens: some Sequence<TokenID>) -> Automaton? {
    var place = self
    for token in tokens where !place.advance(by: token) { return nil }
    return place
  }
}

extension Automaton {
  /// A random automaton, in which `ends` lead nowhere.
  ///
  /// - Parameter hasDeadEnds: whether there is a state that leads nowhere and in which no text is whole.
  init(
    stateCount: Int, vocabularyCount: Int, ends: Set<TokenID>, hasDeadEnds: Bool = false,
    seed: UInt64
  ) {
    var random = SplitMix64(seed: seed)
    next = (0..<stateCount).map { state in
      (0..<vocabularyCount).map { token in
        guard !ends.contains(TokenID(token)) else { return nil }
        let target = random.below(stateCount)
        // From each state some way leads to the first, in which a text is whole.
        if token % stateCount == state, !hasDeadEnds { return 0 }
        return random.below(3) == 0 ? target : nil
      }
    }
    accepting = [0]
    if hasDeadEnds, stateCount > 1 {
      next[stateCount - 1] = Array(repeating: nil, count: vocabularyCount)
    }
  }

  /// What is allowed after a prompt, as a function of all tokens.
  func allowed(promptLength: Int, ends: Set<TokenID>, canEnd: Bool = true) -> AllowedTokens {
    AllowedTokens { tokens in
      guard let place = after(tokens.dropFirst(promptLength)) else { return [] }
      let ordinary = (0..<TokenID(next[0].count)).filter { place.allows($0) }
      return ordinary + (place.isComplete && canEnd ? ends.sorted() : [])
    }
  }
}
