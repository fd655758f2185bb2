public import Constraints
public import LanguageModeling
import Synchronization
public import Tokenization

/// Makes constraints over one tokenizer's vocabulary, and keeps what several of them share: the vocabulary as a tree of
/// bytes, and the languages that were compiled last.
///
///     let library = ConstraintLibrary(tokenizer)
///     try library.constraint(.choices(["yes", "no"]), ends: [2])
///
/// Shared by any number of threads.
public final class ConstraintLibrary: Sendable {
  private struct Key: Hashable {
    var source: ConstraintSource
    var marker: String?
    var ends: Set<TokenID>
  }

  private struct State {
    var vocabularies: [Set<TokenID>: TokenVocabulary] = [:]
    /// The constraint that was asked for last comes last.
    var constraints: [(key: Key, constraint: TextConstraint, ignored: [ConstraintError])] = []
  }

  private let tokenizer: any Tokenizer
  private let speller: TokenSpeller
  private let state = Mutex(State())

  /// How many compiled constraints are kept.
  private static let keptCount = 16

  /// A library without a constraint.
  public init(_ tokenizer: any Tokenizer) {
    self.tokenizer = tokenizer
    speller = TokenSpeller(tokenizer)
  }

  /// A constraint, compiled, as a place before the first token. See ``TextConstraint/after(prompt:)``.
  ///
  /// - Parameters:
  ///   - marker: the text after which it begins; what stands before is free.
  ///   - ends: the tokens that end a sequence.
  /// - Throws: `ConstraintError` where it can't be compiled, or names a token that the vocabulary doesn't have.
  /// - Complexity: the first of a tokenizer reads its vocabulary; one of the last 16 is a look-up.
  public func constraint(
    _ source: ConstraintSource, after marker: String? = nil, ends: Set<TokenID>
  ) throws(ConstraintError) -> TextConstraint {
    try compiled(source, after: marker, ends: ends).constraint
  }

  /// A constraint, and the errors that a lenient reading of it passed over.
  ///
  /// - Throws: as ``constraint(_:after:ends:)``.
  public func compiled(
    _ source: ConstraintSource, after marker: String? = nil, ends: Set<TokenID>
  ) throws(ConstraintError) -> (constraint: TextConstraint, ignored: [ConstraintError]) {
    let key = Key(source: source, marker: marker, ends: ends)
    if let known = find(key) { return known }
    let compiled = try source.compile()
    let tokens = try TokenLanguage(compiled.language, vocabulary: vocabulary(ends: ends))
    let tokenizer = tokenizer
    let constraint = TextConstraint(
      TextConstraint.Shared(
        tokens, marker: marker.flatMap { $0.isEmpty ? nil : ConstraintMarker($0) },
        tokenizer: tokenizer, speller: speller, ends: ends
      ) { () throws(ConstraintError) in
        try TokenLanguage(
          compiled.language,
          vocabulary: TokenVocabulary(tokenizer, ends: ends, isAtBeginning: true))
      })
    state.withLock { state in
      state.constraints.removeAll { $0.key == key }
      state.constraints.append((key, constraint, compiled.ignored))
      if state.constraints.count > Self.keptCount { state.constraints.removeFirst() }
    }
    return (constraint, compiled.ignored)
  }

  private func find(_ key: Key) -> (constraint: TextConstraint, ignored: [ConstraintError])? {
    state.withLock { state in
      guard let place = state.constraints.firstIndex(where: { $0.key == key }) else { return nil }
      let found = state.constraints.remove(at: place)
      state.constraints.append(found)
      return (found.constraint, found.ignored)
    }
  }

  /// The vocabulary with these ends. Few sets of ends are ever asked for.
  private func vocabulary(ends: Set<TokenID>) -> TokenVocabulary {
    if let known = state.withLock({ $0.vocabularies[ends] }) { return known }
    let made = TokenVocabulary(tokenizer, ends: ends)
    state.withLock { state in
      if state.vocabularies.count >= 4 { state.vocabularies = [:] }
      state.vocabularies[ends] = made
    }
    return made
  }
}
