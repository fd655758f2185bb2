extension TemplateParser {
  /// A conditional expression, the widest there is but for a bare tuple.
  mutating func parseExpression() throws(ChatTemplateError) -> TemplateExpression {
    try enter()
    var expression = try parseOr()
    while skip(name: "if") {
      let condition = try parseOr()
      let otherwise = skip(name: "else") ? try parseExpression() : nil
      expression = try node(
        .conditional(expression, condition: condition, otherwise: otherwise), line: expression.line,
        over: max(expression.depth, condition.depth, otherwise?.depth ?? 0))
    }
    leave()
    return expression
  }

  /// Expressions joined by commas, or one alone. `()` is a tuple only within parentheses.
  mutating func parseTuple(
    allowingConditional: Bool = true, inParentheses: Bool = false
  ) throws(ChatTemplateError) -> TemplateExpression {
    let line = current.line
    var items: [TemplateExpression] = []
    var depth = 0
    var isTuple = false
    while true {
      switch current.kind {
      case .variableEnd, .blockEnd, .symbol(.rightParenthesis): break
      default:
        let item: TemplateExpression
        if allowingConditional {
          item = try parseExpression()
        } else {
          try enter()
          item = try parseOr()
          leave()
        }
        items.append(item)
        depth = max(depth, item.depth)
        if skip(.comma) {
          isTuple = true
          continue
        }
      }
      break
    }
    if !isTuple, let only = items.first { return only }
    guard isTuple || inParentheses else {
      throw failure("expected an expression, found \(current.description)")
    }
    return try node(.tuple(items), line: line, over: depth)
  }

  // MARK: - Operators, loosest first

  private mutating func parseOr() throws(ChatTemplateError) -> TemplateExpression {
    var left = try parseAnd()
    while skip(name: "or") {
      let right = try parseAnd()
      left = try node(.or(left, right), line: left.line, over: max(left.depth, right.depth))
    }
    return left
  }

  private mutating func parseAnd() throws(ChatTemplateError) -> TemplateExpression {
    var left = try parseNot()
    while skip(name: "and") {
      let right = try parseNot()
      left = try node(.and(left, right), line: left.line, over: max(left.depth, right.depth))
    }
    return left
  }

  private mutating func parseNot() throws(ChatTemplateError) -> TemplateExpression {
    let line = current.line
    guard skip(name: "not") else { return try parseComparison() }
    try enter()
    let operand = try parseNot()
    leave()
    return try node(.not(operand), line: line, over: operand.depth)
  }

  private mutating func parseComparison() throws(ChatTemplateError) -> TemplateExpression {
    let first = try parseBinary(tightness: 0)
    var depth = first.depth
    var rest: [(TemplateComparison, TemplateExpression)] = []
    while let comparison = skipComparison() {
      let operand = try parseBinary(tightness: 0)
      depth = max(depth, operand.depth)
      rest.append((comparison, operand))
    }
    return rest.isEmpty ? first : try node(.comparison(first, rest), line: first.line, over: depth)
  }

  private mutating func skipComparison() -> TemplateComparison? {
    switch current.kind {
    case .symbol(let symbol):
      guard let comparison = TemplateComparison(rawValue: symbol.rawValue) else { return nil }
      advance()
      return comparison
    case .name("in"):
      advance()
      return .contained
    case .name("not") where next.kind == .name("in"):
      advance()
      advance()
      return .notContained
    default: return nil
    }
  }

  /// The operators that take two operands, by how tightly they bind; all group to the left, `**` too, as in Jinja.
  private static let binary: [[TemplateSymbol]] = [
    [.plus, .minus], [.tilde], [.multiply, .divide, .floorDivide, .modulo], [.power],
  ]

  private mutating func parseBinary(tightness: Int) throws(ChatTemplateError) -> TemplateExpression
  {
    guard tightness < Self.binary.count else { return try parseUnary() }
    var left = try parseBinary(tightness: tightness + 1)
    guard tightness != 1 else { return try parseConcatenation(of: left) }
    while case .symbol(let symbol) = current.kind, Self.binary[tightness].contains(symbol),
      let operation = TemplateOperator(rawValue: symbol.rawValue)
    {
      let line = current.line
      advance()
      let right = try parseBinary(tightness: tightness + 1)
      left = try node(
        .binary(operation, left, right), line: line, over: max(left.depth, right.depth))
    }
    return left
  }

  private mutating func parseConcatenation(
    of first: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateExpression {
    var parts = [first]
    var depth = first.depth
    while skip(.tilde) {
      let part = try parseBinary(tightness: 2)
      depth = max(depth, part.depth)
      parts.append(part)
    }
    return parts.count == 1 ? first : try node(.concatenation(parts), line: first.line, over: depth)
  }

  /// A sign binds tighter than a filter: `-1 | abs` is 1.
  private mutating func parseUnary(withFilters: Bool = true) throws(ChatTemplateError)
    -> TemplateExpression
  {
    let line = current.line
    var expression: TemplateExpression
    if current.kind == .symbol(.minus) || current.kind == .symbol(.plus) {
      let isMinus = current.kind == .symbol(.minus)
      advance()
      try enter()
      let operand = try parseUnary(withFilters: false)
      leave()
      expression = try node(
        isMinus ? .negative(operand) : .positive(operand), line: line, over: operand.depth)
    } else {
      expression = try parsePrimary()
    }
    expression = try parsePostfix(expression)
    return withFilters ? try parseFilters(expression) : expression
  }

  // MARK: - Postfix

  private mutating func parsePostfix(
    _ start: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateExpression {
    var expression = start
    while true {
      let line = current.line
      if skip(.dot) {
        switch current.kind {
        case .name(let name):
          advance()
          expression = try node(.attribute(expression, name), line: line, over: expression.depth)
        case .integer(let value):
          advance()
          let index = try node(.constant(.integer(value)), line: line, over: 0)
          expression = try node(.item(expression, index), line: line, over: expression.depth)
        default: throw failure("expected a name after '.', found \(current.description)")
        }
      } else if skip(.leftBracket) {
        expression = try parseSubscript(of: expression, line: line)
      } else if current.kind == .symbol(.leftParenthesis) {
        expression = try parseCall(of: expression)
      } else {
        return expression
      }
    }
  }

  private mutating func parseCall(
    of function: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateExpression {
    let line = current.line
    let arguments = try parseArguments()
    return try node(
      .call(function, arguments), line: line, over: max(function.depth, arguments.depth))
  }

  private mutating func parseFilters(
    _ start: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateExpression {
    var expression = start
    while true {
      if skip(.pipe) {
        let filter = try parseFilterCall()
        expression = try node(
          .filter(expression, filter), line: filter.line,
          over: max(expression.depth, filter.arguments.depth))
      } else if skip(name: "is") {
        expression = try parseTest(of: expression)
      } else if current.kind == .symbol(.leftParenthesis) {
        expression = try parseCall(of: expression)
      } else {
        return expression
      }
    }
  }

  mutating func parseFilterCall() throws(ChatTemplateError) -> TemplateFilterCall {
    let line = current.line
    let name = try parseDottedName("a filter's name")
    var arguments = TemplateCallArguments()
    if current.kind == .symbol(.leftParenthesis) { arguments = try parseArguments() }
    return TemplateFilterCall(name: name, arguments: arguments, line: line)
  }

  private mutating func parseDottedName(_ what: String) throws(ChatTemplateError) -> TemplateString
  {
    var name = try expectName(what)
    while skip(.dot) { name.scalars += ["."] + (try expectName(what)).scalars }
    return name
  }

  private mutating func parseTest(
    of operand: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateExpression {
    let line = current.line
    let isNegated = skip(name: "not")
    let name = try parseDottedName("a test's name")
    var arguments = TemplateCallArguments()
    switch current.kind {
    case .symbol(.leftParenthesis): arguments = try parseArguments()
    case .name("else"), .name("or"), .name("and"): break
    case .name("is"): throw failure("tests can't be chained with 'is'")
    case .name, .string, .integer, .float, .symbol(.leftBracket), .symbol(.leftBrace):
      try enter()
      arguments.positional = [try parsePostfix(try parsePrimary())]
      leave()
    default: break
    }
    let test = TemplateFilterCall(name: name, arguments: arguments, line: line)
    return try node(
      .test(operand, test, isNegated: isNegated), line: line,
      over: max(operand.depth, arguments.depth))
  }

  /// `[index]`, or several indices, which are a tuple, or a slice.
  private mutating func parseSubscript(
    of operand: TemplateExpression, line: Int
  ) throws(ChatTemplateError) -> TemplateExpression {
    var indices: [TemplateExpression] = []
    var depth = operand.depth
    var isTuple = false
    while !skip(.rightBracket) {
      if !indices.isEmpty {
        try expect(.symbol(.comma), "','")
        isTuple = true
      }
      guard current.kind != .symbol(.colon) else {
        if isTuple { throw failure("a slice beside another subscript is not supported") }
        return try parseSlice(of: operand, start: nil, line: line)
      }
      let index = try parseExpression()
      if current.kind == .symbol(.colon) {
        if isTuple { throw failure("a slice beside another subscript is not supported") }
        return try parseSlice(of: operand, start: index, line: line)
      }
      depth = max(depth, index.depth)
      indices.append(index)
    }
    if indices.count == 1 { return try node(.item(operand, indices[0]), line: line, over: depth) }
    let tuple = try node(.tuple(indices), line: line, over: depth)
    return try node(.item(operand, tuple), line: line, over: tuple.depth)
  }

  /// The rest of a slice, from its first colon.
  private mutating func parseSlice(
    of operand: TemplateExpression, start: TemplateExpression?, line: Int
  ) throws(ChatTemplateError) -> TemplateExpression {
    var rest: [TemplateExpression?] = []
    while skip(.colon) {
      guard rest.count < 2 else { throw failure("a slice has at most three parts") }
      let isEmpty = current.kind == .symbol(.colon) || current.kind == .symbol(.rightBracket)
      rest.append(isEmpty ? nil : try parseExpression())
    }
    try expect(.symbol(.rightBracket), "']'")
    let stop = rest[0]
    let step = rest.count > 1 ? rest[1] : nil
    return try node(
      .slice(operand, start: start, stop: stop, step: step), line: line,
      over: max(operand.depth, start?.depth ?? 0, stop?.depth ?? 0, step?.depth ?? 0))
  }

  mutating func parseArguments() throws(ChatTemplateError) -> TemplateCallArguments {
    try expect(.symbol(.leftParenthesis), "'('")
    var arguments = TemplateCallArguments()
    while !skip(.rightParenthesis) {
      if !arguments.positional.isEmpty || !arguments.named.isEmpty {
        try expect(.symbol(.comma), "','")
        if skip(.rightParenthesis) { break }
      }
      if current.kind == .symbol(.multiply) || current.kind == .symbol(.power) {
        throw failure("\(current.description) before an argument is not supported")
      }
      if case .name(let name) = current.kind, next.kind == .symbol(.assign) {
        advance()
        advance()
        arguments.named.append((name, try parseExpression()))
      } else {
        guard arguments.named.isEmpty else {
          throw failure("a positional argument follows a named one")
        }
        arguments.positional.append(try parseExpression())
      }
    }
    return arguments
  }

  // MARK: - Primaries

  private mutating func parsePrimary() throws(ChatTemplateError) -> TemplateExpression {
    let token = current
    let line = token.line
    switch token.kind {
    case .name(let name):
      advance()
      switch name.text {
      case "true", "True": return try node(.constant(.boolean(true)), line: line, over: 0)
      case "false", "False": return try node(.constant(.boolean(false)), line: line, over: 0)
      case "none", "None": return try node(.constant(.none), line: line, over: 0)
      default:
        if let extra = TemplateMacro.Extras.names[name] {
          for index in extras.indices { extras[index].insert(extra) }
        }
        return try node(.name(name), line: line, over: 0)
      }
    case .string(var text):
      advance()
      while case .string(let more) = current.kind {
        advance()
        text.scalars += more.scalars
      }
      return try node(.constant(.string(text)), line: line, over: 0)
    case .integer(let value):
      advance()
      return try node(.constant(.integer(value)), line: line, over: 0)
    case .float(let value):
      advance()
      return try node(.constant(.float(value)), line: line, over: 0)
    case .symbol(.leftParenthesis):
      advance()
      let expression = try parseTuple(inParentheses: true)
      try expect(.symbol(.rightParenthesis), "')'")
      return expression
    case .symbol(.leftBracket): return try parseList()
    case .symbol(.leftBrace): return try parseMapping()
    default: throw failure("expected an expression, found \(token.description)")
    }
  }

  private mutating func parseList() throws(ChatTemplateError) -> TemplateExpression {
    let line = current.line
    advance()
    var items: [TemplateExpression] = []
    var depth = 0
    while !skip(.rightBracket) {
      if !items.isEmpty {
        try expect(.symbol(.comma), "','")
        if skip(.rightBracket) { break }
      }
      let item = try parseExpression()
      depth = max(depth, item.depth)
      items.append(item)
    }
    return try node(.list(items), line: line, over: depth)
  }

  private mutating func parseMapping() throws(ChatTemplateError) -> TemplateExpression {
    let line = current.line
    advance()
    var items: [(key: TemplateExpression, value: TemplateExpression)] = []
    var depth = 0
    while !skip(.rightBrace) {
      if !items.isEmpty {
        try expect(.symbol(.comma), "','")
        if skip(.rightBrace) { break }
      }
      let key = try parseExpression()
      try expect(.symbol(.colon), "':'")
      let value = try parseExpression()
      depth = max(depth, key.depth, value.depth)
      items.append((key, value))
    }
    return try node(.mapping(items), line: line, over: depth)
  }
}
