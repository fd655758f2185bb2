/// From forms to plans.
extension SchemaCompiler {
  /// The language of a schema's values, written with some white space.
  static func compile(
    _ schema: JSONSchema, whitespace: JSONWhitespace, isLenient: Bool
  ) throws(ConstraintError) -> (language: FormalLanguage, ignored: [ConstraintError]) {
    var compiler = try SchemaCompiler(schema, isLenient: isLenient)
    let layout = try JSONLayout(whitespace, in: &compiler.grammar.regular)
    var queue = PlanQueue()
    let root = SchemaTerm([compiler.literal(schema.graph.root)])
    guard try compiler.isInhabited(root) else {
      throw .empty(reason: "JSON schema: no value satisfies it")
    }
    _ = queue.number(of: root, in: &compiler.plans)
    var next = 0
    while next < queue.terms.count {
      try compiler.plan(queue.terms[next], as: next, layout, &queue)
      next += 1
    }
    let family = compiler.grammar.add(
      JSONFamily(plans: compiler.plans, layout: layout, number: compiler.grammar.families.count))
    let symbol = try compiler.grammar.intern(
      .member(family: family, state: JSONFamily.valueState(0, depth: 0)))
    let sequence = try compiler.grammar.sequence(.symbol(symbol))
    return (try FormalLanguage(compiler.grammar, root: sequence), compiler.ignored)
  }

  /// Terms with the numbers of their plans, which are made one after another.
  struct PlanQueue {
    private(set) var terms: [SchemaTerm] = []
    private var numbers: [SchemaTerm: Int] = [:]

    mutating func number(of term: SchemaTerm, in plans: inout SchemaPlans) -> Int {
      if let number = numbers[term] { return number }
      numbers[term] = terms.count
      terms.append(term)
      plans.values.append(SchemaPlans.ValuePlan())
      return terms.count - 1
    }
  }

  private mutating func plan(
    _ term: SchemaTerm, as number: Int, _ layout: JSONLayout, _ queue: inout PlanQueue
  ) throws(ConstraintError) {
    let form = try form(term)
    plans.values[number].scalars = try written(form.scalars, isUnique: false)
    for array in form.arrays {
      guard let plan = try plan(array, &queue) else { continue }
      plans.arrays.append(plan)
      plans.values[number].arrays.append(plans.arrays.count - 1)
    }
    for object in form.objects {
      guard let plan = try plan(object, layout, &queue) else { continue }
      plans.objects.append(plan)
      plans.values[number].objects.append(plans.objects.count - 1)
    }
  }

  /// Scalars as they are written.
  ///
  /// - Parameter isUnique: whether each value must have one spelling.
  private mutating func written(
    _ scalars: ScalarForm, isUnique: Bool
  ) throws(ConstraintError) -> RegularID {
    var parts: [RegularID] = []
    if scalars.null { parts.append(try grammar.regular.literal("null".utf8)) }
    if scalars.yes { parts.append(try grammar.regular.literal("true".utf8)) }
    if scalars.no { parts.append(try grammar.regular.literal("false".utf8)) }
    let plain = isUnique ? try grammar.regular.union([scalars.plain, scalars.free]) : scalars.plain
    parts.append(
      plain == numbers.integers
        ? numbers.shortestIntegers
        : try grammar.regular.intersection([plain, numbers.shortest]))
    if !isUnique {
      parts.append(scalars.free == numbers.all ? numbers.unconstrained : scalars.free)
    }
    if scalars.strings != .nothing {
      let quote = try grammar.regular.literal("\"".utf8)
      parts.append(try grammar.regular.concatenation([quote, scalars.strings, quote]))
    }
    let result = try grammar.regular.union(parts)
    return try grammar.regular.hasText(result) ? result : .nothing
  }

  // MARK: - Arrays

  private mutating func plan(
    _ form: ArrayForm, _ queue: inout PlanQueue
  ) throws(ConstraintError) -> SchemaPlans.ArrayPlan? {
    var plan = SchemaPlans.ArrayPlan()
    plan.minimum = form.minimum
    plan.maximum = form.maximum
    plan.wanted = form.contains.map { .init(minimum: $0.minimum, maximum: $0.maximum) }
    if let pointer = form.unique, form.maximum ?? .max > 1 {
      plan.isUnique = try canBeUnique(form, pointer)
    }
    for (index, term) in form.prefix.enumerated() {
      if let maximum = plan.maximum, maximum <= index { break }
      let items = try items(term, form, plan.isUnique, &queue)
      // A place for which there is no item ends the array before it.
      if items.isEmpty { plan.maximum = least(plan.maximum, index) }
      plan.prefix.append(items)
    }
    if plan.maximum ?? .max > form.prefix.count {
      plan.rest = try items(form.rest, form, plan.isUnique, &queue)
      if plan.rest.isEmpty { plan.maximum = least(plan.maximum, form.prefix.count) }
    }
    if plan.isUnique {
      let texts = try grammar.regular.union((plan.prefix.joined() + plan.rest).map(\.text))
      if let count = try grammar.regular.count(of: texts, upTo: 1000) {
        plan.maximum = least(plan.maximum, count)
      }
    }
    return plan.maximum ?? .max >= plan.minimum ? plan : nil
  }

  /// The alternatives for an item: which of the wanted items it is, and which not where they are limited.
  private mutating func items(
    _ term: SchemaTerm, _ form: ArrayForm, _ isUnique: Bool, _ queue: inout PlanQueue
  ) throws(ConstraintError) -> [SchemaPlans.ArrayPlan.Item] {
    guard form.contains.count <= 4 else {
      throw .limit(reason: "JSON schema: more than 4 “contains” hold of one array")
    }
    var result: [SchemaPlans.ArrayPlan.Item] = []
    for bits in 0..<(1 << form.contains.count) {
      var terms = [term]
      var counts: Set<Int> = []
      for (index, wanted) in form.contains.enumerated() {
        if bits >> index & 1 == 1 {
          terms = terms.map { $0.and(wanted.term) }
          counts.insert(index)
        } else if wanted.maximum != nil {
          // What is not all of it is not one of its literals, whichever.
          terms = terms.flatMap { term in
            wanted.term.literals.map { term.and(SchemaTerm([$0.negated])) }
          }
        }
      }
      for term in terms where try isInhabited(term) {
        let text = isUnique ? try written(self.form(term).scalars, isUnique: true) : .nothing
        result.append(.init(value: queue.number(of: term, in: &plans), counts: counts, text: text))
      }
    }
    return result
  }

  /// Items that must differ are told apart by their text, so they must be scalars, of which each is written in one way.
  private mutating func canBeUnique(
    _ form: ArrayForm, _ pointer: String
  ) throws(ConstraintError) -> Bool {
    for term in form.prefix + [form.rest] {
      let values = try self.form(term)
      guard values.arrays.isEmpty, values.objects.isEmpty else {
        try refuse(
          pointer, "it is supported where all items are null, booleans, numbers or strings")
        return false
      }
    }
    return true
  }

  // MARK: - Objects

  private mutating func plan(
    _ form: ObjectForm, _ layout: JSONLayout, _ queue: inout PlanQueue
  ) throws(ConstraintError) -> SchemaPlans.ObjectPlan? {
    guard form.some.count <= 4 else {
      throw .limit(
        reason:
          "JSON schema: negations ask for more than 4 members of one object that are not named")
    }
    var plan = SchemaPlans.ObjectPlan()
    plan.minimum = form.minimum
    plan.maximum = form.maximum
    plan.wanted = (1 << form.some.count) - 1
    let named = try namedMembers(form)
    var places: [[UInt8]: Int] = [:]
    for (index, member) in named.enumerated() { places[member.key] = index }
    let quote = try grammar.regular.literal("\"".utf8)
    for member in named {
      var choices: [SchemaPlans.ObjectPlan.Choice] = []
      if member.isAllowed {
        for (bits, some) in subsets(of: form.some) {
          var term = member.term
          var fits = true
          for wanted in some {
            term = term.and(wanted.term)
            let isKey = try grammar.regular.contains(member.spelling, in: wanted.keys)
            fits = fits && isKey
          }
          guard fits, try isInhabited(term) else { continue }
          choices.append(.init(value: queue.number(of: term, in: &plans), wanted: bits))
        }
      }
      if choices.isEmpty && member.isRequired { return nil }
      let key = try grammar.regular.concatenation([
        quote, grammar.regular.literal(member.spelling), quote, layout.colon,
      ])
      let needs = form.dependencies.filter { $0.key == member.key }.compactMap { places[$0.needed] }
      plan.named.append(
        .init(key: key, isRequired: member.isRequired, choices: choices, needs: needs))
    }
    guard plan.named.filter({ !$0.needs.isEmpty }).isEmpty || plan.named.count <= 60 else {
      throw .limit(
        reason: "JSON schema: “dependentRequired” is supported in objects of at most 60 members")
    }
    plan.extraCapacity = 0
    for extra in try extraMembers(form, beside: named) {
      for (bits, some) in subsets(of: form.some) {
        let keys = try grammar.regular.intersection([extra.keys] + some.map(\.keys))
        let term = some.reduce(extra.term) { $0.and($1.term) }
        guard try grammar.regular.hasText(keys), try isInhabited(term) else { continue }
        let choice = SchemaPlans.ObjectPlan.Choice(
          value: queue.number(of: term, in: &plans), wanted: bits)
        plan.extras.append(.init(keys: keys, choice: choice))
      }
      let count = try grammar.regular.count(of: extra.keys, upTo: 1000)
      plan.extraCapacity = plan.extraCapacity.flatMap { known in count.map { known + $0 } }
    }
    let writable = plan.named.count { !$0.choices.isEmpty }
    if let capacity = plan.extraCapacity, writable + capacity < plan.minimum { return nil }
    if let maximum = plan.maximum, maximum < max(plan.minimum, form.required.count) { return nil }
    return plan
  }

  /// The subsets of what is wanted, each with its bits.
  private func subsets(of some: [ObjectForm.Some]) -> [(bits: Int, some: [ObjectForm.Some])] {
    (0..<(1 << some.count)).map { bits in
      (bits, some.indices.filter { bits >> $0 & 1 == 1 }.map { some[$0] })
    }
  }
}
