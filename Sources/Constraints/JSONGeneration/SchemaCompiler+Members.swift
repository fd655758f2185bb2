/// The members of an object form, one by one.
extension SchemaCompiler {
  /// A member that the schema names.
  struct NamedMember {
    let key: [UInt8]
    /// The key as a JSON string without its quotes.
    let spelling: [UInt8]
    let term: SchemaTerm
    let isRequired: Bool
    /// Whether `propertyNames` lets it be.
    let isAllowed: Bool
  }

  /// Members that the schema does not name: all keys of a language, with values of one term.
  struct ExtraMembers {
    let keys: RegularID
    let term: SchemaTerm
  }

  /// The most classes of keys that patterns may divide other keys into.
  private static let mostClasses = 64

  /// The named members: those of `properties` in their order, then others that something asks for.
  mutating func namedMembers(_ form: ObjectForm) throws(ConstraintError) -> [NamedMember] {
    var keys: [[UInt8]] = []
    var seen: Set<[UInt8]> = []
    let dependent = form.dependencies.flatMap { [$0.key, $0.needed] }
    for key in form.rules.flatMap({ $0.properties.map(\.key) }) + form.required + dependent
    where seen.insert(key).inserted {
      keys.append(key)
    }
    let required = Set(form.required)
    let properties = form.rules.map { rule in
      Dictionary(rule.properties.map { ($0.key, $0.term) }) { $0.and($1) }
    }
    var result: [NamedMember] = []
    for key in keys {
      let spelling = JSONText.encoded(key)
      var term = SchemaTerm.anything
      for (index, rule) in form.rules.enumerated() {
        var isKnown = false
        if let own = properties[index][key] {
          term = term.and(own)
          isKnown = true
        }
        for pattern in rule.patterns
        where try grammar.regular.contains(spelling, in: pattern.keys) {
          term = term.and(pattern.term)
          isKnown = true
        }
        if !isKnown { term = term.and(rule.additional) }
      }
      let isAllowed =
        try form.names.map { (names) throws(ConstraintError) in
          try grammar.regular.contains(spelling, in: names)
        } ?? true
      result.append(
        NamedMember(
          key: key, spelling: spelling, term: term, isRequired: required.contains(key),
          isAllowed: isAllowed))
    }
    return result
  }

  /// The other members that may be: keys by the patterns that they match.
  mutating func extraMembers(
    _ form: ObjectForm, beside named: [NamedMember]
  ) throws(ConstraintError) -> [ExtraMembers] {
    let taken = try grammar.regular.choice(of: named.map(\.spelling))
    var base = form.names ?? anyText
    if taken != .nothing {
      base = try grammar.regular.intersection([base, grammar.regular.complement(taken)])
    }
    guard try grammar.regular.hasText(base) else { return [] }
    // Each class with its term, and whether the present rule says anything about it yet.
    var classes: [(keys: RegularID, term: SchemaTerm, isKnown: Bool)] = [(base, .anything, false)]
    for rule in form.rules {
      for index in classes.indices { classes[index].isKnown = false }
      for pattern in rule.patterns {
        var divided: [(keys: RegularID, term: SchemaTerm, isKnown: Bool)] = []
        for part in classes {
          let inside = try grammar.regular.intersection([part.keys, pattern.keys])
          if try grammar.regular.hasText(inside) {
            divided.append((inside, part.term.and(pattern.term), true))
          }
          let outside = try grammar.regular.intersection([
            part.keys, grammar.regular.complement(pattern.keys),
          ])
          if try grammar.regular.hasText(outside) {
            divided.append((outside, part.term, part.isKnown))
          }
        }
        guard divided.count <= Self.mostClasses else {
          throw .limit(
            reason: "JSON schema: its “patternProperties” divide keys into more than "
              + "\(Self.mostClasses) classes")
        }
        classes = divided
      }
      for index in classes.indices where !classes[index].isKnown {
        classes[index].term = classes[index].term.and(rule.additional)
      }
    }
    var result: [ExtraMembers] = []
    for part in classes where try isInhabited(part.term) {
      result.append(ExtraMembers(keys: part.keys, term: part.term))
    }
    return result
  }
}
