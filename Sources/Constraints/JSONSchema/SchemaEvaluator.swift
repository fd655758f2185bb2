import Synchronization

/// Judges values by a schema: every keyword of drafts 2020-12 and 7, as the specification means it.
struct SchemaEvaluator {
  let graph: SchemaGraph
  let patterns: SchemaPatterns
  /// The resources that were entered on the way here, the outermost first; for `$dynamicRef`.
  private var scope: [Int] = []
  /// How deep schemas refer to one another at one value; see ``deepest``.
  private var depth = 0
  /// The first thing found wrong.
  private(set) var violation: JSONSchema.Violation?
  var path: [String] = []

  /// More than any schema nests at one value: a reference that leads back to itself without end.
  private static let deepest = 400

  init(_ graph: SchemaGraph, patterns: SchemaPatterns) {
    self.graph = graph
    self.patterns = patterns
  }

  /// What a schema said about the parts of a value, for `unevaluatedItems` and `unevaluatedProperties`.
  struct Evaluated {
    var keys: Set<[UInt8]> = []
    var allKeys = false
    var itemCount = 0
    var allItems = false
    var items: Set<Int> = []

    mutating func formUnion(_ other: Evaluated) {
      keys.formUnion(other.keys)
      allKeys = allKeys || other.allKeys
      itemCount = max(itemCount, other.itemCount)
      allItems = allItems || other.allItems
      items.formUnion(other.items)
    }
  }

  /// Notes what is wrong, unless something was before.
  mutating func fail(_ node: SchemaNode, _ keyword: String, _ reason: String) -> Evaluated? {
    if violation == nil {
      violation = JSONSchema.Violation(
        path: path.map { "/" + $0 }.joined(), schema: node.pointer(to: keyword), reason: reason)
    }
    return nil
  }

  /// What `number` evaluated of the value, or `nil` where the value is not valid.
  mutating func evaluate(
    _ value: SchemaValue, _ number: Int
  ) throws(ConstraintError) -> Evaluated? {
    let node = graph[number]
    if let constant = node.constant {
      if constant { return Evaluated() }
      if violation == nil {
        violation = JSONSchema.Violation(
          path: path.map { "/" + $0 }.joined(), schema: node.pointer,
          reason: "nothing is allowed here")
      }
      return nil
    }
    guard depth < Self.deepest else {
      throw .schema(pointer: node.pointer, reason: "references lead in a circle, or nest too deep")
    }
    depth += 1
    let entered = scope.last != node.resource
    if entered { scope.append(node.resource) }
    defer {
      depth -= 1
      if entered { scope.removeLast() }
    }
    guard try isValidByItself(value, node) else { return nil }
    guard var evaluated = try evaluateInPlace(value, node) else { return nil }
    switch value {
    case .array(let items):
      guard let more = try evaluate(items: items, node, evaluated) else { return nil }
      evaluated.formUnion(more)
    case .object(let members):
      guard let more = try evaluate(members: members, node, evaluated) else { return nil }
      evaluated.formUnion(more)
    default: break
    }
    return evaluated
  }

  /// Whether the value is valid, without a note of why not.
  mutating func isValid(_ value: SchemaValue, _ number: Int) throws(ConstraintError) -> Bool {
    try attempt(value, number) != nil
  }

  private mutating func attempt(
    _ value: SchemaValue, _ number: Int
  ) throws(ConstraintError) -> Evaluated? {
    let before = violation
    let result = try evaluate(value, number)
    violation = before
    return result
  }

  // MARK: - In place

  private mutating func evaluateInPlace(
    _ value: SchemaValue, _ node: SchemaNode
  ) throws(ConstraintError) -> Evaluated? {
    var evaluated = Evaluated()
    var all = node.allOf
    if let reference = node.reference { all.append(reference) }
    if let reference = node.dynamicReference { all.append(resolve(reference)) }
    for number in all {
      guard let more = try evaluate(value, number) else { return nil }
      evaluated.formUnion(more)
    }
    if let anyOf = node.anyOf {
      var isAny = false
      for number in anyOf {
        guard let more = try attempt(value, number) else { continue }
        isAny = true
        evaluated.formUnion(more)
      }
      guard isAny else {
        return fail(node, "anyOf", "none of the \(anyOf.count) schemas accepts it")
      }
    }
    if let oneOf = node.oneOf {
      var count = 0
      for number in oneOf {
        guard let more = try attempt(value, number) else { continue }
        count += 1
        evaluated.formUnion(more)
      }
      guard count == 1 else {
        return fail(node, "oneOf", "\(count) of the \(oneOf.count) schemas accept it, not one")
      }
    }
    if let not = node.not, try attempt(value, not) != nil {
      return fail(node, "not", "it is what the schema excludes")
    }
    if let condition = node.condition {
      let held = try attempt(value, condition)
      if let held { evaluated.formUnion(held) }
      if let branch = held != nil ? node.consequence : node.alternative {
        guard let more = try evaluate(value, branch) else { return nil }
        evaluated.formUnion(more)
      }
    }
    if case .object(let members) = value {
      for (key, number) in node.dependentSchemas where members.value(of: key) != nil {
        guard let more = try evaluate(value, number) else { return nil }
        evaluated.formUnion(more)
      }
    }
    return evaluated
  }

  /// The outermost resource on the way here that has the anchor decides.
  private func resolve(_ reference: SchemaNode.DynamicReference) -> Int {
    guard let anchor = reference.anchor else { return reference.initial }
    for resource in scope {
      if let number = graph.dynamicAnchors[resource]?[anchor] { return number }
    }
    return reference.initial
  }
}
