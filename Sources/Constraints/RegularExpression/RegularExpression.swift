/// Whose regular expressions they are.
enum RegularExpressionDialect: Sendable {
  /// RE2's: `(?i)`, `\pL`, `\Q…\E`, `[[:alpha:]]`, `\z`.
  case re2
  /// ECMA-262's with the flag `u`, which JSON Schema names: lookaheads, `\uHHHH`, `\cX`, Unicode's white space in `\s`.
  case ecma
}

/// A parsed regular expression over Unicode scalars.
indirect enum RegularExpression: Sendable {
  case sequence([RegularExpression])
  case alternation([RegularExpression])
  /// One scalar of a set.
  case set(ScalarSet)
  case repetition(RegularExpression, minimum: Int, maximum: Int?)
  case assertion(Assertion)
  case lookahead(RegularExpression, isNegated: Bool)

  /// What holds at a place without taking a character.
  enum Assertion: Sendable {
    case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
  }

  /// The empty text.
  static let empty = RegularExpression.sequence([])

  /// Whether it asks for something at a place, so that its matches depend on what stands around them.
  var hasAssertion: Bool {
    switch self {
    case .set: false
    case .assertion, .lookahead: true
    case .sequence(let parts), .alternation(let parts): parts.contains(where: \.hasAssertion)
    case .repetition(let body, _, _): body.hasAssertion
    }
  }
}
