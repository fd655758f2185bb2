/// Jinja's tests: what may stand after `is`.
extension TemplateEvaluator {
  mutating func holds(
    test name: TemplateString, for value: TemplateValue, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> Bool {
    let test = name.text
    if let comparison = Self.comparisons[test] {
      let options = try bind(arguments, to: ["other"], of: test)
      guard let other = options[0] else { throw failure("the test '\(test)' takes a value") }
      return try holds(comparison, value, other)
    }
    if test == "divisibleby" || test == "sameas" {
      let options = try bind(arguments, to: ["other"], of: test)
      guard let other = options[0] else { throw failure("the test '\(test)' takes a value") }
      if test == "sameas" { return try isSame(value, other) }
      return try areEqual(try apply(.modulo, value, other), .integer(0))
    }
    guard arguments.positional.isEmpty, arguments.named.isEmpty else {
      throw failure("the test '\(test)' takes no value")
    }
    switch test {
    case "even", "odd":
      let rest = try apply(.modulo, value, .integer(2))
      return try areEqual(rest, .integer(test == "odd" ? 1 : 0))
    case "lower", "upper":
      let text = try text(of: value)
      try charge(elements: text.count)
      return text.isCased(upper: test == "upper")
    default: return try isKind(test, value)
    }
  }

  private static let comparisons: [String: TemplateComparison] = [
    "eq": .equal, "equalto": .equal, "==": .equal, "ne": .notEqual, "!=": .notEqual,
    "lt": .less, "lessthan": .less, "<": .less, "le": .lessOrEqual, "<=": .lessOrEqual,
    "gt": .greater, "greaterthan": .greater, ">": .greater, "ge": .greaterOrEqual,
    ">=": .greaterOrEqual, "in": .contained,
  ]

  private func isKind(_ test: String, _ value: TemplateValue) throws(ChatTemplateError) -> Bool {
    switch (test, value) {
    case ("undefined", .undefined), ("none", .none), ("string", .string), ("mapping", .mapping),
      ("boolean", .boolean), ("integer", .integer), ("float", .float), ("true", .boolean(true)),
      ("false", .boolean(false)),
      ("number", .boolean), ("number", .integer), ("number", .float),
      ("callable", .function), ("callable", .macro), ("callable", .method),
      ("callable", .undefined),
      ("callable", .loop),
      ("iterable", .undefined), ("iterable", .string), ("iterable", .list), ("iterable", .tuple),
      ("iterable", .mapping), ("iterable", .view), ("iterable", .range), ("iterable", .generator),
      ("iterable", .loop),
      ("sequence", .undefined), ("sequence", .string), ("sequence", .list), ("sequence", .tuple),
      ("sequence", .mapping), ("sequence", .range):
      return true
    case ("defined", .undefined): return false
    case ("defined", _): return true
    case ("undefined", _), ("none", _), ("string", _), ("mapping", _), ("boolean", _),
      ("integer", _), ("float", _), ("true", _), ("false", _), ("number", _), ("callable", _),
      ("iterable", _), ("sequence", _):
      return false
    case ("escaped", .string(let text)): return text.isMarkup
    case ("filter", .string(let name)): return TemplateSupport.filters.contains(name.text)
    case ("test", .string(let name)): return TemplateSupport.tests.contains(name.text)
    case ("escaped", _), ("filter", _), ("test", _): return false
    default: throw failure(TemplateSupport.problem(withTest: test))
    }
  }

  /// `is` of Python, for what has one copy there; identity of other values is the implementation's affair.
  private func isSame(
    _ left: TemplateValue, _ right: TemplateValue
  ) throws(ChatTemplateError) -> Bool {
    switch (left, right) {
    case (.none, .none): return true
    case (.boolean(let left), .boolean(let right)): return left == right
    case (.namespace(let left), .namespace(let right)): return left == right
    case (.none, _), (_, .none), (.boolean, _), (_, .boolean): return false
    default: throw failure("the test 'sameas' is not supported but for true, false and none")
    }
  }
}
