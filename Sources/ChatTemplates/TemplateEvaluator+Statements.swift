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
      assign(.macro(macros.count - 1), to: macro.name ?? "")
    case .call(let function, let arguments, let caller):
      try output(try call(function, arguments, with: caller, line: statement.line))
    case .printed(let expressions):
      for expression in expressions { try output(expression) }
    case .leaveLoop: return .leaveLoop
    case .continueLoop: return .continueLoop
    }
    return .next
  }

  @inline(never)
  private mutating func output(_ expression: TemplateExpression) throws(ChatTemplateError) {
    try output(try evaluate(expression))
  }

  @inline(never)
  private mutating func output(_ value: TemplateValue) throws(ChatTemplateError) {
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
    let sequence = try evaluate(loop.sequence)
    var recursion: Int?
    if loop.isRecursive {
      // The scopes are kept as long as the rendering lasts.
      try charge(elements: 64)
      recursions.append(Recursion(statement: loop, scopes: scopes))
      recursion = recursions.count - 1
    }
    return try run(loop, over: sequence, depth: 0, recursion: recursion)
  }

  /// What a recursive loop prints over other values: the call `loop(values)`.
  mutating func call(
    loop: TemplateLoop, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    guard let index = loop.recursion else {
      throw failure("The loop must have the 'recursive' marker to be called recursively.")
    }
    let values = try bind(arguments, to: ["iterable"], of: "loop")
    guard let sequence = values[0] else { throw failure("loop takes what to run over") }
    try enter(line: line)
    let outerScopes = scopes
    let outerOutput = output
    scopes = recursions[index].scopes
    output = []
    _ = try run(
      recursions[index].statement, over: sequence, depth: loop.depth + 1, recursion: index)
    let text = TemplateString(output)
    scopes = outerScopes
    output = outerOutput
    leave()
    return .string(text)
  }

  @inline(never)
  private mutating func run(
    _ loop: TemplateLoopStatement, over sequence: TemplateValue, depth: Int, recursion: Int?
  ) throws(ChatTemplateError) -> Flow {
    var items = try elements(of: sequence)
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
    let all = try self.sequence(items)
    changes.append(nil)
    let identity = changes.count - 1
    for (index, item) in items.enumerated() {
      try step()
      let state = TemplateLoop(
        items: all, index: index, depth: depth, identity: identity, recursion: recursion)
      scopes.append(["loop": .loop(state)])
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

  /// A call with the body of a `call` block as the argument `caller`.
  @inline(never)
  private mutating func call(
    _ function: TemplateExpression, _ arguments: TemplateCallArguments,
    with caller: TemplateMacro, line: Int
  ) throws(ChatTemplateError) -> TemplateValue {
    let function = try evaluate(function)
    var arguments = try evaluate(arguments)
    self.line = line
    try charge(elements: 64)
    macros.append(Macro(definition: caller, scopes: scopes))
    arguments.named.append(("caller", .macro(macros.count - 1)))
    return try call(function, arguments)
  }

  mutating func call(
    macro index: Int, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    try enter(line: line)
    let macro = macros[index]
    let definition = macro.definition
    let name = definition.shownName
    let parameters = definition.parameters
    let extra = arguments.positional.dropFirst(parameters.count)
    guard extra.isEmpty || definition.extras.contains(.positional) else {
      throw failure("macro '\(name)' takes not more than \(parameters.count) argument(s)")
    }
    var caller: TemplateValue?
    var rest = TemplateMapping()
    var given: [TemplateString: TemplateValue] = [:]
    for (parameter, value) in zip(parameters, arguments.positional) {
      given[parameter.name] = value
    }
    for argument in arguments.named {
      if argument.name == "caller", definition.extras.contains(.caller) {
        caller = argument.value
        continue
      }
      guard parameters.contains(where: { $0.name == argument.name }) else {
        if definition.extras.contains(.named) {
          rest.set(argument.value, for: argument.name)
          continue
        }
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
    if definition.extras.contains(.caller) {
      assign(caller ?? .undefined("No caller defined"), to: "caller")
    }
    if definition.extras.contains(.named) {
      try check(depth: rest.depth)
      assign(.mapping(rest), to: "kwargs")
    }
    if definition.extras.contains(.positional) {
      assign(.tuple(try sequence(Array(extra))), to: "varargs")
    }
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
