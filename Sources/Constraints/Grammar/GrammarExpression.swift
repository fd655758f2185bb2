/// The right-hand side of a rule, as written.
indirect enum GrammarExpression: Sendable {
  case sequence([GrammarExpression])
  case alternation([GrammarExpression])
  /// One character of a set.
  case set(ScalarSet)
  /// Another rule, by its number.
  case rule(Int)
  case repetition(GrammarExpression, minimum: Int, maximum: Int?)
  case token(TokenSet)
}

/// Where a thing stands in a grammar's text: line and column from 1.
struct GrammarPlace: Hashable, Sendable {
  let line: Int
  let column: Int

  func failure(_ reason: String) -> ConstraintError {
    .grammar(line: line, column: column, reason: reason)
  }
}

/// A rule, as written.
struct GrammarRule: Sendable {
  let name: String
  /// Where it was first named, or defined.
  var place: GrammarPlace
  /// `nil` until it is defined.
  var expression: GrammarExpression?
}
