import JSON

/// Compiles a schema to the machine's grammar.
///
/// A part of a value must satisfy a *term*, a set of schemas. A term becomes a *form*: in-place keywords (`allOf`, `anyOf`,
/// `not`, `if`, `$ref`) are worked out, so that scalars are one regular language, and arrays and objects are alternatives
/// of conjunctions, whose parts are terms again. Negation is by De Morgan's laws down to the single keyword. (The method
/// is that of L. Attouche et al., *Witness Generation for JSON Schema*, VLDB 2022.) What can't be expressed so is refused
/// by its keyword.
struct SchemaCompiler {
  let schema: JSONSchema
  let isLenient: Bool
  var grammar: Grammar
  var strings = ScalarEncoding(.jsonString)
  let anyText: RegularID
  let numbers: NumberLanguages
  /// What a lenient compilation left out.
  private(set) var ignored: [ConstraintError] = []
  private var forms: [SchemaTerm: SchemaForm] = [:]
  private var unfinished: Set<SchemaLiteral> = []
  private var values: [JSONValue] = []
  private var valueNumbers: [SchemaValue: Int] = [:]
  private var nesting = 0
  /// Whether the literal at hand means all that is valid; see ``SchemaLiteral/isExact``.
  var isExact = false
  /// Whether that makes a difference anywhere.
  private let hasNotes: Bool
  // Plans, and what is known of whether terms have values.
  var plans = SchemaPlans()
  var knowledge = SchemaKnowledge()

  /// The most alternatives of arrays or objects that one term may have.
  static let mostAlternatives = 512

  init(_ schema: JSONSchema, isLenient: Bool) throws(ConstraintError) {
    self.schema = schema
    self.isLenient = isLenient
    grammar = Grammar(limits: schema.limits)
    hasNotes =
      !schema.patterns.assertsFormats && schema.graph.nodes.contains { $0.format != nil }
    anyText = try strings.anyText(in: &grammar.regular)
    numbers = try NumberLanguages(of: schema.graph, in: &grammar.regular)
  }

  /// Refuses a keyword, or notes that it is left out.
  mutating func refuse(_ node: SchemaNode, _ keyword: String, _ reason: String)
    throws(ConstraintError)
  {
    try refuse(node.pointer(to: keyword), reason)
  }

  /// Refuses a keyword, or notes that it is left out.
  mutating func refuse(_ pointer: String, _ reason: String) throws(ConstraintError) {
    let error = ConstraintError.unsupported(pointer: pointer, reason: reason)
    guard isLenient else { throw error }
    if !ignored.contains(error) { ignored.append(error) }
  }

  /// A schema, as exactly as the literal at hand.
  func literal(_ number: Int, isNegated: Bool = false) -> SchemaLiteral {
    SchemaLiteral(subject: .schema(number), isNegated: isNegated, isExact: isExact && hasNotes)
  }

  /// A term of one schema, as exactly as the literal at hand.
  func term(_ number: Int, isNegated: Bool = false) -> SchemaTerm {
    SchemaTerm([literal(number, isNegated: isNegated)])
  }

  // MARK: - Forms

  /// The values of a term.
  mutating func form(_ term: SchemaTerm) throws(ConstraintError) -> SchemaForm {
    if let known = forms[term] { return known }
    var result = full
    for literal in term.literals {
      result = try and(result, form(literal))
    }
    forms[term] = result
    return result
  }

  /// The values of a literal.
  mutating func form(_ literal: SchemaLiteral) throws(ConstraintError) -> SchemaForm {
    let single = SchemaTerm([literal])
    if let known = forms[single] { return known }
    let result: SchemaForm
    switch literal.subject {
    case .value(let number):
      result = try form(ofValue: values[number], isNegated: literal.isNegated)
    case .nothing: result = literal.isNegated ? full : .none
    case .schema(let number):
      let node = schema.graph[number]
      let outer = isExact
      isExact = literal.isExact
      defer { isExact = outer }
      guard unfinished.insert(literal).inserted else {
        throw .unsupported(
          pointer: node.pointer, reason: "the schema refers to itself at the same place")
      }
      nesting += 1
      guard nesting <= schema.limits.nesting else {
        throw .limit(
          reason: "JSON schema: #\(node.pointer): schemas refer to one another more than "
            + "\(schema.limits.nesting) deep at one value")
      }
      result = literal.isNegated ? try negative(node) : try positive(node)
      nesting -= 1
      unfinished.remove(literal)
    }
    forms[single] = result
    return result
  }

  /// Every value.
  var full: SchemaForm {
    SchemaForm(scalars: fullScalars, arrays: [.any], objects: [.any])
  }

  private var fullScalars: ScalarForm {
    ScalarForm(
      null: true, yes: true, no: true, plain: .nothing, free: numbers.all, strings: anyText)
  }

  /// The number of a value of `enum` or `const`.
  mutating func number(of value: JSONValue) throws(ConstraintError) -> Int {
    guard let key = SchemaValue(value) else {
      throw .schema(pointer: "", reason: "a value holds a number that is not finite")
    }
    if let number = valueNumbers[key] { return number }
    values.append(value)
    valueNumbers[key] = values.count - 1
    return values.count - 1
  }

  // MARK: - Algebra

  mutating func and(_ left: SchemaForm, _ right: SchemaForm) throws(ConstraintError) -> SchemaForm {
    if left == full { return right }
    if right == full { return left }
    var result = SchemaForm()
    result.scalars = try and(left.scalars, right.scalars)
    guard
      left.arrays.count * right.arrays.count <= Self.mostAlternatives,
      left.objects.count * right.objects.count <= Self.mostAlternatives
    else {
      throw .limit(
        reason: "JSON schema: combining its schemas gives more than \(Self.mostAlternatives) "
          + "alternatives at one place")
    }
    for one in left.arrays {
      for other in right.arrays {
        let both = one.and(other)
        if !result.arrays.contains(both) { result.arrays.append(both) }
      }
    }
    for one in left.objects {
      for other in right.objects {
        let both = try and(one, other)
        if !result.objects.contains(both) { result.objects.append(both) }
      }
    }
    return result
  }

  private mutating func and(
    _ left: ScalarForm, _ right: ScalarForm
  ) throws(ConstraintError) -> ScalarForm {
    var result = ScalarForm()
    result.null = left.null && right.null
    result.yes = left.yes && right.yes
    result.no = left.no && right.no
    result.free = try both(left.free, right.free, of: numbers.all)
    // What one side writes in the shortest way is written so.
    result.plain = try grammar.regular.union([
      both(left.plain, right.plain, of: numbers.all), both(left.plain, right.free, of: numbers.all),
      both(left.free, right.plain, of: numbers.all),
    ])
    result.strings = try both(left.strings, right.strings, of: anyText)
    return result
  }

  /// What two parts of `all` have in common. Without need, an intersection would cost a proof at each of its states.
  private mutating func both(
    _ left: RegularID, _ right: RegularID, of all: RegularID
  ) throws(ConstraintError) -> RegularID {
    if left == all || left == right { return right }
    return right == all ? left : try grammar.regular.intersection([left, right])
  }

  private mutating func and(
    _ left: ObjectForm, _ right: ObjectForm
  ) throws(ConstraintError) -> ObjectForm {
    var result = left
    result.rules += right.rules.filter { !left.rules.contains($0) }
    result.required += right.required.filter { !left.required.contains($0) }
    if let names = right.names {
      result.names =
        try left.names.map { (other) throws(ConstraintError) in
          try grammar.regular.intersection([other, names])
        } ?? names
    }
    result.minimum = max(left.minimum, right.minimum)
    result.maximum = least(left.maximum, right.maximum)
    result.dependencies += right.dependencies.filter { !left.dependencies.contains($0) }
    result.some += right.some.filter { !left.some.contains($0) }
    return result
  }

  mutating func or(_ left: SchemaForm, _ right: SchemaForm) throws(ConstraintError) -> SchemaForm {
    if left == full || right == .none { return left }
    if right == full || left == .none { return right }
    var result = left
    result.scalars.null = left.scalars.null || right.scalars.null
    result.scalars.yes = left.scalars.yes || right.scalars.yes
    result.scalars.no = left.scalars.no || right.scalars.no
    result.scalars.plain = try grammar.regular.union([left.scalars.plain, right.scalars.plain])
    result.scalars.free = try grammar.regular.union([left.scalars.free, right.scalars.free])
    result.scalars.strings = try grammar.regular.union([
      left.scalars.strings, right.scalars.strings,
    ])
    if left.arrays.contains(.any) || right.arrays.contains(.any) {
      result.arrays = [.any]
    } else {
      result.arrays += right.arrays.filter { !left.arrays.contains($0) }
    }
    if left.objects.contains(.any) || right.objects.contains(.any) {
      result.objects = [.any]
    } else {
      result.objects += right.objects.filter { !left.objects.contains($0) }
    }
    guard result.arrays.count + result.objects.count <= Self.mostAlternatives else {
      throw .limit(
        reason: "JSON schema: combining its schemas gives more than \(Self.mostAlternatives) "
          + "alternatives at one place")
    }
    return result
  }
}
