public import LanguageModeling

/// What a text must be, as a place in it: which tokens may come next, and whether it may end here.
///
/// A value: every hypothesis has its own, and copying it is forking it. ``DecodingRequest/constraint`` is the place before
/// the first token. How a search applies it, the article <doc:Constraining> says.
///
/// Tokens that end a sequence (``StopRules/endOfSequence``) are not the constraint's to allow: they come where
/// ``isComplete``. One that the constraint allows by itself, as a grammar that names it does, may come there too.
///
///     /// Digits, at most three of them.
///     struct Digits: TokenConstraint {
///       var count = 0
///       var isComplete: Bool { count > 0 }
///       var canContinue: Bool { count < 3 }
///       func allows(_ token: TokenID) -> Bool { canContinue && (10..<20).contains(token) }
///       func mask() -> [UInt64] { [canContinue ? 0b1111111111 << 10 : 0] }
///       mutating func advance(by token: TokenID) -> Bool {
///         guard allows(token) else { return false }
///         count += 1
///         return true
///       }
///     }
public protocol TokenConstraint: Sendable {
  /// Whether the text so far is whole: exactly here it may end.
  var isComplete: Bool { get }

  /// Whether a longer text is allowed. Where none is, nothing but the end can follow.
  var canContinue: Bool { get }

  /// Whether a token may come next.
  ///
  /// - Throws: ``DecodingFailure/constraint(_:)`` where finding out takes more than the constraint may take.
  func allows(_ token: TokenID) throws(DecodingFailure) -> Bool

  /// All tokens that may come next, 64 to a word, the lowest id in the lowest bit. Those beyond the last word may not.
  ///
  /// - Throws: ``DecodingFailure/constraint(_:)`` where finding out takes more than the constraint may take.
  func mask() throws(DecodingFailure) -> [UInt64]

  /// ``mask()``, where it is at hand; `nil` by default. Where it isn't, searches that need little of it ask
  /// ``allows(_:)`` instead: nothing else depends on it.
  var knownMask: [UInt64]? { get }

  /// Takes the next token, if it is allowed; stays where it is otherwise.
  ///
  /// - Returns: whether it is allowed.
  /// - Throws: ``DecodingFailure/constraint(_:)`` where finding out takes more than the constraint may take.
  mutating func advance(by token: TokenID) throws(DecodingFailure) -> Bool

  /// What could come next, in words, for messages; `nil` where it can't be said.
  var expectation: String? { get }

  /// A guess at the next tokens where there is only one way to go on: what is drafted there. A guess that is wrong costs
  /// time and changes nothing.
  func forcedTokens(limit: Int) -> [TokenID]

  /// Refuses a vocabulary of another size.
  func validate(vocabularyCount: Int) throws(DecodingFailure)
}

extension TokenConstraint {
  /// `nil`
  public var knownMask: [UInt64]? { nil }

  /// `nil`
  public var expectation: String? { nil }

  /// None.
  public func forcedTokens(limit: Int) -> [TokenID] { [] }

  /// Refuses nothing.
  public func validate(vocabularyCount: Int) throws(DecodingFailure) {}
}

extension TokenConstraint {
  /// Whether the text is whole and nothing can follow it.
  var isFinished: Bool { isComplete && !canContinue }
}
