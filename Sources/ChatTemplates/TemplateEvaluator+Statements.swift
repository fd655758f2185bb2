extension TemplateEvaluator {
  mutating func execute(_ statements: [TemplateStatement]) throws(ChatTemplateError) -> Flow {
    for statement in statements {
      try enter(line: statement.line)
      let flow = try execute(statement)
      leave()
      if flow != .next { return flow }
    }
    return .next
  }

  private mutating func execute(_ statement: TemplateStatement) throws(ChatTemplateError) -> Flow {
    switch statement.kind {
    case .text(let text): try append(text)
    case .output(let expression): try output(expression)
    case .condition(let branches, let otherwise):
      return try execute(try body(of: branches, otherwise))
    case .loop(let loop): return try execute(loop)
    case .assignment(let target, let expression): try assign(try evaluate(expression), to: target)
    case .blockAssignment(let target, let filters, let body):
      return try assign(to: target, filters, body)
    case .filtered(let filters, let body): return try output(filters, body)
    case .scope(let bindings, let body): return try execute(body, with: bindings)
    case .macro(let macro):
      macros.append(Macro(definition: macro, scopes: scopes))
      assign(.macro(macros.count - 1), to: macro.name)
    case .leaveLoop: return .leaveLoop
    case .continueLoop: return .continueLoop
    }
    return .next
  }

  @inline(never)
  private mutating func output(_ expression: TemplateExpression) throws(ChatTemplateError) {
    let value = try evaluate(expression)
    try append(try text(of: value))
  }

  @inline(never)
  private mutating func body(
    of branches: [(test: TemplateExpression, body: [TemplateStatement])],
    _ otherwise: [TemplateStatement]
  ) throws(ChatTemplateError) -> [TemplateStatement] {
    for branch in branches where try isTrue(branch.test) { return branch.body }
    return otherwise
  }

  @inline(never)
  private mutating func assign(
    to target: TemplateTarget, _ filters: [TemplateFilterCall], _ body: [TemplateStatement]
  ) throws(ChatTemplateError) -> Flow {
    let (text, flow) = try capture(body)
    if flow == .next { try assign(try apply(filters, to: text), to: target) }
    return flow
  }

  @inline(never)
  private mutating func output(
    _ filters: [TemplateFilterCall], _ body: [TemplateStatement]
  ) throws(ChatTemplateError) -> Flow {
    let (text, flow) = try capture(body)
    guard flow == .next else { return flow }
    let value = try apply(filters, to: text)
    try append(try self.text(of: value))
    return flow
  }

  @inline(never)
  private mutating func execute(
    _ body: [TemplateStatement],
    with bindings: [(target: TemplateTarget, value: TemplateExpression)]
  ) throws(ChatTemplateError) -> Flow {
    // Each value sees the names outside, not those bound beside it.
    var values: [TemplateValue] = []
    for binding in bindings { values.append(try evaluate(binding.value)) }
    scopes.append([:])
    for (binding, value) in zip(bindings, values) { try assign(value, to: binding.target) }
    let flow = try execute(body)
    scopes.removeLast()
    return flow
  }

  @inline(never)
  private mutating func execute(_ loop: TemplateLoopStatement) throws(ChatTemplateError) -> Flow {
    var items = try elements(of: try evaluate(loop.sequence))
    if let condition = loop.condition {
      var kept: [TemplateValue] = []
      for item in items {
        try step()
        scopes.append([:])
        try assign(item, to: loop.target)
        if try isTrue(condition) { kept.append(item) }
        scopes.removeLast()
      }
      items = kept
    }
    guard !items.isEmpty else {
      scopes.append([:])
      let flow = try execute(loop.otherwise)
      scopes.removeLast()
      return flow
    }
    let sequence = try sequence(items)
    for (index, item) in items.enumerated() {
      try step()
      scopes.append(["loop": .loop(TemplateLoop(items: sequence, index: index))])
      try assign(item, to: loop.target)
      let flow = try execute(loop.body)
      scopes.removeLast()
      if flow == .leaveLoop { break }
    }
    return .next
  }

  /// What the body prints, in a scope of its own.
  private mutating func capture(
    _ body: [TemplateStatement]
  ) throws(ChatTemplateError) -> (TemplateValue, Flow) {
    let outer = output
    output = []
    scopes.append([:])
    let flow = try execute(body)
    scopes.removeLast()
    let text = TemplateString(output)
    output = outer
    return (.string(text), flow)
  }

  private mutating func apply(
    _ filters: [TemplateFilterCall], to value: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    var value = value
    for filter in filters {
      let arguments = try evaluate(filter.arguments)
      line = filter.line
      value = try apply(filter: filter.name, to: value, arguments)
    }
    return value
  }

  // MARK: - Macros

  mutating func call(
    macro index: Int, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    try enter(line: line)
    let macro = macros[index]
    let definition = macro.definition
    let name = definition.name.text
    let parameters = definition.parameters
    guard arguments.positional.count <= parameters.count else {
      throw failure("macro '\(name)' takes not more than \(parameters.count) argument(s)")
    }
    var given: [TemplateString: TemplateValue] = [:]
    for (parameter, value) in zip(parameters, arguments.positional) {
      given[parameter.name] = value
    }
    for argument in arguments.named {
      guard parameters.contains(where: { $0.name == argument.name }) else {
        throw failure("macro '\(name)' takes no keyword argument '\(argument.name.text)'")
      }
      guard given.updateValue(argument.value, forKey: argument.name) == nil else {
        throw failure("macro '\(name)' got two values for '\(argument.name.text)'")
      }
    }
    let outerScopes = scopes
    let outerOutput = output
    scopes = macro.scopes + [[:]]
    output = []
    // Defaults may use the parameters before them.
    for parameter in parameters {
      let value: TemplateValue
      if let argument = given[parameter.name] {
        value = argument
      } else if let standard = parameter.standard {
        value = try evaluate(standard)
      } else {
        value = .undefined("parameter '\(parameter.name.text)' was not provided")
      }
      assign(value, to: parameter.name)
    }
    _ = try execute(definition.body)
    let text = TemplateString(output)
    scopes = outerScopes
    output = outerOutput
    leave()
    return .string(text)
  }
}
