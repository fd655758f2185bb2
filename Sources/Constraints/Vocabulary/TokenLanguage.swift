import LanguageModeling
import Synchronization

/// A language over a vocabulary: which tokens may come next in one of its texts.
///
/// ```swift
/// let tokens = try TokenLanguage(FormalLanguage(choices: ["yes", "no"]), vocabulary: vocabulary)
/// var matcher = tokens.matcher()
/// let mask = try matcher.mask()    // "y", "ye", "yes", "n", "no": those that the vocabulary has
/// try matcher.advance(by: token)   // false, and nothing changes, if the token is not allowed
/// ```
///
/// A mask is the union over the readings of the text so far. For each, the tokens that lie wholly within its terminal
/// depend on the terminal's state alone, and are kept by it; only tokens that go on beyond the terminal's end are walked
/// through the machine. A count that no short token can exhaust does not tell terminals apart there, so the states
/// within a string of at most 500 characters share one set.
public struct TokenLanguage: Sendable {
  /// The language.
  public let language: FormalLanguage
  /// The vocabulary.
  public let vocabulary: TokenVocabulary
  /// The tokens of each token terminal.
  private let terminals: [TokenMask]
  private let cache: Cache

  private final class Cache: Sendable {
    let masks = Mutex(MaskCache())
  }

  /// A language over a vocabulary.
  ///
  /// - Throws: ``ConstraintError/empty(reason:)`` where the grammar names a token that the vocabulary does not have.
  public init(
    _ language: FormalLanguage, vocabulary: TokenVocabulary
  ) throws(ConstraintError) {
    self.language = language
    self.vocabulary = vocabulary
    var terminals: [TokenMask] = []
    for set in language.tokenSets {
      guard let token = vocabulary.token(set.name) else {
        throw .empty(reason: "\(set): the vocabulary has no such token")
      }
      var mask = TokenMask(vocabularyCount: vocabulary.count)
      if set.isNegated {
        for id in 0..<TokenID(vocabulary.count) where !vocabulary.ends.contains(id) {
          mask[id] = true
        }
        mask[token] = false
      } else {
        mask[token] = true
      }
      terminals.append(mask)
    }
    self.terminals = terminals
    cache = Cache()
  }

  /// A matcher before the first token.
  public func matcher() -> TokenMatcher { TokenMatcher(self) }

  /// A matcher at a place in a text of ``language``.
  public func matcher(at place: LanguageMatcher) -> TokenMatcher { TokenMatcher(self, at: place) }

  /// The state after a token.
  func step(_ state: StateID, _ token: TokenID) throws(ConstraintError) -> (StateID, Bool) {
    let text =
      token >= 0 && token < vocabulary.count ? vocabulary.texts[Int(token)] : []
    return try language.automaton.machine.withLock { (machine) throws(ConstraintError) in
      var result = text.isEmpty ? .dead : state
      for byte in text where result != .dead { result = try machine.step(result, byte) }
      if !terminals.isEmpty {
        let named = try machine.step(state) { terminals[$0][token] }
        result = try machine.union(result, named)
      }
      return (result, machine[result].isComplete)
    }
  }

  /// The tokens that may follow.
  func mask(_ state: StateID) throws(ConstraintError) -> TokenMask {
    try cache.masks.withLock { (cache) throws(ConstraintError) in
      try language.automaton.machine.withLock { (machine) throws(ConstraintError) in
        var mask = try cache.mask(state, vocabulary, in: &machine)
        guard !terminals.isEmpty else { return mask }
        for thread in machine[state].threads where thread.regular == nil {
          guard case .token(let set) = machine.grammar[thread.next].first else { continue }
          mask.formUnion(terminals[set])
        }
        return mask
      }
    }
  }

  /// The tokens that may follow, where they are kept.
  func knownMask(_ state: StateID) -> TokenMask? {
    cache.masks.withLock { $0.holds(state) } ? try? mask(state) : nil
  }

  /// Whether anything may follow.
  func canContinue(_ state: StateID) -> Bool {
    language.automaton.machine.withLock { !$0[state].threads.isEmpty }
  }
}
