public import LanguageModeling

/// A place in a text of a ``TokenLanguage``, as tokens write it. A value: a copy goes on by itself.
public struct TokenMatcher: Sendable, Equatable {
  /// The language over its vocabulary.
  public let tokens: TokenLanguage
  private var bytes: LanguageMatcher

  init(_ tokens: TokenLanguage) { self.init(tokens, at: tokens.language.matcher()) }

  init(_ tokens: TokenLanguage, at place: LanguageMatcher) {
    self.tokens = tokens
    bytes = place
  }

  /// The place in the language itself.
  public var place: LanguageMatcher { bytes }

  /// Whether two matchers of one language are at the same place.
  public static func == (left: TokenMatcher, right: TokenMatcher) -> Bool {
    left.bytes == right.bytes
  }

  /// Whether the text so far is in the language: exactly here the sequence may end.
  public var isComplete: Bool { bytes.isComplete }

  /// Whether a text of the language goes on from here; where none does, the sequence must end.
  public var canContinue: Bool { tokens.canContinue(bytes.state) }

  /// Writes a token, if it is allowed; leaves the matcher as it was otherwise.
  ///
  /// - Returns: Whether it is allowed.
  /// - Throws: ``ConstraintError/limit(reason:)``.
  /// - Complexity: A table look-up for each of the token's bytes, but where the automaton has not been before.
  public mutating func advance(by token: TokenID) throws(ConstraintError) -> Bool {
    let (state, isComplete) = try tokens.step(bytes.state, token)
    guard state != .dead else { return false }
    bytes.move(to: state, isComplete: isComplete)
    return true
  }

  /// Whether a token may come next. Cheaper than ``mask()`` for a few tokens.
  ///
  /// - Throws: ``ConstraintError/limit(reason:)``.
  public func allows(_ token: TokenID) throws(ConstraintError) -> Bool {
    try tokens.step(bytes.state, token).0 != .dead
  }

  /// All tokens that may come next. Tokens that end a sequence are not among them; see ``isComplete``.
  ///
  /// - Throws: ``ConstraintError/limit(reason:)``.
  /// - Complexity: A copy where the state was met before; else the tokens of terminals not met before, and those that go
  ///   on beyond a terminal's end.
  public func mask() throws(ConstraintError) -> TokenMask { try tokens.mask(bytes.state) }

  /// ``mask()``, where it was computed before and is still kept; `nil` where it takes work.
  public var knownMask: TokenMask? { tokens.knownMask(bytes.state) }

  /// The bytes that must come next; see ``LanguageMatcher/forcedBytes(limit:)``.
  ///
  /// - Throws: ``ConstraintError/limit(reason:)``.
  public func forcedBytes(limit: Int = 4096) throws(ConstraintError) -> [UInt8] {
    try bytes.forcedBytes(limit: limit)
  }

  /// What may come next, for messages; see ``LanguageMatcher/expectation()``.
  ///
  /// - Throws: ``ConstraintError/limit(reason:)``.
  public func expectation() throws(ConstraintError) -> String { try bytes.expectation() }
}
