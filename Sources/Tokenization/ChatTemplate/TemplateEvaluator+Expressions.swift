/// The arguments of a call, evaluated.
struct TemplateArguments {
  var positional: [TemplateValue] = []
  var named: [(name: TemplateString, value: TemplateValue)] = []
}

extension TemplateEvaluator {
  mutating func evaluate(_ expression: TemplateExpression) throws(TokenizationError)
    -> TemplateValue
  {
    try enter(line: expression.line)
    let value = try evaluateKind(of: expression)
    leave()
    return value
  }

  private mutating func evaluateKind(
    of expression: TemplateExpression
  ) throws(TokenizationError) -> TemplateValue {
    let line = expression.line
    switch expression.kind {
    case .constant(let value): return value
    case .name(let name): return value(of: name)
    case .list(let items): return .list(try sequence(try evaluate(items)))
    case .tuple(let items): return .tuple(try sequence(try evaluate(items)))
    case .mapping(let items): return try mapping(items)
    case .attribute(let operand, let name):
      let value = try evaluate(operand)
      self.line = line
      return try attribute(name, of: value)
    case .item(let operand, let index):
      let value = try evaluate(operand)
      let key = try evaluate(index)
      self.line = line
      return try item(key, of: value)
    case .slice(let operand, let start, let stop, let step):
      let value = try evaluate(operand)
      let bounds = [try evaluate(start), try evaluate(stop), try evaluate(step)]
      self.line = line
      return try slice(value, start: bounds[0], stop: bounds[1], step: bounds[2])
    case .call(let function, let arguments):
      let function = try evaluate(function)
      let arguments = try evaluate(arguments)
      self.line = line
      return try call(function, arguments)
    case .filter(let operand, let filter):
      let value = try evaluate(operand)
      let arguments = try evaluate(filter.arguments)
      self.line = line
      return try apply(filter: filter.name, to: value, arguments)
    case .test(let operand, let test, let isNegated):
      let value = try evaluate(operand)
      let arguments = try evaluate(test.arguments)
      self.line = line
      return .boolean(try holds(test: test.name, for: value, arguments) != isNegated)
    case .negative(let operand), .positive(let operand):
      let value = try evaluate(operand)
      self.line = line
      if case .negative = expression.kind { return try negated(value) }
      return try signed(value)
    case .binary(let operation, let left, let right):
      let left = try evaluate(left)
      let right = try evaluate(right)
      self.line = line
      return try apply(operation, left, right)
    case .concatenation(let parts): return try concatenation(of: parts)
    case .comparison(let first, let rest): return try compare(first, rest)
    case .and(let left, let right):
      let value = try evaluate(left)
      return isTrue(value) ? try evaluate(right) : value
    case .or(let left, let right):
      let value = try evaluate(left)
      return isTrue(value) ? value : try evaluate(right)
    case .not(let operand): return .boolean(!isTrue(try evaluate(operand)))
    case .conditional(let value, let condition, let otherwise):
      if isTrue(try evaluate(condition)) { return try evaluate(value) }
      guard let otherwise else {
        return .undefined(
          "the inline if-expression on line \(line) evaluated to false and no else section was defined."
        )
      }
      return try evaluate(otherwise)
    }
  }

  private mutating func evaluate(
    _ expressions: [TemplateExpression]
  ) throws(TokenizationError) -> [TemplateValue] {
    var values: [TemplateValue] = []
    for expression in expressions { values.append(try evaluate(expression)) }
    return values
  }

  private mutating func evaluate(
    _ expression: TemplateExpression?
  ) throws(TokenizationError) -> TemplateValue {
    guard let expression else { return .none }
    return try evaluate(expression)
  }

  mutating func evaluate(
    _ arguments: TemplateCallArguments
  ) throws(TokenizationError) -> TemplateArguments {
    var result = TemplateArguments(positional: try evaluate(arguments.positional))
    for argument in arguments.named {
      result.named.append((argument.name, try evaluate(argument.value)))
    }
    return result
  }

  private mutating func mapping(
    _ items: [(key: TemplateExpression, value: TemplateExpression)]
  ) throws(TokenizationError) -> TemplateValue {
    var mapping = TemplateMapping()
    for item in items {
      let key = try evaluate(item.key)
      let value = try evaluate(item.value)
      try charge(elements: 4)
      guard let hash = try self.key(for: key) else {
        throw failure("a \(key.typeName) can't be a key")
      }
      mapping.set(value, for: key, hashedAs: hash)
    }
    try check(depth: mapping.depth)
    return .mapping(mapping)
  }

  private mutating func concatenation(
    of parts: [TemplateExpression]
  ) throws(TokenizationError) -> TemplateValue {
    var result: [Unicode.Scalar] = []
    for part in parts {
      let value = try evaluate(part)
      let text = try text(of: value)
      try charge(string: result.count + text.count)
      result += text.scalars
    }
    return .string(TemplateString(result))
  }

  private mutating func compare(
    _ first: TemplateExpression, _ rest: [(TemplateComparison, TemplateExpression)]
  ) throws(TokenizationError) -> TemplateValue {
    var left = try evaluate(first)
    for (comparison, operand) in rest {
      let right = try evaluate(operand)
      line = operand.line
      guard try holds(comparison, left, right) else { return .boolean(false) }
      left = right
    }
    return .boolean(true)
  }

  // MARK: - Calls

  private mutating func call(
    _ function: TemplateValue, _ arguments: TemplateArguments
  ) throws(TokenizationError) -> TemplateValue {
    switch function {
    case .undefined(let reason): throw failure(reason)
    case .function(let function): return try call(function, arguments)
    case .macro(let index): return try call(macro: index, arguments)
    case .method(let receiver, let name): return try call(method: name, of: receiver, arguments)
    case .loop: throw failure("a recursive loop is not supported")
    default: throw failure("'\(function.typeName)' object is not callable")
    }
  }

  /// The arguments in the order of `names`, `nil` where one isn't given.
  func bind(
    _ arguments: TemplateArguments, to names: [String], of what: String
  ) throws(TokenizationError) -> [TemplateValue?] {
    guard arguments.positional.count <= names.count else {
      throw failure("\(what) takes at most \(names.count) argument(s)")
    }
    var values: [TemplateValue?] = arguments.positional
    values += Array(repeating: nil, count: names.count - values.count)
    for argument in arguments.named {
      guard let place = names.firstIndex(of: argument.name.text) else {
        throw failure("\(what) takes no argument '\(argument.name.text)'")
      }
      guard values[place] == nil else {
        throw failure("\(what) got two values for '\(argument.name.text)'")
      }
      values[place] = argument.value
    }
    return values
  }
}
