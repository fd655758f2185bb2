/// The keywords of arrays.
extension SchemaCompiler {
  mutating func arrayKeywords(
    _ node: SchemaNode, _ isNegated: Bool
  ) throws(ConstraintError) -> [SchemaForm] {
    var parts: [[ArrayForm]] = []
    if node.prefixItems != nil || node.items != nil {
      parts.append(isNegated ? try violatedItems(node) : [items(node)])
    }
    if let bound = node.minItems, bound > 0 {
      parts.append([isNegated ? ArrayForm(maximum: bound - 1) : ArrayForm(minimum: bound)])
    }
    if let bound = node.maxItems {
      parts.append([isNegated ? ArrayForm(minimum: bound + 1) : ArrayForm(maximum: bound)])
    }
    if let number = node.contains {
      let term = term(number)
      let minimum = node.minContains ?? 1
      func form(_ minimum: Int, _ maximum: Int?) -> ArrayForm {
        ArrayForm(contains: [.init(term: term, minimum: minimum, maximum: maximum)])
      }
      if !isNegated {
        if minimum > 0 || node.maxContains != nil {
          parts.append([form(minimum, node.maxContains)])
        }
      } else {
        if minimum > 0 { parts.append([form(0, minimum - 1)]) }
        if let bound = node.maxContains { parts.append([form(bound + 1, nil)]) }
      }
    }
    if node.uniqueItems {
      if isNegated {
        try refuse(node, "uniqueItems", "its negation is not supported")
      } else {
        parts.append([ArrayForm(unique: node.pointer(to: "uniqueItems"))])
      }
    }
    if let number = node.unevaluatedItems {
      if isNegated {
        try refuse(node, "unevaluatedItems", "its negation is not supported")
      } else if let form = try unevaluatedItems(node, number) {
        parts.append([form])
      }
    }
    return parts.map { arrays in
      var form = isNegated ? SchemaForm.none : full
      form.arrays = arrays
      return form
    }
  }

  private func items(_ node: SchemaNode) -> ArrayForm {
    ArrayForm(
      prefix: (node.prefixItems ?? []).map { term($0) },
      rest: node.items.map { term($0) } ?? .anything)
  }

  /// Some item is not what it should be.
  private mutating func violatedItems(_ node: SchemaNode) throws(ConstraintError) -> [ArrayForm] {
    let prefix = node.prefixItems ?? []
    var result: [ArrayForm] = []
    for (index, number) in prefix.enumerated() {
      let terms =
        Array(repeating: SchemaTerm.anything, count: index)
        + [term(number, isNegated: true)]
      result.append(ArrayForm(prefix: terms, minimum: index + 1))
    }
    guard let number = node.items else { return result }
    let term = term(number, isNegated: true)
    if prefix.isEmpty {
      result.append(ArrayForm(contains: [.init(term: term, minimum: 1, maximum: nil)]))
    } else if schema.graph[number].constant == false {
      result.append(ArrayForm(minimum: prefix.count + 1))
    } else if schema.graph[number].constant == nil {
      try refuse(node, "items", "its negation after “prefixItems” is not supported")
    }
    return result
  }

  /// Where what else is evaluated is known beforehand, `unevaluatedItems` is an `items`.
  private mutating func unevaluatedItems(
    _ node: SchemaNode, _ number: Int
  ) throws(ConstraintError) -> ArrayForm? {
    var known = 0
    var isComplete = false
    var pending = [node]
    var seen: Set<String> = []
    while let node = pending.popLast() {
      guard seen.insert(node.pointer).inserted else { continue }
      guard !dependsOnValue(node), node.contains == nil else {
        try refuse(
          node, "unevaluatedItems",
          "it is not supported beside keywords that choose a schema by the value")
        return nil
      }
      known = max(known, node.prefixItems?.count ?? 0)
      if node.items != nil { isComplete = true }
      pending += merged(node)
      // One within is done before this one.
      if node.unevaluatedItems != nil, node.unevaluatedItems != number { isComplete = true }
    }
    guard !isComplete else { return nil }
    return ArrayForm(
      prefix: Array(repeating: .anything, count: known), rest: term(number))
  }

  /// Whether a schema at the same place holds for some values and not for others.
  func dependsOnValue(_ node: SchemaNode) -> Bool {
    node.anyOf != nil || node.oneOf != nil || node.condition != nil
      || !node.dependentSchemas.isEmpty
      || node.dynamicReference != nil
  }

  /// The schemas at the same place that always hold.
  func merged(_ node: SchemaNode) -> [SchemaNode] {
    (node.allOf + (node.reference.map { [$0] } ?? [])).map { schema.graph[$0] }
  }
}
