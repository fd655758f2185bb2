import JSON

extension SchemaParser {
  /// The schema at a place, with numbers for those within it.
  mutating func node(
    _ value: JSONValue, at place: Place, _ scope: Scope
  ) throws(ConstraintError) -> SchemaNode {
    var node = SchemaNode(pointer: pointer(of: place))
    node.resource = graph.nodes[try number(of: place, value, within: scope)].resource
    switch value {
    case .bool(let value):
      node.constant = value
      return node
    case .object(let members):
      if scope.dialect == .draft7, let reference = value["$ref"] {
        try read("$ref", reference, into: &node, value, at: place, scope)
        return node
      }
      for member in members {
        try read(member.key, member.value, into: &node, value, at: place, scope)
      }
      return node
    default:
      throw .schema(
        pointer: pointer(of: place),
        reason: "a schema is an object, true or false, not \(value.kind)")
    }
  }

  private mutating func read(
    _ keyword: String, _ value: JSONValue, into node: inout SchemaNode, _ schema: JSONValue,
    at place: Place, _ scope: Scope
  ) throws(ConstraintError) {
    let reader = KeywordReader(schema: node.pointer, keyword: keyword, value: value)
    lazy var inner = Self.append(keyword, to: place)
    let isModern = scope.dialect == .draft2020
    switch keyword {
    case "$ref":
      node.reference = try target(of: reader.string(), from: scope, at: reader.pointer).number
    case "$dynamicRef" where isModern:
      let (number, anchor) = try target(of: reader.string(), from: scope, at: reader.pointer)
      node.dynamicReference = SchemaNode.DynamicReference(initial: number, anchor: anchor)
    case "allOf": node.allOf = try schemas(reader, at: inner, scope)
    case "anyOf": node.anyOf = try schemas(reader, at: inner, scope)
    case "oneOf": node.oneOf = try schemas(reader, at: inner, scope)
    case "not": node.not = try number(of: inner, value, within: scope)
    case "if": node.condition = try number(of: inner, value, within: scope)
    case "then": node.consequence = try number(of: inner, value, within: scope)
    case "else": node.alternative = try number(of: inner, value, within: scope)
    case "type": node.types = try reader.types()
    case "enum": node.values = try reader.list()
    case "const": node.constantValue = value
    case "minimum": node.minimum = try reader.number()
    case "exclusiveMinimum": node.exclusiveMinimum = try reader.number()
    case "maximum": node.maximum = try reader.number()
    case "exclusiveMaximum": node.exclusiveMaximum = try reader.number()
    case "multipleOf":
      let divisor = try reader.number()
      guard divisor > .zero else { throw reader.failure("must be above 0") }
      node.multipleOf = divisor
    case "minLength": node.minLength = try reader.count()
    case "maxLength": node.maxLength = try reader.count()
    case "pattern": node.pattern = try reader.string()
    case "format": node.format = try reader.string()
    case "prefixItems" where isModern: node.prefixItems = try schemas(reader, at: inner, scope)
    case "items":
      if !isModern, case .array = value {
        node.prefixItems = try schemas(reader, at: inner, scope)
        if let rest = schema["additionalItems"] {
          let place = Self.append("additionalItems", to: place)
          node.items = try number(of: place, rest, within: scope)
        }
      } else {
        node.items = try number(of: inner, value, within: scope)
      }
    case "additionalItems" where !isModern: break  // see “items”
    case "contains": node.contains = try number(of: inner, value, within: scope)
    case "minContains" where isModern: node.minContains = try reader.count()
    case "maxContains" where isModern: node.maxContains = try reader.count()
    case "minItems": node.minItems = try reader.count()
    case "maxItems": node.maxItems = try reader.count()
    case "uniqueItems": node.uniqueItems = try reader.bool()
    case "unevaluatedItems" where isModern:
      node.unevaluatedItems = try number(of: inner, value, within: scope)
    case "properties":
      for member in try reader.members() {
        let number = try number(of: Self.append(member.key, to: inner), member.value, within: scope)
        node.properties.append((Array(member.key.utf8), number))
      }
    case "patternProperties":
      for member in try reader.members() {
        let number = try number(of: Self.append(member.key, to: inner), member.value, within: scope)
        node.patternProperties.append((member.key, number))
      }
    case "additionalProperties":
      node.additionalProperties = try number(of: inner, value, within: scope)
    case "propertyNames": node.propertyNames = try number(of: inner, value, within: scope)
    case "required": node.required = try reader.strings().map { Array($0.utf8) }
    case "dependentRequired" where isModern:
      for member in try reader.members() {
        let keys = try reader.member(member).strings().map { Array($0.utf8) }
        node.dependentRequired.append((Array(member.key.utf8), keys))
      }
    case "dependentSchemas" where isModern: try schemas(reader, &node, at: inner, scope)
    case "dependencies":
      for member in try reader.members() {
        if case .array = member.value {
          let keys = try reader.member(member).strings().map { Array($0.utf8) }
          node.dependentRequired.append((Array(member.key.utf8), keys))
        } else {
          let place = Self.append(member.key, to: inner)
          let number = try number(of: place, member.value, within: scope)
          node.dependentSchemas.append((Array(member.key.utf8), number))
        }
      }
    case "minProperties": node.minProperties = try reader.count()
    case "maxProperties": node.maxProperties = try reader.count()
    case "unevaluatedProperties" where isModern:
      node.unevaluatedProperties = try number(of: inner, value, within: scope)
    case "id" where !place.pointer.isEmpty && value.string != nil:
      node.refused.append(
        (keyword, "“id” names a schema in draft-04, and means nothing since; “$id” does"))
    default:
      // All others are notes.
      if let reason = scope.dialect.refusal(of: keyword) { node.refused.append((keyword, reason)) }
    }
  }

  private mutating func schemas(
    _ reader: KeywordReader, at place: Place, _ scope: Scope
  ) throws(ConstraintError) -> [Int] {
    let values = try reader.list()
    guard !values.isEmpty else { throw reader.failure("must have at least one schema") }
    var numbers: [Int] = []
    for (index, value) in values.enumerated() {
      numbers.append(try number(of: Self.append("\(index)", to: place), value, within: scope))
    }
    return numbers
  }

  private mutating func schemas(
    _ reader: KeywordReader, _ node: inout SchemaNode, at place: Place, _ scope: Scope
  ) throws(ConstraintError) {
    for member in try reader.members() {
      let number = try number(of: Self.append(member.key, to: place), member.value, within: scope)
      node.dependentSchemas.append((Array(member.key.utf8), number))
    }
  }
}

/// A keyword's value, read as what it should be.
struct KeywordReader {
  /// The pointer of what the keyword stands in.
  let schema: String
  let keyword: String
  let value: JSONValue

  var pointer: String { schema.appendingPointer(to: keyword) }

  func failure(_ reason: String) -> ConstraintError { .schema(pointer: pointer, reason: reason) }

  private func wrong(_ expected: String) -> ConstraintError {
    failure("must be \(expected), not \(value.kind)")
  }

  func string() throws(ConstraintError) -> String {
    guard let text = value.string else { throw wrong("a string") }
    return text
  }

  func bool() throws(ConstraintError) -> Bool {
    guard case .bool(let value) = value else { throw wrong("true or false") }
    return value
  }

  func number() throws(ConstraintError) -> SchemaNumber {
    guard let number = SchemaNumber(value) else { throw wrong("a number") }
    return number
  }

  /// A whole number from 0 on; `2.0` is one. What is above 10^9 counts as that.
  func count() throws(ConstraintError) -> Int {
    let number = try number()
    guard number.isInteger, !number.isNegative else {
      throw failure("must be a whole number, 0 or above")
    }
    guard let value = value.double, value < 1e9 else { return 1_000_000_000 }
    return Int(value)
  }

  func list() throws(ConstraintError) -> [JSONValue] {
    guard case .array(let values) = value else { throw wrong("a list") }
    return values
  }

  func members() throws(ConstraintError) -> [JSONMember] {
    guard let members = value.members else { throw wrong("an object") }
    return members
  }

  func strings() throws(ConstraintError) -> [String] {
    var result: [String] = []
    for value in try list() {
      guard let text = value.string else {
        throw failure("must be a list of strings; there is \(value.kind) in it")
      }
      result.append(text)
    }
    return result
  }

  func member(_ member: JSONMember) -> KeywordReader {
    KeywordReader(schema: pointer, keyword: member.key, value: member.value)
  }

  func types() throws(ConstraintError) -> Set<SchemaType> {
    let names: [String]
    if let name = value.string { names = [name] } else { names = try strings() }
    var result: Set<SchemaType> = []
    for name in names {
      guard let type = SchemaType(rawValue: name) else {
        throw failure(
          "“\(name)” is no type; there are null, boolean, integer, number, string, array and object"
        )
      }
      result.insert(type)
    }
    return result
  }
}
