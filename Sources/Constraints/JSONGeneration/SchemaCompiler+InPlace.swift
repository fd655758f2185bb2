/// The keywords that apply schemas at the same place.
extension SchemaCompiler {
  mutating func inPlaceKeywords(
    _ node: SchemaNode, _ isNegated: Bool
  ) throws(ConstraintError) -> [SchemaForm] {
    var parts: [SchemaForm] = []
    var all = node.allOf
    if let reference = node.reference { all.append(reference) }
    if let reference = node.dynamicReference {
      if let anchor = reference.anchor, schema.graph.resources(withAnchor: anchor) > 1 {
        try refuse(
          node, "$dynamicRef", "it is not supported where several resources have its anchor")
      } else {
        all.append(reference.initial)
      }
    }
    for number in all { parts.append(try form(literal(number, isNegated: isNegated))) }
    if let numbers = node.anyOf {
      // “Not any of” is “all are not”.
      var result = isNegated ? full : .none
      for number in numbers {
        let form = try form(literal(number, isNegated: isNegated))
        result = isNegated ? try and(result, form) : try or(result, form)
      }
      parts.append(result)
    }
    if let numbers = node.oneOf {
      parts.append(isNegated ? try notOne(numbers) : try exactlyOne(numbers))
    }
    if let number = node.not { parts.append(try form(literal(number, isNegated: !isNegated))) }
    if let condition = node.condition, node.consequence != nil || node.alternative != nil {
      let holds = try form(literal(condition))
      let fails = try form(literal(condition, isNegated: true))
      // An absent branch accepts everything, so its negation accepts nothing.
      let absent = isNegated ? SchemaForm.none : full
      var consequence = absent
      if let number = node.consequence {
        consequence = try form(literal(number, isNegated: isNegated))
      }
      var alternative = absent
      if let number = node.alternative {
        alternative = try form(literal(number, isNegated: isNegated))
      }
      parts.append(try or(and(holds, consequence), and(fails, alternative)))
    }
    for (key, number) in node.dependentSchemas {
      var present = full
      present.objects = [ObjectForm(required: [key])]
      if isNegated {
        present.scalars = .none
        present.arrays = []
        parts.append(try and(present, form(literal(number, isNegated: isNegated))))
      } else {
        var absent = SchemaForm.none
        absent.objects = [self.absent(key)]
        var dependent = try form(literal(number, isNegated: isNegated))
        dependent = try and(present, dependent)
        // Only objects can have the key.
        dependent.scalars = full.scalars
        dependent.arrays = [.any]
        parts.append(try or(dependent, absent))
      }
    }
    return parts
  }

  /// One of the schemas and none of the others. Schemas that have no value in common need no negation.
  private mutating func exactlyOne(_ numbers: [Int]) throws(ConstraintError) -> SchemaForm {
    // What two have in common is seen in all that they accept.
    let outer = isExact
    isExact = true
    var forms: [SchemaForm] = []
    for number in numbers { forms.append(try form(literal(number))) }
    var isApart: [[Bool]] = Array(
      repeating: Array(repeating: false, count: numbers.count), count: numbers.count)
    for index in numbers.indices {
      for other in numbers.indices[(index + 1)...] where numbers[index] != numbers[other] {
        let both = try and(forms[index], forms[other])
        isApart[index][other] = try !isInhabited(both)
        isApart[other][index] = isApart[index][other]
      }
    }
    isExact = outer
    var result = SchemaForm.none
    for (index, number) in numbers.enumerated() {
      var one = try form(literal(number))
      for other in numbers.indices where other != index && !isApart[index][other] {
        one = try and(one, form(literal(numbers[other], isNegated: true)))
      }
      result = try or(result, one)
    }
    return result
  }

  /// None of the schemas, or two of them.
  private mutating func notOne(_ numbers: [Int]) throws(ConstraintError) -> SchemaForm {
    var result = full
    for number in numbers {
      result = try and(result, form(literal(number, isNegated: true)))
    }
    for (index, number) in numbers.enumerated() {
      for other in numbers[(index + 1)...] {
        let one = try form(literal(number))
        let another = try form(literal(other))
        result = try or(result, and(one, another))
      }
    }
    return result
  }
}

extension SchemaGraph {
  /// How many resources have a dynamic anchor of that name.
  func resources(withAnchor name: String) -> Int {
    dynamicAnchors.values.count { $0[name] != nil }
  }
}
