/// Builds the syntax tree of a template, with Jinja's grammar and precedences.
struct TemplateParser {
  private let tokens: [TemplateToken]
  private var index = 0
  private var nesting = 0
  /// Loops around the statement at hand, within its macro.
  var loops = 0
  /// What the body of the macro at hand, and of those around it, takes beside its parameters, as far as it is parsed.
  var extras: [TemplateMacro.Extras] = []

  init(source: String) throws(ChatTemplateError) {
    var lexer = TemplateLexer(source)
    tokens = try lexer.tokenize()
  }

  mutating func parse() throws(ChatTemplateError) -> [TemplateStatement] {
    let statements = try parseStatements(until: [], of: nil)
    try TemplateSupport.check(statements)
    return statements
  }

  // MARK: - Tokens

  /// The lexer's last token is `.end`, and nothing moves past it.
  var current: TemplateToken { tokens[index] }

  var next: TemplateToken { tokens[min(index + 1, tokens.count - 1)] }

  mutating func advance() {
    if index + 1 < tokens.count { index += 1 }
  }

  mutating func skip(_ kind: TemplateToken.Kind) -> Bool {
    guard current.kind == kind else { return false }
    advance()
    return true
  }

  mutating func skip(_ symbol: TemplateSymbol) -> Bool { skip(.symbol(symbol)) }

  mutating func skip(name: TemplateString) -> Bool { skip(.name(name)) }

  mutating func expect(_ kind: TemplateToken.Kind, _ what: String) throws(ChatTemplateError) {
    guard skip(kind) else { throw failure("expected \(what), found \(current.description)") }
  }

  mutating func expectName(_ what: String) throws(ChatTemplateError) -> TemplateString {
    guard case .name(let name) = current.kind else {
      throw failure("expected \(what), found \(current.description)")
    }
    advance()
    return name
  }

  func failure(_ reason: String, line: Int? = nil) -> ChatTemplateError {
    ChatTemplateError(line: line ?? current.line, reason: reason)
  }

  // MARK: - Depth

  /// Goes one level down; each call is paired with ``leave()``, but for those that end in an error.
  mutating func enter() throws(ChatTemplateError) {
    nesting += 1
    guard nesting <= TemplateLimits.nesting else {
      throw failure("nested more than \(TemplateLimits.nesting) levels deep")
    }
  }

  mutating func leave() { nesting -= 1 }

  /// Makes an expression. A chain such as `a + b + c` is parsed by a loop and yet is a deep tree, so that depth is
  /// checked here too.
  func node(
    _ kind: TemplateExpression.Kind, line: Int, over depth: Int
  ) throws(ChatTemplateError) -> TemplateExpression {
    guard depth < TemplateLimits.syntaxDepth else {
      throw failure("an expression of more than \(TemplateLimits.syntaxDepth) levels", line: line)
    }
    return TemplateExpression(kind: kind, line: line, depth: depth + 1)
  }
}
