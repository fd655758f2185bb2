/// What follows from a grammar's rules alone. Each fact is found in time linear in the grammar, or nearly so.
struct GrammarFacts: Sendable {
  private let rules: [GrammarRule]
  private let spellingTokens: Bool
  /// Whether a rule derives the empty text.
  private(set) var isNullable: [Bool]
  /// Whether a rule derives any text.
  private(set) var isProductive: [Bool]
  /// Whether a rule reaches no recursion and no token.
  private(set) var isRegular: [Bool]
  /// The regular rules, each after those that it refers to.
  private(set) var regularRules: [Int] = []

  init(_ rules: [GrammarRule], spellingTokens: Bool) {
    self.rules = rules
    self.spellingTokens = spellingTokens
    isNullable = Array(repeating: false, count: rules.count)
    isProductive = isNullable
    isRegular = isNullable
    var users: [[Int]] = Array(repeating: [], count: rules.count)
    var unresolved = Array(repeating: 0, count: rules.count)
    var hasToken = isNullable
    for (number, rule) in rules.enumerated() {
      guard let expression = rule.expression else { continue }
      var references: Set<Int> = []
      Self.collect(expression, &references, &hasToken[number])
      unresolved[number] = references.count
      for reference in references { users[reference].append(number) }
    }
    isNullable =
      fixpoint(users) {
        $0.isNullable($1)
      } mark: {
        $0.isNullable[$1] = true
      }.isNullable
    isProductive =
      fixpoint(users) {
        $0.isProductive($1)
      } mark: {
        $0.isProductive[$1] = true
      }.isProductive
    // Peeling off rules whose references are all regular leaves those that reach a cycle.
    var ready = rules.indices.filter { unresolved[$0] == 0 }
    while let number = ready.popLast() {
      if hasToken[number] && !spellingTokens { continue }
      isRegular[number] = true
      regularRules.append(number)
      for user in users[number] {
        unresolved[user] -= 1
        if unresolved[user] == 0 { ready.append(user) }
      }
    }
  }

  /// The facts when no rule is left of which `holds` and which is not marked.
  private func fixpoint(
    _ users: [[Int]], _ holds: (GrammarFacts, GrammarExpression) -> Bool,
    mark: (inout GrammarFacts, Int) -> Void
  ) -> GrammarFacts {
    var facts = self
    var isMarked = Array(repeating: false, count: rules.count)
    var pending = Array(rules.indices)
    while let number = pending.popLast() {
      guard !isMarked[number], let expression = rules[number].expression,
        holds(facts, expression)
      else { continue }
      isMarked[number] = true
      mark(&facts, number)
      pending += users[number].filter { !isMarked[$0] }
    }
    return facts
  }

  private static func collect(
    _ expression: GrammarExpression, _ references: inout Set<Int>, _ hasToken: inout Bool
  ) {
    switch expression {
    case .set: break
    case .token: hasToken = true
    case .rule(let number): references.insert(number)
    case .sequence(let parts), .alternation(let parts):
      for part in parts { collect(part, &references, &hasToken) }
    case .repetition(let body, _, _): collect(body, &references, &hasToken)
    }
  }

  // MARK: - Expressions

  func isNullable(_ expression: GrammarExpression) -> Bool {
    switch expression {
    case .set, .token: false
    case .rule(let number): isNullable[number]
    case .sequence(let parts): parts.allSatisfy(isNullable)
    case .alternation(let parts): parts.contains(where: isNullable)
    case .repetition(let body, let minimum, _): minimum == 0 || isNullable(body)
    }
  }

  func isProductive(_ expression: GrammarExpression) -> Bool {
    switch expression {
    case .set(let set): !set.isEmpty
    case .token(let token):
      if case .text = token.name { !(spellingTokens && token.isNegated) } else { !spellingTokens }
    case .rule(let number): isProductive[number]
    case .sequence(let parts): parts.allSatisfy(isProductive)
    case .alternation(let parts): parts.contains(where: isProductive)
    case .repetition(let body, let minimum, _): minimum == 0 || isProductive(body)
    }
  }

  func isRegular(_ expression: GrammarExpression) -> Bool {
    switch expression {
    case .set: true
    case .token: spellingTokens
    case .rule(let number): isRegular[number]
    case .sequence(let parts), .alternation(let parts): parts.allSatisfy(isRegular)
    case .repetition(let body, _, _): isRegular(body)
    }
  }

  // MARK: - Left recursion

  /// A rule that can begin with itself, if there is one.
  func leftRecursiveRule() -> Int? {
    let corners = rules.map { rule in
      var result: Set<Int> = []
      if let expression = rule.expression { leftCorners(expression, &result) }
      return result
    }
    var callers: [[Int]] = Array(repeating: [], count: rules.count)
    for (number, corner) in corners.enumerated() {
      for callee in corner { callers[callee].append(number) }
    }
    var left = callers.map(\.count)
    var ready = rules.indices.filter { left[$0] == 0 }
    while let number = ready.popLast() {
      for corner in corners[number] {
        left[corner] -= 1
        if left[corner] == 0 { ready.append(corner) }
      }
    }
    // Each of those left has a caller that is left: going back along callers ends in a cycle.
    guard var number = rules.indices.first(where: { left[$0] > 0 }) else { return nil }
    var seen: Set<Int> = []
    while seen.insert(number).inserted {
      number = callers[number].first { left[$0] > 0 } ?? number
    }
    return number
  }

  /// The rules that an expression may begin with.
  private func leftCorners(_ expression: GrammarExpression, _ result: inout Set<Int>) {
    switch expression {
    case .set, .token: break
    case .rule(let number): result.insert(number)
    case .repetition(let body, _, _): leftCorners(body, &result)
    case .alternation(let parts): for part in parts { leftCorners(part, &result) }
    case .sequence(let parts):
      for part in parts {
        leftCorners(part, &result)
        if !isNullable(part) { return }
      }
    }
  }
}
