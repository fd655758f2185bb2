/// Turns the rules of a grammar into the machine's.
///
/// Rules that reach no recursion and no token become regular languages, whole; the machine's stack is for the others.
/// What derives nothing is left out, and left recursion is refused by name.
struct GrammarCompiler {
  private(set) var grammar: Grammar
  private let rules: [GrammarRule]
  private let facts: GrammarFacts
  private let spellingTokens: Bool
  private var encoding = ScalarEncoding(.utf8)
  private var regular: [Int: RegularID] = [:]
  private var symbols: [SymbolID?]

  init(_ rules: [GrammarRule], spellingTokens: Bool, limits: ConstraintLimits) {
    self.rules = rules
    self.spellingTokens = spellingTokens
    facts = GrammarFacts(rules, spellingTokens: spellingTokens)
    grammar = Grammar(limits: limits)
    symbols = Array(repeating: nil, count: rules.count)
  }

  /// The sequence that a text is to match.
  mutating func compile() throws(ConstraintError) -> SequenceID {
    guard let root = rules.firstIndex(where: { $0.name == "root" }), facts.isProductive[root] else {
      throw .empty(reason: "the grammar's rule “root” derives no text that ends")
    }
    if let number = facts.leftRecursiveRule() {
      throw rules[number].place.failure(
        "the rule “\(rules[number].name)” is left-recursive: it can begin with itself; "
          + "put a repetition in its place")
    }
    // In this order, rules that one refers to are there already.
    for number in facts.regularRules where facts.isProductive[number] {
      guard let expression = rules[number].expression else { continue }
      regular[number] = try language(expression)
    }
    for number in rules.indices where !facts.isRegular[number] && facts.isProductive[number] {
      symbols[number] = try grammar.addRule(isNullable: facts.isNullable[number])
    }
    for number in rules.indices {
      guard let symbol = symbols[number], let expression = rules[number].expression else {
        continue
      }
      grammar.define(symbol, try productions(expression))
    }
    return try lower(.rule(root), before: .end)
  }

  /// The language of an expression that is regular.
  private mutating func language(
    _ expression: GrammarExpression
  ) throws(ConstraintError) -> RegularID {
    switch expression {
    case .set(let set): return try encoding.character(of: set, in: &grammar.regular)
    case .sequence(let parts):
      var ids: [RegularID] = []
      for part in parts { ids.append(try language(part)) }
      return try grammar.regular.concatenation(ids)
    case .alternation(let parts):
      var ids: [RegularID] = []
      for part in parts { ids.append(try language(part)) }
      return try grammar.regular.union(ids)
    case .repetition(let body, let minimum, let maximum):
      return try grammar.regular.repetition(language(body), minimum: minimum, maximum: maximum)
    case .rule(let number): return regular[number] ?? .nothing
    case .token(let set):
      // Spelled out: only what is spelled can be text.
      guard case .text(let text) = set.name, !set.isNegated else { return .nothing }
      return try grammar.regular.literal(text.utf8)
    }
  }

  private mutating func productions(
    _ expression: GrammarExpression
  ) throws(ConstraintError) -> [SequenceID] {
    guard case .alternation(let parts) = expression else {
      return [try lower(expression, before: .end)]
    }
    var result: [SequenceID] = []
    var languages: [RegularID] = []
    for part in parts where facts.isProductive(part) {
      if facts.isRegular(part) {
        languages.append(try language(part))
      } else {
        result.append(try lower(part, before: .end))
      }
    }
    if !languages.isEmpty {
      result.append(try grammar.sequence(.terminal(grammar.regular.union(languages))))
    }
    return result
  }

  /// An expression and what follows it.
  private mutating func lower(
    _ expression: GrammarExpression, before rest: SequenceID
  ) throws(ConstraintError) -> SequenceID {
    if facts.isRegular(expression) {
      return try prepend(language(expression), to: rest)
    }
    switch expression {
    case .set: return rest  // is regular
    case .sequence(let parts):
      var result = rest
      for part in parts.reversed() { result = try lower(part, before: result) }
      return result
    case .alternation:
      let symbol = try grammar.addRule(isNullable: facts.isNullable(expression))
      grammar.define(symbol, try productions(expression))
      return try grammar.sequence(.symbol(symbol), rest)
    case .repetition(let body, let minimum, let maximum):
      guard facts.isProductive(body), maximum != 0 else { return rest }
      let turn = try lower(body, before: .end)
      let symbol = try grammar.intern(
        .repetition(turn, minimum: minimum, maximum: maximum ?? -1))
      return try grammar.sequence(.symbol(symbol), rest)
    case .rule(let number):
      guard let symbol = symbols[number] else { return rest }  // is productive and not regular
      return try grammar.sequence(.symbol(symbol), rest)
    case .token(let set): return try grammar.sequence(.token(grammar.add(set)), rest)
    }
  }

  /// Neighbouring terminals become one.
  private mutating func prepend(
    _ language: RegularID, to rest: SequenceID
  ) throws(ConstraintError) -> SequenceID {
    if rest != .end, case .terminal(let next) = grammar[rest].first {
      let both = try grammar.regular.concatenation(language, next)
      return try grammar.sequence(.terminal(both), grammar[rest].rest)
    }
    return try grammar.sequence(.terminal(language), rest)
  }
}
