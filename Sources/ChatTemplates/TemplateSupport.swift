/// Refuses a template for what it uses and isn't supported, when it is read: by name and line, whether or not a
/// conversation ever leads there.
///
/// What Jinja itself doesn't know is refused where Jinja refuses it: anywhere but in the branches of a condition, where
/// it counts only when it is reached (`CodeGenerator._filter_test_common` of Jinja 3.1).
struct TemplateSupport {
  /// The filters of Jinja 3.1 that are implemented, and transformers' own `tojson`.
  static let filters: Set<String> = [
    "abs", "attr", "batch", "capitalize", "center", "count", "d", "default", "dictsort", "e",
    "escape", "first", "float", "forceescape", "format", "groupby", "indent", "int", "items",
    "join", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr",
    "replace", "reverse", "round", "safe", "select", "selectattr", "slice", "sort", "string",
    "sum", "title", "tojson", "trim", "truncate", "unique", "upper", "wordcount",
  ]

  private static let refusedFilters: Set<String> = [
    "filesizeformat", "pprint", "random", "striptags", "urlencode", "urlize", "wordwrap", "xmlattr",
  ]

  /// The tests of Jinja 3.1: all are implemented.
  static let tests: Set<String> = [
    "!=", "<", "<=", "==", ">", ">=", "boolean", "callable", "defined", "divisibleby", "eq",
    "equalto", "escaped", "even", "false", "filter", "float", "ge", "greaterthan", "gt", "in",
    "integer", "iterable", "le", "lessthan", "lower", "lt", "mapping", "ne", "none", "number",
    "odd", "sameas", "sequence", "string", "test", "true", "undefined", "upper",
  ]

  /// Python's methods that aren't implemented, and have names that no one gives a member that is called.
  private static let refusedMethods: Set<String> = [
    "casefold", "encode", "fromkeys", "maketrans", "translate",
  ]

  /// Jinja's functions that aren't implemented.
  private static let refusedFunctions: Set<String> = ["cycler", "joiner", "lipsum"]

  /// Names that the template gives something to itself, which then are no functions of Jinja's.
  private var assigned: Set<TemplateString> = []

  /// Why a filter can't be used.
  static func problem(withFilter name: String) -> String {
    refusedFilters.contains(name)
      ? "the filter '\(name)' is not supported" : "no filter is named '\(name)'"
  }

  /// Why a test can't be used.
  static func problem(withTest name: String) -> String { "no test is named '\(name)'" }

  /// Checks a whole template.
  static func check(_ statements: [TemplateStatement]) throws(ChatTemplateError) {
    var support = TemplateSupport()
    support.collect(statements)
    try support.check(statements, isSoft: false)
  }

  // MARK: - Names that are assigned

  private mutating func collect(_ statements: [TemplateStatement]) {
    for statement in statements {
      switch statement.kind {
      case .condition(let branches, let otherwise):
        for branch in branches { collect(branch.body) }
        collect(otherwise)
      case .loop(let loop):
        collect(loop.target)
        collect(loop.body)
        collect(loop.otherwise)
      case .assignment(let target, _): collect(target)
      case .blockAssignment(let target, _, let body):
        collect(target)
        collect(body)
      case .filtered(_, let body): collect(body)
      case .scope(let bindings, let body):
        for binding in bindings { collect(binding.target) }
        collect(body)
      case .macro(let macro), .call(_, _, let macro):
        if let name = macro.name { assigned.insert(name) }
        assigned.formUnion(macro.parameters.map(\.name))
        collect(macro.body)
      case .text, .output, .printed, .leaveLoop, .continueLoop: break
      }
    }
  }

  private mutating func collect(_ target: TemplateTarget) {
    switch target {
    case .name(let name): assigned.insert(name)
    case .attribute: break
    case .tuple(let targets): for target in targets { collect(target) }
    }
  }

  // MARK: - Statements

  /// - Parameter isSoft: whether they stand in a condition.
  private func check(
    _ statements: [TemplateStatement], isSoft: Bool
  ) throws(ChatTemplateError) {
    for statement in statements { try check(statement, isSoft: isSoft) }
  }

  private func check(_ statement: TemplateStatement, isSoft: Bool) throws(ChatTemplateError) {
    switch statement.kind {
    case .text, .leaveLoop, .continueLoop: break
    case .output(let expression): try check(expression, isSoft: isSoft)
    case .printed(let expressions):
      for expression in expressions { try check(expression, isSoft: isSoft) }
    case .condition(let branches, let otherwise):
      for branch in branches {
        try check(branch.test, isSoft: true)
        try check(branch.body, isSoft: true)
      }
      try check(otherwise, isSoft: true)
    case .loop(let loop):
      try check(loop.sequence, isSoft: isSoft)
      if let condition = loop.condition { try check(condition, isSoft: false) }
      try check(loop.body, isSoft: false)
      try check(loop.otherwise, isSoft: false)
    case .assignment(_, let value): try check(value, isSoft: isSoft)
    case .blockAssignment(_, let filters, let body), .filtered(let filters, let body):
      for filter in filters { try check(filter, isSoft: false) }
      try check(body, isSoft: false)
    case .scope(let bindings, let body):
      for binding in bindings { try check(binding.value, isSoft: isSoft) }
      try check(body, isSoft: false)
    case .macro(let macro): try check(macro)
    case .call(let function, let arguments, let caller):
      try checkCall(of: function, line: statement.line)
      try check(function, isSoft: isSoft)
      try check(arguments, isSoft: isSoft)
      try check(caller)
    }
  }

  private func check(_ macro: TemplateMacro) throws(ChatTemplateError) {
    for parameter in macro.parameters {
      if let standard = parameter.standard { try check(standard, isSoft: false) }
    }
    try check(macro.body, isSoft: false)
  }

  // MARK: - Expressions

  private func check(_ expression: TemplateExpression, isSoft: Bool) throws(ChatTemplateError) {
    switch expression.kind {
    case .constant, .name: break
    case .list(let items), .tuple(let items), .concatenation(let items):
      for item in items { try check(item, isSoft: isSoft) }
    case .mapping(let items):
      for item in items {
        try check(item.key, isSoft: isSoft)
        try check(item.value, isSoft: isSoft)
      }
    case .attribute(let operand, _), .negative(let operand), .positive(let operand),
      .not(let operand):
      try check(operand, isSoft: isSoft)
    case .item(let left, let right), .binary(_, let left, let right), .and(let left, let right),
      .or(let left, let right):
      try check(left, isSoft: isSoft)
      try check(right, isSoft: isSoft)
    case .slice(let operand, let start, let stop, let step):
      try check(operand, isSoft: isSoft)
      for bound in [start, stop, step] {
        if let bound { try check(bound, isSoft: isSoft) }
      }
    case .call(let function, let arguments):
      try checkCall(of: function, line: expression.line)
      try check(function, isSoft: isSoft)
      try check(arguments, isSoft: isSoft)
    case .filter(let operand, let filter):
      try check(operand, isSoft: isSoft)
      try check(filter, isSoft: isSoft)
    case .test(let operand, let test, _):
      try check(operand, isSoft: isSoft)
      try check(test.arguments, isSoft: isSoft)
      guard isSoft || Self.tests.contains(test.name.text) else {
        throw ChatTemplateError(
          line: test.line, reason: Self.problem(withTest: test.name.text))
      }
    case .comparison(let first, let rest):
      try check(first, isSoft: isSoft)
      for (_, operand) in rest { try check(operand, isSoft: isSoft) }
    case .conditional(let value, let condition, let otherwise):
      try check(value, isSoft: true)
      try check(condition, isSoft: true)
      if let otherwise { try check(otherwise, isSoft: true) }
    }
  }

  private func check(
    _ arguments: TemplateCallArguments, isSoft: Bool
  ) throws(ChatTemplateError) {
    for argument in arguments.positional { try check(argument, isSoft: isSoft) }
    for argument in arguments.named { try check(argument.value, isSoft: isSoft) }
  }

  private func check(_ filter: TemplateFilterCall, isSoft: Bool) throws(ChatTemplateError) {
    try check(filter.arguments, isSoft: isSoft)
    try check(filter: filter.name.text, isSoft: isSoft, line: filter.line)
    // `map('upper')` names a filter too, which Jinja looks up when it runs.
    if filter.name == "map",
      case .constant(.string(let name))? = filter.arguments.positional.first?.kind
    {
      try check(filter: name.text, isSoft: true, line: filter.line)
    }
  }

  private func check(filter name: String, isSoft: Bool, line: Int) throws(ChatTemplateError) {
    guard !Self.filters.contains(name), !isSoft || Self.refusedFilters.contains(name) else {
      return
    }
    throw ChatTemplateError(line: line, reason: Self.problem(withFilter: name))
  }

  private func checkCall(of function: TemplateExpression, line: Int) throws(ChatTemplateError) {
    switch function.kind {
    case .name(let name)
    where Self.refusedFunctions.contains(name.text) && !assigned.contains(name):
      throw ChatTemplateError(
        line: line, reason: "the function '\(name.text)' is not supported")
    case .attribute(_, let name) where Self.refusedMethods.contains(name.text):
      throw ChatTemplateError(line: line, reason: "the method '\(name.text)' is not supported")
    default: break
    }
  }
}
