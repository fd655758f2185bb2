/// The keywords of objects.
extension SchemaCompiler {
  mutating func objectKeywords(
    _ node: SchemaNode, _ isNegated: Bool
  ) throws(ConstraintError) -> [SchemaForm] {
    var parts: [[ObjectForm]] = []
    if !node.properties.isEmpty || !node.patternProperties.isEmpty
      || node.additionalProperties != nil
    {
      let rule = try rule(node)
      parts.append(isNegated ? try violated(rule, node) : [ObjectForm(rules: [rule])])
    }
    if !node.required.isEmpty {
      parts.append(
        isNegated
          ? node.required.map(absent) : [ObjectForm(required: node.required)])
    }
    if let bound = node.minProperties, bound > 0 {
      parts.append([isNegated ? ObjectForm(maximum: bound - 1) : ObjectForm(minimum: bound)])
    }
    if let bound = node.maxProperties {
      parts.append([isNegated ? ObjectForm(minimum: bound + 1) : ObjectForm(maximum: bound)])
    }
    if let number = node.propertyNames {
      let names = try form(term(number, isNegated: isNegated)).scalars.strings
      parts.append(
        isNegated
          ? [ObjectForm(some: [.init(keys: names, term: .anything)])] : [ObjectForm(names: names)])
    }
    for (key, keys) in node.dependentRequired {
      if isNegated {
        var forms: [ObjectForm] = []
        for other in keys {
          var form = absent(other)
          form.required = [key]
          forms.append(form)
        }
        parts.append(forms)
      } else {
        parts.append([ObjectForm(dependencies: keys.map { .init(key: key, needed: $0) })])
      }
    }
    if let number = node.unevaluatedProperties {
      if isNegated {
        try refuse(node, "unevaluatedProperties", "its negation is not supported")
      } else if let form = try unevaluatedProperties(node, number) {
        parts.append([form])
      }
    }
    return parts.map { objects in
      var form = isNegated ? SchemaForm.none : full
      form.objects = objects
      return form
    }
  }

  /// Objects without a key.
  func absent(_ key: [UInt8]) -> ObjectForm {
    ObjectForm(rules: [.init(properties: [.init(key: key, term: .nothing)])])
  }

  private mutating func rule(_ node: SchemaNode) throws(ConstraintError) -> ObjectForm.Rule {
    var rule = ObjectForm.Rule()
    rule.properties = node.properties.map { .init(key: $0.key, term: term($0.schema)) }
    for (pattern, number) in node.patternProperties {
      do {
        let keys = try SchemaPatterns.search(
          pattern, strings, at: node.pointer(to: "patternProperties"), limits: schema.limits,
          in: &grammar.regular)
        rule.patterns.append(.init(keys: keys, term: term(number)))
      } catch .unsupported(_, let reason) {
        try refuse(node, "patternProperties", reason)
      }
    }
    rule.additional = node.additionalProperties.map { term($0) } ?? .anything
    return rule
  }

  /// Some member is not what it should be.
  private mutating func violated(
    _ rule: ObjectForm.Rule, _ node: SchemaNode
  ) throws(ConstraintError) -> [ObjectForm] {
    var result: [ObjectForm] = []
    for property in rule.properties {
      for literal in property.term.literals {
        let other = ObjectForm.Rule(
          properties: [.init(key: property.key, term: SchemaTerm([literal.negated]))])
        result.append(ObjectForm(rules: [other], required: [property.key]))
      }
    }
    for pattern in rule.patterns {
      for literal in pattern.term.literals {
        result.append(
          ObjectForm(some: [.init(keys: pattern.keys, term: SchemaTerm([literal.negated]))]))
      }
    }
    for literal in rule.additional.literals {
      let named = try grammar.regular.choice(of: rule.properties.map { JSONText.encoded($0.key) })
      let known = try grammar.regular.union([named] + rule.patterns.map(\.keys))
      let others = try grammar.regular.intersection([anyText, grammar.regular.complement(known)])
      result.append(ObjectForm(some: [.init(keys: others, term: SchemaTerm([literal.negated]))]))
    }
    return result
  }

  /// Where what else is evaluated is known beforehand, `unevaluatedProperties` is an `additionalProperties`.
  private mutating func unevaluatedProperties(
    _ outer: SchemaNode, _ number: Int
  ) throws(ConstraintError) -> ObjectForm? {
    var known = ObjectForm.Rule(additional: term(number))
    var pending = [outer]
    var seen: Set<String> = []
    while let node = pending.popLast() {
      guard seen.insert(node.pointer).inserted else { continue }
      guard !dependsOnValue(node) else {
        try refuse(
          outer, "unevaluatedProperties",
          "it is not supported beside keywords that choose a schema by the value")
        return nil
      }
      if node.additionalProperties != nil { return nil }
      if node.unevaluatedProperties != nil, node.pointer != outer.pointer { return nil }
      let rule = try rule(node)
      known.properties += rule.properties.map { .init(key: $0.key, term: .anything) }
      known.patterns += rule.patterns.map { .init(keys: $0.keys, term: .anything) }
      pending += merged(node)
    }
    return ObjectForm(rules: [known])
  }
}
