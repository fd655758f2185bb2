/// What is known of terms: whether any value satisfies them.
struct SchemaKnowledge: Sendable {
  var isInhabited: [SchemaTerm: Bool] = [:]
  /// The terms whose answer is being worked out.
  var inProgress: Set<SchemaTerm> = []
  /// Whether an answer was taken from one in progress, so that “no” holds only there.
  var usedAssumption = false

  /// Deeper than this, a value is assumed to exist.
  static let deepest = 100
}

extension SchemaCompiler {
  /// Whether any value satisfies a term.
  ///
  /// A smallest value never nests in a value of the same term, so a term that is met within itself counts as empty there.
  mutating func isInhabited(_ term: SchemaTerm) throws(ConstraintError) -> Bool {
    if term.literals.isEmpty { return true }
    if let known = knowledge.isInhabited[term] { return known }
    guard knowledge.inProgress.count < SchemaKnowledge.deepest else { return true }
    guard knowledge.inProgress.insert(term).inserted else {
      knowledge.usedAssumption = true
      return false
    }
    let outer = knowledge.usedAssumption
    knowledge.usedAssumption = false
    let result = try isInhabited(form(term))
    knowledge.inProgress.remove(term)
    let isCertain = result || !knowledge.usedAssumption || knowledge.inProgress.isEmpty
    if isCertain { knowledge.isInhabited[term] = result }
    knowledge.usedAssumption = outer || (knowledge.usedAssumption && !isCertain)
    return result
  }

  /// Whether a form has any value.
  mutating func isInhabited(_ form: SchemaForm) throws(ConstraintError) -> Bool {
    let scalars = form.scalars
    if scalars.null || scalars.yes || scalars.no { return true }
    for language in [scalars.strings, scalars.plain, scalars.free]
    where try grammar.regular.hasText(language) {
      return true
    }
    for array in form.arrays where try isInhabited(array) { return true }
    for object in form.objects where try isInhabited(object) { return true }
    return false
  }

  private mutating func isInhabited(_ form: ArrayForm) throws(ConstraintError) -> Bool {
    if let maximum = form.maximum, maximum < form.minimum { return false }
    for index in 0..<min(form.minimum, form.prefix.count + 1)
    where try !isInhabited(form.term(at: index)) {
      return false
    }
    for wanted in form.contains where wanted.minimum > 0 {
      if let maximum = wanted.maximum, maximum < wanted.minimum { return false }
      if let maximum = form.maximum, maximum < wanted.minimum { return false }
      var isFound = false
      for index in 0...form.prefix.count where !isFound && index < form.maximum ?? .max {
        isFound = try isInhabited(form.term(at: index).and(wanted.term))
        if !isFound, try !isInhabited(form.term(at: index)) { break }
      }
      if !isFound { return false }
    }
    return true
  }

  private mutating func isInhabited(_ form: ObjectForm) throws(ConstraintError) -> Bool {
    if let maximum = form.maximum, maximum < max(form.minimum, form.required.count) { return false }
    let named = try namedMembers(form)
    var writable = 0
    for member in named {
      // Whether an optional member can be is asked only where it counts.
      guard member.isRequired || form.minimum > 0 || !form.some.isEmpty else { continue }
      var isPossible = member.isAllowed
      if isPossible { isPossible = try isInhabited(member.term) }
      if !isPossible, member.isRequired { return false }
      if isPossible { writable += 1 }
    }
    if form.minimum <= writable, form.some.isEmpty { return true }
    let extras = try extraMembers(form, beside: named)
    if form.minimum > writable, extras.isEmpty { return false }
    for wanted in form.some {
      var isFound = false
      for member in named where !isFound && member.isAllowed {
        guard try grammar.regular.contains(member.spelling, in: wanted.keys) else { continue }
        isFound = try isInhabited(member.term.and(wanted.term))
      }
      for extra in extras where !isFound {
        let keys = try grammar.regular.intersection([extra.keys, wanted.keys])
        guard try grammar.regular.hasText(keys) else { continue }
        isFound = try isInhabited(extra.term.and(wanted.term))
      }
      if !isFound { return false }
    }
    return true
  }
}
