extension TemplateParser {
  /// Statements up to one of the tags `ends`, which is left as the current token, or up to the end of the template
  /// where there are none.
  mutating func parseStatements(
    until ends: [TemplateString], of opening: TemplateToken?
  ) throws(ChatTemplateError) -> [TemplateStatement] {
    try enter()
    var statements: [TemplateStatement] = []
    while true {
      let line = current.line
      switch current.kind {
      case .data(let text):
        advance()
        statements.append(TemplateStatement(kind: .text(text), line: line))
      case .variableBegin:
        advance()
        let expression = try parseTuple()
        try expect(.variableEnd, "'}}'")
        statements.append(TemplateStatement(kind: .output(expression), line: line))
      case .blockBegin:
        advance()
        if case .name(let name) = current.kind, ends.contains(name) {
          leave()
          return statements
        }
        statements.append(try parseStatement())
        try expect(.blockEnd, "'%}'")
      default:
        guard let opening else {
          leave()
          return statements
        }
        let expected = ends.map { "'\($0.text)'" }.joined(separator: " or ")
        throw failure("\(opening.description) has no end: expected \(expected)", line: opening.line)
      }
    }
  }

  /// The end of a tag that a body follows. Jinja lets a colon stand before it, as in Python.
  private mutating func endTag() throws(ChatTemplateError) {
    _ = skip(.colon)
    try expect(.blockEnd, "'%}'")
  }

  /// A body that ends with the tag `end`.
  private mutating func parseBody(
    until end: TemplateString, of opening: TemplateToken
  ) throws(ChatTemplateError) -> [TemplateStatement] {
    try endTag()
    let body = try parseStatements(until: [end], of: opening)
    advance()
    return body
  }

  private mutating func parseStatement() throws(ChatTemplateError) -> TemplateStatement {
    let opening = current
    let name = try expectName("the name of a tag")
    let kind: TemplateStatement.Kind
    switch name.text {
    case "if": kind = try parseIf(opening)
    case "for": kind = try parseFor(opening)
    case "set": kind = try parseSet(opening)
    case "with": kind = try parseWith(opening)
    case "macro": kind = try parseMacro(opening)
    case "call": kind = try parseCallBlock(opening)
    case "print": kind = .printed(try parsePrinted())
    case "filter":
      let filters = try parseFilterNames()
      kind = .filtered(filters, body: try parseBody(until: "endfilter", of: opening))
    case "generation":
      let outer = loops
      loops = 0
      kind = .scope([], body: try parseBody(until: "endgeneration", of: opening))
      loops = outer
    case "break", "continue":
      guard loops > 0 else { throw failure("'\(name.text)' outside of a loop", line: opening.line) }
      kind = name == "break" ? .leaveLoop : .continueLoop
    case "autoescape", "block", "extends", "from", "import", "include":
      throw failure("the tag '\(name.text)' is not supported", line: opening.line)
    default: throw failure("unknown tag '\(name.text)'", line: opening.line)
    }
    return TemplateStatement(kind: kind, line: opening.line)
  }

  private mutating func parseIf(
    _ opening: TemplateToken
  ) throws(ChatTemplateError) -> TemplateStatement.Kind {
    var branches: [(test: TemplateExpression, body: [TemplateStatement])] = []
    while true {
      let test = try parseTuple(allowingConditional: false)
      try endTag()
      let body = try parseStatements(until: ["elif", "else", "endif"], of: opening)
      branches.append((test, body))
      if skip(name: "elif") { continue }
      if skip(name: "else") {
        return .condition(branches, otherwise: try parseBody(until: "endif", of: opening))
      }
      advance()
      return .condition(branches, otherwise: [])
    }
  }

  private mutating func parseFor(
    _ opening: TemplateToken
  ) throws(ChatTemplateError) -> TemplateStatement.Kind {
    let target = try parseTarget()
    try expect(.name("in"), "'in'")
    let sequence = try parseTuple(allowingConditional: false)
    let condition = skip(name: "if") ? try parseExpression() : nil
    let isRecursive = skip(name: "recursive")
    try endTag()
    loops += 1
    let body = try parseStatements(until: ["endfor", "else"], of: opening)
    loops -= 1
    var otherwise: [TemplateStatement] = []
    if skip(name: "else") {
      otherwise = try parseBody(until: "endfor", of: opening)
    } else {
      advance()
    }
    return .loop(
      TemplateLoopStatement(
        target: target, sequence: sequence, condition: condition, body: body, otherwise: otherwise,
        isRecursive: isRecursive))
  }

  private mutating func parseSet(
    _ opening: TemplateToken
  ) throws(ChatTemplateError) -> TemplateStatement.Kind {
    let target = try parseTarget(allowingAttributes: true)
    if skip(.assign) { return .assignment(target, try parseTuple()) }
    var filters: [TemplateFilterCall] = []
    if skip(.pipe) { filters = try parseFilterNames() }
    return .blockAssignment(
      target, filters: filters, body: try parseBody(until: "endset", of: opening))
  }

  private mutating func parseWith(
    _ opening: TemplateToken
  ) throws(ChatTemplateError) -> TemplateStatement.Kind {
    var bindings: [(target: TemplateTarget, value: TemplateExpression)] = []
    while current.kind != .blockEnd {
      if !bindings.isEmpty { try expect(.symbol(.comma), "','") }
      let target = try parseTarget()
      try expect(.symbol(.assign), "'='")
      bindings.append((target, try parseExpression()))
    }
    return .scope(bindings, body: try parseBody(until: "endwith", of: opening))
  }

  private mutating func parseMacro(
    _ opening: TemplateToken
  ) throws(ChatTemplateError) -> TemplateStatement.Kind {
    let name = try expectName("the macro's name")
    let parameters = try parseParameters()
    return .macro(try parseMacroBody(named: name, parameters, until: "endmacro", of: opening))
  }

  /// `{% call(x) m(1) %}`: the body is a macro of its own, with the parameters that stand before the call.
  private mutating func parseCallBlock(
    _ opening: TemplateToken
  ) throws(ChatTemplateError) -> TemplateStatement.Kind {
    let hasParameters = current.kind == .symbol(.leftParenthesis)
    let parameters = hasParameters ? try parseParameters() : []
    let expression = try parseExpression()
    guard case .call(let function, let arguments) = expression.kind else {
      throw failure("expected a call after 'call'", line: opening.line)
    }
    let caller = try parseMacroBody(named: nil, parameters, until: "endcall", of: opening)
    return .call(function, arguments, caller: caller)
  }

  private mutating func parsePrinted() throws(ChatTemplateError) -> [TemplateExpression] {
    var expressions: [TemplateExpression] = []
    while current.kind != .blockEnd {
      if !expressions.isEmpty { try expect(.symbol(.comma), "','") }
      expressions.append(try parseExpression())
    }
    return expressions
  }

  private mutating func parseParameters() throws(ChatTemplateError) -> [(
    name: TemplateString, standard: TemplateExpression?
  )] {
    try expect(.symbol(.leftParenthesis), "'('")
    var parameters: [(name: TemplateString, standard: TemplateExpression?)] = []
    while current.kind != .symbol(.rightParenthesis) {
      if !parameters.isEmpty { try expect(.symbol(.comma), "','") }
      let parameter = try expectName("a parameter's name")
      if skip(.assign) {
        parameters.append((parameter, try parseExpression()))
      } else {
        if parameters.last?.standard != nil {
          throw failure("a parameter without a default follows one with a default")
        }
        parameters.append((parameter, nil))
      }
    }
    advance()
    return parameters
  }

  private mutating func parseMacroBody(
    named name: TemplateString?,
    _ parameters: [(name: TemplateString, standard: TemplateExpression?)],
    until end: TemplateString, of opening: TemplateToken
  ) throws(ChatTemplateError) -> TemplateMacro {
    let outer = loops
    loops = 0
    extras.append([])
    let body = try parseBody(until: end, of: opening)
    loops = outer
    var used = extras.removeLast()
    // A parameter of the name is that parameter.
    for parameter in parameters {
      guard let extra = TemplateMacro.Extras.names[parameter.name] else { continue }
      if extra == .caller, used.contains(.caller), parameter.standard == nil {
        throw failure("a parameter 'caller' must have a default", line: opening.line)
      }
      used.remove(extra)
    }
    return TemplateMacro(name: name, parameters: parameters, body: body, extras: used)
  }

  /// One filter or several, joined by `|`, after the word `filter` or the first `|` of a block assignment.
  private mutating func parseFilterNames() throws(ChatTemplateError) -> [TemplateFilterCall] {
    var filters: [TemplateFilterCall] = []
    repeat { filters.append(try parseFilterCall()) } while skip(.pipe)
    return filters
  }

  private mutating func parseTarget(
    allowingAttributes: Bool = false
  ) throws(ChatTemplateError) -> TemplateTarget {
    try enter()
    var targets: [TemplateTarget] = []
    var isTuple = false
    while true {
      if skip(.leftParenthesis) {
        targets.append(try parseTarget(allowingAttributes: allowingAttributes))
        try expect(.symbol(.rightParenthesis), "')'")
      } else {
        targets.append(try parseSingleTarget(allowingAttributes: allowingAttributes))
      }
      guard skip(.comma) else { break }
      isTuple = true
    }
    leave()
    return isTuple ? .tuple(targets) : targets[0]
  }

  private mutating func parseSingleTarget(
    allowingAttributes: Bool
  ) throws(ChatTemplateError) -> TemplateTarget {
    let line = current.line
    let name = try expectName("a name to assign to")
    if ["true", "false", "none", "True", "False", "None"].contains(name.text) {
      throw failure("can't assign to '\(name.text)'", line: line)
    }
    if allowingAttributes, skip(.dot) {
      return .attribute(namespace: name, try expectName("an attribute's name"))
    }
    return .name(name)
  }
}
