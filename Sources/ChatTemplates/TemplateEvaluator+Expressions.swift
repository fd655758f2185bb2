/// The arguments of a call, evaluated.
struct TemplateArguments {
  var positional: [TemplateValue] = []
  var named: [(name: TemplateString, value: TemplateValue)] = []
}

extension TemplateEvaluator {
  mutating func evaluate(_ expression: TemplateExpression) throws(ChatTemplateError)
    -> TemplateValue
  {
    try enter(line: expression.line)
    let value = try evaluateKind(of: expression)
    leave()
    return value
  }

  /// Each kind that takes more than a line has a function of its own, never inlined: the frame of this one is on the
  /// stack once for every level of a template, and would else hold the variables of all kinds.
  private mutating func evaluateKind(
    of expression: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateValue {
    switch expression.kind {
    case .constant(let value): return value
    case .name(let name): return value(of: name)
    case .list(let items): return .list(try sequence(of: items))
    case .tuple(let items): return .tuple(try sequence(of: items))
    case .mapping(let items): return try mapping(items)
    case .attribute(let operand, let name): return try attribute(name, of: operand, expression.line)
    case .item(let operand, let index): return try item(index, of: operand, expression.line)
    case .slice(let operand, let start, let stop, let step):
      return try slice(operand, [start, stop, step], expression.line)
    case .call(let function, let arguments):
      return try call(function, arguments, expression.line)
    case .filter(let operand, let filter): return try apply(filter, to: operand)
    case .test(let operand, let test, let isNegated):
      return .boolean(try holds(test, for: operand) != isNegated)
    case .negative(let operand): return try sign(operand, isNegative: true, expression.line)
    case .positive(let operand): return try sign(operand, isNegative: false, expression.line)
    case .binary(let operation, let left, let right):
      return try apply(operation, left, right, expression.line)
    case .concatenation(let parts): return try concatenation(of: parts)
    case .comparison(let first, let rest): return try compare(first, rest)
    case .and(let left, let right): return try either(left, right, endingAt: false)
    case .or(let left, let right): return try either(left, right, endingAt: true)
    case .not(let operand): return .boolean(!(try isTrue(operand)))
    case .conditional(let value, let condition, let otherwise):
      return try choose(value, condition, otherwise, expression.line)
    }
  }

  @inline(never)
  mutating func isTrue(_ expression: TemplateExpression) throws(ChatTemplateError) -> Bool {
    isTrue(try evaluate(expression))
  }

  @inline(never)
  private mutating func sequence(
    of items: [TemplateExpression]
  ) throws(ChatTemplateError) -> TemplateSequence {
    try sequence(try evaluate(items))
  }

  @inline(never)
  private mutating func attribute(
    _ name: TemplateString, of operand: TemplateExpression, _ line: Int
  ) throws(ChatTemplateError) -> TemplateValue {
    let value = try evaluate(operand)
    self.line = line
    return try attribute(name, of: value)
  }

  @inline(never)
  private mutating func item(
    _ index: TemplateExpression, of operand: TemplateExpression, _ line: Int
  ) throws(ChatTemplateError) -> TemplateValue {
    let value = try evaluate(operand)
    let key = try evaluate(index)
    self.line = line
    return try item(key, of: value)
  }

  @inline(never)
  private mutating func slice(
    _ operand: TemplateExpression, _ bounds: [TemplateExpression?], _ line: Int
  ) throws(ChatTemplateError) -> TemplateValue {
    let value = try evaluate(operand)
    var values: [TemplateValue] = []
    for bound in bounds {
      if let bound {
        values.append(try evaluate(bound))
      } else {
        values.append(.none)
      }
    }
    self.line = line
    return try slice(value, start: values[0], stop: values[1], step: values[2])
  }

  @inline(never)
  private mutating func call(
    _ function: TemplateExpression, _ arguments: TemplateCallArguments, _ line: Int
  ) throws(ChatTemplateError) -> TemplateValue {
    let function = try evaluate(function)
    let arguments = try evaluate(arguments)
    self.line = line
    return try call(function, arguments)
  }

  @inline(never)
  private mutating func apply(
    _ filter: TemplateFilterCall, to operand: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateValue {
    let value = try evaluate(operand)
    let arguments = try evaluate(filter.arguments)
    line = filter.line
    return try apply(filter: filter.name, to: value, arguments)
  }

  @inline(never)
  private mutating func holds(
    _ test: TemplateFilterCall, for operand: TemplateExpression
  ) throws(ChatTemplateError) -> Bool {
    let value = try evaluate(operand)
    let arguments = try evaluate(test.arguments)
    line = test.line
    return try holds(test: test.name, for: value, arguments)
  }

  @inline(never)
  private mutating func sign(
    _ operand: TemplateExpression, isNegative: Bool, _ line: Int
  ) throws(ChatTemplateError) -> TemplateValue {
    let value = try evaluate(operand)
    self.line = line
    return isNegative ? try negated(value) : try signed(value)
  }

  @inline(never)
  private mutating func apply(
    _ operation: TemplateOperator, _ left: TemplateExpression, _ right: TemplateExpression,
    _ line: Int
  ) throws(ChatTemplateError) -> TemplateValue {
    let left = try evaluate(left)
    let right = try evaluate(right)
    self.line = line
    return try apply(operation, left, right)
  }

  /// `and` ends at the first value that is false, `or` at the first that is true; what they give is that value.
  @inline(never)
  private mutating func either(
    _ left: TemplateExpression, _ right: TemplateExpression, endingAt end: Bool
  ) throws(ChatTemplateError) -> TemplateValue {
    let value = try evaluate(left)
    return isTrue(value) == end ? value : try evaluate(right)
  }

  @inline(never)
  private mutating func choose(
    _ value: TemplateExpression, _ condition: TemplateExpression,
    _ otherwise: TemplateExpression?, _ line: Int
  ) throws(ChatTemplateError) -> TemplateValue {
    if try isTrue(condition) { return try evaluate(value) }
    guard let otherwise else {
      return .undefined(
        "the inline if-expression on line \(line) evaluated to false and no else section was defined."
      )
    }
    return try evaluate(otherwise)
  }

  private mutating func evaluate(
    _ expressions: [TemplateExpression]
  ) throws(ChatTemplateError) -> [TemplateValue] {
    var values: [TemplateValue] = []
    for expression in expressions { values.append(try evaluate(expression)) }
    return values
  }

  mutating func evaluate(
    _ arguments: TemplateCallArguments
  ) throws(ChatTemplateError) -> TemplateArguments {
    var result = TemplateArguments(positional: try evaluate(arguments.positional))
    for argument in arguments.named {
      result.named.append((argument.name, try evaluate(argument.value)))
    }
    return result
  }

  @inline(never)
  private mutating func mapping(
    _ items: [(key: TemplateExpression, value: TemplateExpression)]
  ) throws(ChatTemplateError) -> TemplateValue {
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

  @inline(never)
  private mutating func concatenation(
    of parts: [TemplateExpression]
  ) throws(ChatTemplateError) -> TemplateValue {
    var result: [Unicode.Scalar] = []
    for part in parts {
      let value = try evaluate(part)
      let text = try text(of: value)
      try check(string: result.count + text.count)
      try charge(text.count)
      result += text.scalars
    }
    return .string(TemplateString(result))
  }

  @inline(never)
  private mutating func compare(
    _ first: TemplateExpression, _ rest: [(TemplateComparison, TemplateExpression)]
  ) throws(ChatTemplateError) -> TemplateValue {
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

  @inline(never)
  mutating func call(
    _ function: TemplateValue, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    switch function {
    case .undefined(let reason): throw failure(reason)
    case .function(let function): return try call(function, arguments)
    case .macro(let index): return try call(macro: index, arguments)
    case .method(let receiver, let name): return try call(method: name, of: receiver, arguments)
    case .loop(let loop): return try call(loop: loop, arguments)
    default: throw failure("'\(function.typeName)' object is not callable")
    }
  }

  /// The arguments in the order of `names`, `nil` where one isn't given.
  func bind(
    _ arguments: TemplateArguments, to names: [String], of what: String
  ) throws(ChatTemplateError) -> [TemplateValue?] {
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
