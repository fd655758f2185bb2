import JSON

/// What each keyword allows, and what it does not: every function gives the form of one, or of its negation.
extension SchemaCompiler {
  /// The values that a schema accepts: what all of its keywords allow.
  mutating func positive(_ node: SchemaNode) throws(ConstraintError) -> SchemaForm {
    if let constant = node.constant { return constant ? full : .none }
    var result = full
    for part in try keywords(node, isNegated: false) { result = try and(result, part) }
    return result
  }

  /// The values that a schema refuses: what any of its keywords does not allow.
  mutating func negative(_ node: SchemaNode) throws(ConstraintError) -> SchemaForm {
    if let constant = node.constant { return constant ? .none : full }
    var result = SchemaForm.none
    for part in try keywords(node, isNegated: true) { result = try or(result, part) }
    return result
  }

  private mutating func keywords(
    _ node: SchemaNode, isNegated: Bool
  ) throws(ConstraintError) -> [SchemaForm] {
    for (keyword, reason) in node.refused { try refuse(node, keyword, reason) }
    var parts: [SchemaForm] = []
    if let types = node.types { parts.append(try form(ofTypes: types, isNegated: isNegated)) }
    if let values = node.values { parts.append(try form(ofAny: values, isNegated: isNegated)) }
    if let value = node.constantValue {
      parts.append(try form(ofValue: value, isNegated: isNegated))
    }
    for language in try numberLanguages(node) {
      parts.append(try form(ofNumbers: language, isNegated))
    }
    for language in try stringLanguages(node, isNegated) {
      parts.append(try form(ofStrings: language, isNegated))
    }
    parts += try arrayKeywords(node, isNegated)
    parts += try objectKeywords(node, isNegated)
    parts += try inPlaceKeywords(node, isNegated)
    return parts
  }

  // MARK: - Any type

  private mutating func form(
    ofTypes types: Set<SchemaType>, isNegated: Bool
  ) throws(ConstraintError) -> SchemaForm {
    func allows(_ type: SchemaType) -> Bool { types.contains(type) != isNegated }
    var result = SchemaForm()
    result.scalars.null = allows(.null)
    result.scalars.yes = allows(.boolean)
    result.scalars.no = allows(.boolean)
    result.scalars.strings = allows(.string) ? anyText : .nothing
    result.arrays = allows(.array) ? [.any] : []
    result.objects = allows(.object) ? [.any] : []
    switch (types.contains(.number), types.contains(.integer)) {
    case (true, _): result.scalars.free = isNegated ? .nothing : numbers.all
    case (false, false): result.scalars.free = isNegated ? numbers.all : .nothing
    case (false, true):
      if isNegated {
        result.scalars.free = try complement(ofNumbers: numbers.integers)
      } else {
        result.scalars.plain = numbers.integers
      }
    }
    return result
  }

  private mutating func complement(
    ofNumbers language: RegularID
  ) throws(ConstraintError) -> RegularID {
    try grammar.regular.intersection([numbers.all, grammar.regular.complement(language)])
  }

  private mutating func complement(
    ofStrings language: RegularID
  ) throws(ConstraintError) -> RegularID {
    try grammar.regular.intersection([anyText, grammar.regular.complement(language)])
  }

  /// One of some values; scalars are gathered, for there may be many.
  private mutating func form(
    ofAny values: [JSONValue], isNegated: Bool
  ) throws(ConstraintError) -> SchemaForm {
    var scalars = ScalarForm()
    var numerals: [RegularID] = []
    var texts: [[UInt8]] = []
    var others: [JSONValue] = []
    for value in values {
      switch value {
      case .null: scalars.null = true
      case .bool(true): scalars.yes = true
      case .bool(false): scalars.no = true
      case .string(let text): texts.append(JSONText.encoded(text.utf8))
      case .array, .object: others.append(value)
      case .integer, .unsigned, .number, .single:
        guard let number = SchemaNumber(value) else { continue }
        numerals.append(try numbers.numerals(of: number, in: &grammar.regular))
      }
    }
    scalars.plain = try grammar.regular.union(numerals)
    scalars.strings = try grammar.regular.choice(of: texts)
    if isNegated {
      scalars.null.toggle()
      scalars.yes.toggle()
      scalars.no.toggle()
      scalars.free = try complement(ofNumbers: scalars.plain)
      scalars.plain = .nothing
      scalars.strings = try complement(ofStrings: scalars.strings)
    }
    var result = SchemaForm(
      scalars: scalars, arrays: isNegated ? [.any] : [], objects: isNegated ? [.any] : [])
    for value in others {
      let form = try form(ofValue: value, isNegated: isNegated)
      result = isNegated ? try and(result, form) : try or(result, form)
    }
    return result
  }

  /// One value, or any other.
  mutating func form(
    ofValue value: JSONValue, isNegated: Bool
  ) throws(ConstraintError) -> SchemaForm {
    switch value {
    case .array(let items):
      var terms: [SchemaTerm] = []
      for item in items { terms.append(SchemaTerm(value: try number(of: item))) }
      guard isNegated else {
        let exact = ArrayForm(prefix: terms, minimum: items.count, maximum: items.count)
        return SchemaForm(arrays: [exact])
      }
      var result = try or(full, .none)
      result.arrays = [ArrayForm(minimum: items.count + 1)]
      if !items.isEmpty { result.arrays.append(ArrayForm(maximum: items.count - 1)) }
      for (index, item) in items.enumerated() {
        let other = SchemaTerm(value: try number(of: item), isNegated: true)
        let prefix = Array(repeating: SchemaTerm.anything, count: index) + [other]
        result.arrays.append(ArrayForm(prefix: prefix, minimum: index + 1))
      }
      return result
    case .object(let members):
      return try form(ofObject: members, isNegated: isNegated)
    default: return try form(ofAny: [value], isNegated: isNegated)
    }
  }

  private mutating func form(
    ofObject members: [JSONMember], isNegated: Bool
  ) throws(ConstraintError) -> SchemaForm {
    var rule = ObjectForm.Rule(additional: .nothing)
    var result = full
    result.objects = [ObjectForm(minimum: members.count + 1)]
    for member in members {
      let key = Array(member.key.utf8)
      let value = try number(of: member.value)
      rule.properties.append(.init(key: key, term: SchemaTerm(value: value)))
      let missing = ObjectForm.Rule(properties: [.init(key: key, term: .nothing)])
      let other = ObjectForm.Rule(
        properties: [.init(key: key, term: SchemaTerm(value: value, isNegated: true))])
      result.objects.append(ObjectForm(rules: [missing]))
      result.objects.append(ObjectForm(rules: [other], required: [key]))
    }
    guard !isNegated else { return result }
    let exact = ObjectForm(rules: [rule], required: rule.properties.map(\.key))
    return SchemaForm(objects: [exact])
  }

  // MARK: - Numbers and strings

  private mutating func form(
    ofNumbers language: RegularID, _ isNegated: Bool
  ) throws(ConstraintError) -> SchemaForm {
    var result = isNegated ? SchemaForm.none : full
    result.scalars.free =
      isNegated
      ? try complement(ofNumbers: language)
      : try grammar.regular.intersection([numbers.all, language])
    return result
  }

  private mutating func form(
    ofStrings language: RegularID, _ isNegated: Bool
  ) throws(ConstraintError) -> SchemaForm {
    var result = isNegated ? SchemaForm.none : full
    result.scalars.strings =
      isNegated
      ? try complement(ofStrings: language)
      : language
    return result
  }

  private mutating func numberLanguages(
    _ node: SchemaNode
  ) throws(ConstraintError) -> [RegularID] {
    var result: [RegularID] = []
    let bounds: [(SchemaNumber?, NumberComparison.Relation)] = [
      (node.minimum, .greaterOrEqual), (node.exclusiveMinimum, .greater),
      (node.maximum, .lessOrEqual), (node.exclusiveMaximum, .less),
    ]
    for case (let bound?, let relation) in bounds {
      result.append(try grammar.regular.add(NumberComparison(relation, bound)))
    }
    if let divisor = node.multipleOf {
      if let automaton = NumberMultiple(of: divisor) {
        result.append(try grammar.regular.add(automaton))
      } else {
        try refuse(
          node, "multipleOf",
          "the divisor's digits, without point and zeros before it, are above 10000")
      }
    }
    return result
  }

  private mutating func stringLanguages(
    _ node: SchemaNode, _ isNegated: Bool
  ) throws(ConstraintError) -> [RegularID] {
    var result: [RegularID] = []
    if node.minLength != nil || node.maxLength != nil {
      let minimum = node.minLength ?? 0
      if let maximum = node.maxLength, maximum < minimum {
        result.append(.nothing)
      } else {
        result.append(
          try strings.text(minimum: minimum, maximum: node.maxLength, in: &grammar.regular))
      }
    }
    if let pattern = node.pattern {
      do {
        result.append(
          try SchemaPatterns.search(
            pattern, strings, at: node.pointer(to: "pattern"), limits: schema.limits,
            in: &grammar.regular))
      } catch .unsupported(_, let reason) {
        try refuse(node, "pattern", reason)
      }
    }
    // A note, to the specification: nothing fails for its format. Generation keeps to it all the same.
    if let format = node.format, schema.patterns.assertsFormats || !(isNegated || isExact) {
      if let language = try SchemaPatterns.format(
        format, strings, limits: schema.limits, in: &grammar.regular)
      {
        result.append(language)
      } else {
        try refuse(node, "format", "the format “\(format)” is not supported")
      }
    }
    return result
  }
}
