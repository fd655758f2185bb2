/// Turns expressions into languages over bytes.
///
/// Without assertions that is plain structure. Assertions look at what stands before and after a place, so a part is
/// turned into the language of *itself and all that follows*, by the kind of the character before it: `^` then keeps
/// the texts where nothing is before, `\b` intersects what follows with "begins with a word character", and a lookahead
/// intersects it with what it asks for. A repetition of something with an assertion in it is unrolled if it ends soon,
/// and refused if not.
struct RegularExpressionLowering {
  var encoding: ScalarEncoding
  let pattern: String

  /// What stands before a place.
  private enum Kind: Int, CaseIterable {
    case nothing, word, newline, other

    /// The characters of a kind.
    var set: ScalarSet {
      switch self {
      case .nothing: .empty
      case .word: UnicodeClasses.word
      case .newline: UnicodeClasses.newline
      case .other: UnicodeClasses.word.union(UnicodeClasses.newline).complement
      }
    }
  }

  /// A language for each kind of what stands before.
  private typealias Continuation = [RegularID]  // [Kind.rawValue]

  /// The most turns of a repetition that are written out.
  private static let mostUnrolled = 64

  /// The texts that the expression matches as a whole.
  mutating func whole(
    _ expression: RegularExpression, in table: inout RegularTable
  ) throws(ConstraintError) -> RegularID {
    try lower(expression, before: same(.epsilon), in: &table)[Kind.nothing.rawValue]
  }

  /// The texts that the expression matches somewhere.
  mutating func search(
    _ expression: RegularExpression, in table: inout RegularTable
  ) throws(ConstraintError) -> RegularID {
    let any = RegularExpression.repetition(.set(.all), minimum: 0, maximum: nil)
    return try whole(.sequence([any, expression, any]), in: &table)
  }

  private func same(_ id: RegularID) -> Continuation {
    Continuation(repeating: id, count: Kind.allCases.count)
  }

  // MARK: - Without assertions

  private mutating func plain(
    _ expression: RegularExpression, in table: inout RegularTable
  ) throws(ConstraintError) -> RegularID {
    switch expression {
    case .set(let set): return try encoding.character(of: set, in: &table)
    case .sequence(let parts):
      var ids: [RegularID] = []
      for part in parts { ids.append(try plain(part, in: &table)) }
      return try table.concatenation(ids)
    case .alternation(let parts):
      var ids: [RegularID] = []
      for part in parts { ids.append(try plain(part, in: &table)) }
      return try table.union(ids)
    case .repetition(let body, let minimum, let maximum):
      return try table.repetition(plain(body, in: &table), minimum: minimum, maximum: maximum)
    case .assertion, .lookahead: return .nothing  // never asked for
    }
  }

  // MARK: - With assertions

  private mutating func lower(
    _ expression: RegularExpression, before next: Continuation, in table: inout RegularTable
  ) throws(ConstraintError) -> Continuation {
    guard expression.hasAssertion else {
      return try prepend(plain(expression, in: &table), to: next, in: &table)
    }
    switch expression {
    case .set: return next  // has no assertion
    case .sequence(let parts):
      var result = next
      for part in parts.reversed() { result = try lower(part, before: result, in: &table) }
      return result
    case .alternation(let parts):
      var results: [Continuation] = []
      for part in parts { results.append(try lower(part, before: next, in: &table)) }
      return try union(results, in: &table)
    case .repetition(let body, let minimum, let maximum):
      guard let maximum, maximum <= Self.mostUnrolled else {
        throw .regularExpression(
          pattern: pattern, offset: 0,
          reason: "a repetition without a bound, or of more than \(Self.mostUnrolled) turns, of "
            + "something with ^, $, \\b or a lookahead in it is not supported")
      }
      var result = next
      for turn in (0..<maximum).reversed() {
        let once = try lower(body, before: result, in: &table)
        result = turn < minimum ? once : try union([next, once], in: &table)
      }
      return result
    case .assertion(let assertion): return try lower(assertion, before: next, in: &table)
    case .lookahead(let body, let isNegated):
      let any = try encoding.anyText(in: &table)
      var result = try lower(body, before: same(any), in: &table)
      for kind in result.indices {
        let wanted = isNegated ? try table.complement(result[kind]) : result[kind]
        result[kind] = try table.intersection([next[kind], wanted])
      }
      return result
    }
  }

  private func union(
    _ parts: [Continuation], in table: inout RegularTable
  ) throws(ConstraintError) -> Continuation {
    var result = same(.nothing)
    for kind in result.indices { result[kind] = try table.union(parts.map { $0[kind] }) }
    return result
  }

  /// A language before what follows: its last character says what the rest sees before it.
  private mutating func prepend(
    _ id: RegularID, to next: Continuation, in table: inout RegularTable
  ) throws(ConstraintError) -> Continuation {
    if Set(next).count == 1 { return same(try table.concatenation(id, next[0])) }
    let any = try encoding.anyText(in: &table)
    var nonempty: [RegularID] = []
    for kind in Kind.allCases where kind != .nothing {
      let last = try encoding.character(of: kind.set, in: &table)
      let ending = try table.intersection([id, table.concatenation(any, last)])
      nonempty.append(try table.concatenation(ending, next[kind.rawValue]))
    }
    let taken = try table.union(nonempty)
    var result = same(taken)
    if table.isNullable(id) {
      for kind in result.indices { result[kind] = try table.union([next[kind], taken]) }
    }
    return result
  }

  private mutating func lower(
    _ assertion: RegularExpression.Assertion, before next: Continuation,
    in table: inout RegularTable
  ) throws(ConstraintError) -> Continuation {
    let any = try encoding.anyText(in: &table)
    let word = try table.concatenation(
      encoding.character(of: UnicodeClasses.word, in: &table), any)
    let noWord = try table.complement(word)
    let newline = try table.concatenation(
      encoding.character(of: UnicodeClasses.newline, in: &table), any)
    let lineEnd = try table.optional(newline)
    var result = next
    for kind in Kind.allCases {
      let index = kind.rawValue
      switch assertion {
      case .textStart: if kind != .nothing { result[index] = .nothing }
      case .lineStart: if kind != .nothing, kind != .newline { result[index] = .nothing }
      case .textEnd: result[index] = try table.intersection([next[index], .epsilon])
      case .lineEnd: result[index] = try table.intersection([next[index], lineEnd])
      case .wordBoundary:
        result[index] = try table.intersection([next[index], kind == .word ? noWord : word])
      case .noWordBoundary:
        result[index] = try table.intersection([next[index], kind == .word ? word : noWord])
      }
    }
    return result
  }
}
