import JSON

extension SchemaEvaluator {
  /// The keywords that look at the value alone.
  mutating func isValidByItself(
    _ value: SchemaValue, _ node: SchemaNode
  ) throws(ConstraintError) -> Bool {
    if let types = node.types {
      let isTyped =
        types.contains(value.type) || (value.type == .integer && types.contains(.number))
      if !isTyped {
        let names = types.map(\.rawValue).sorted().joined(separator: " or ")
        return fail(node, "type", "must be \(names), not \(value.type.rawValue)") != nil
      }
    }
    if let values = node.values, !values.contains(where: { SchemaValue($0) == value }) {
      return fail(node, "enum", "is none of the \(values.count) values") != nil
    }
    if let constant = node.constantValue, SchemaValue(constant) != value {
      return fail(node, "const", "must be \(constant.text)") != nil
    }
    switch value {
    case .number(let number): return isValid(number, node)
    case .string(let text): return try isValid(text, node)
    default: return true
    }
  }

  private mutating func isValid(_ number: SchemaNumber, _ node: SchemaNode) -> Bool {
    if let bound = node.minimum, number < bound {
      return fail(node, "minimum", "is below the minimum") != nil
    }
    if let bound = node.exclusiveMinimum, number <= bound {
      return fail(node, "exclusiveMinimum", "is not above the bound") != nil
    }
    if let bound = node.maximum, number > bound {
      return fail(node, "maximum", "is above the maximum") != nil
    }
    if let bound = node.exclusiveMaximum, number >= bound {
      return fail(node, "exclusiveMaximum", "is not below the bound") != nil
    }
    if let divisor = node.multipleOf, !number.isMultiple(of: divisor) {
      return fail(node, "multipleOf", "is no multiple of the divisor") != nil
    }
    return true
  }

  private mutating func isValid(_ text: [UInt8], _ node: SchemaNode) throws(ConstraintError) -> Bool
  {
    let length = SchemaValue.length(of: text)
    if let bound = node.minLength, length < bound {
      return fail(node, "minLength", "has \(length) characters, fewer than \(bound)") != nil
    }
    if let bound = node.maxLength, length > bound {
      return fail(node, "maxLength", "has \(length) characters, more than \(bound)") != nil
    }
    if let pattern = node.pattern,
      try !patterns.matches(pattern, text, at: node.pointer(to: "pattern"))
    {
      return fail(node, "pattern", "does not match “\(pattern)”") != nil
    }
    if patterns.assertsFormats, let format = node.format, try !patterns.accepts(format, text) {
      return fail(node, "format", "is no \(format)") != nil
    }
    return true
  }

  // MARK: - Arrays

  mutating func evaluate(
    items: [SchemaValue], _ node: SchemaNode, _ before: Evaluated
  ) throws(ConstraintError) -> Evaluated? {
    if let bound = node.minItems, items.count < bound {
      return fail(node, "minItems", "has \(items.count) items, fewer than \(bound)")
    }
    if let bound = node.maxItems, items.count > bound {
      return fail(node, "maxItems", "has \(items.count) items, more than \(bound)")
    }
    if node.uniqueItems, Set(items).count < items.count {
      return fail(node, "uniqueItems", "has two items that are equal")
    }
    var evaluated = before
    let prefix = node.prefixItems ?? []
    for (index, number) in prefix.enumerated() where index < items.count {
      guard try isValid(items[index], number, at: "\(index)") else { return nil }
    }
    evaluated.itemCount = max(evaluated.itemCount, prefix.count)
    if let number = node.items {
      for index in items.indices.dropFirst(prefix.count) {
        guard try isValid(items[index], number, at: "\(index)") else { return nil }
      }
      evaluated.allItems = true
    }
    if let number = node.contains {
      var count = 0
      for (index, item) in items.enumerated() where try isValid(item, number) {
        count += 1
        evaluated.items.insert(index)
      }
      if count < node.minContains ?? 1 {
        return fail(node, "contains", "\(count) items are accepted, too few")
      }
      if let bound = node.maxContains, count > bound {
        return fail(node, "maxContains", "\(count) items are accepted, more than \(bound)")
      }
    }
    if let number = node.unevaluatedItems, !evaluated.allItems {
      for index in items.indices.dropFirst(evaluated.itemCount)
      where !evaluated.items.contains(index) {
        guard try isValid(items[index], number, at: "\(index)") else { return nil }
      }
      evaluated.allItems = true
    }
    return evaluated
  }

  /// Whether a part of the value is valid; why not is noted with its place.
  private mutating func isValid(
    _ value: SchemaValue, _ number: Int, at token: String
  ) throws(ConstraintError) -> Bool {
    path.append(token.replacing("~", with: "~0").replacing("/", with: "~1"))
    defer { path.removeLast() }
    return try evaluate(value, number) != nil
  }

  // MARK: - Objects

  mutating func evaluate(
    members: [SchemaValue.Member], _ node: SchemaNode, _ before: Evaluated
  ) throws(ConstraintError) -> Evaluated? {
    if let bound = node.minProperties, members.count < bound {
      return fail(node, "minProperties", "has \(members.count) members, fewer than \(bound)")
    }
    if let bound = node.maxProperties, members.count > bound {
      return fail(node, "maxProperties", "has \(members.count) members, more than \(bound)")
    }
    for key in node.required where members.value(of: key) == nil {
      return fail(node, "required", "the member “\(Self.text(key))” is missing")
    }
    for (key, keys) in node.dependentRequired where members.value(of: key) != nil {
      for other in keys where members.value(of: other) == nil {
        return fail(
          node, "dependentRequired",
          "the member “\(Self.text(other))” is missing, which “\(Self.text(key))” asks for")
      }
    }
    var evaluated = before
    var isNamed: Set<[UInt8]> = []
    for (key, number) in node.properties {
      guard let value = members.value(of: key) else { continue }
      isNamed.insert(key)
      guard try isValid(value, number, at: Self.text(key)) else { return nil }
    }
    for (pattern, number) in node.patternProperties {
      let pointer = node.pointer(to: "patternProperties")
      for member in members where try patterns.matches(pattern, member.key, at: pointer) {
        isNamed.insert(member.key)
        guard try isValid(member.value, number, at: Self.text(member.key)) else { return nil }
      }
    }
    evaluated.keys.formUnion(isNamed)
    if let number = node.additionalProperties {
      for member in members where !isNamed.contains(member.key) {
        guard try isValid(member.value, number, at: Self.text(member.key)) else { return nil }
      }
      evaluated.allKeys = true
    }
    if let number = node.propertyNames {
      for member in members {
        guard try isValid(.string(member.key), number, at: Self.text(member.key)) else {
          return nil
        }
      }
    }
    if let number = node.unevaluatedProperties, !evaluated.allKeys {
      for member in members where !evaluated.keys.contains(member.key) {
        guard try isValid(member.value, number, at: Self.text(member.key)) else { return nil }
      }
      evaluated.allKeys = true
    }
    return evaluated
  }

  private static func text(_ key: [UInt8]) -> String { String(decoding: key, as: UTF8.self) }
}
