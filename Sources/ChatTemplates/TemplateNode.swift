/// An expression of a template.
struct TemplateExpression: Sendable {
  indirect enum Kind: Sendable {
    case constant(TemplateValue)
    case name(TemplateString)
    case list([TemplateExpression])
    case tuple([TemplateExpression])
    case mapping([(key: TemplateExpression, value: TemplateExpression)])
    case attribute(TemplateExpression, TemplateString)
    case item(TemplateExpression, TemplateExpression)
    case slice(
      TemplateExpression, start: TemplateExpression?, stop: TemplateExpression?,
      step: TemplateExpression?)
    case call(TemplateExpression, TemplateCallArguments)
    case filter(TemplateExpression, TemplateFilterCall)
    case test(TemplateExpression, TemplateFilterCall, isNegated: Bool)
    case negative(TemplateExpression)
    case positive(TemplateExpression)
    case binary(TemplateOperator, TemplateExpression, TemplateExpression)
    case concatenation([TemplateExpression])
    case comparison(TemplateExpression, [(TemplateComparison, TemplateExpression)])
    case and(TemplateExpression, TemplateExpression)
    case or(TemplateExpression, TemplateExpression)
    case not(TemplateExpression)
    case conditional(
      TemplateExpression, condition: TemplateExpression, otherwise: TemplateExpression?)
  }

  let kind: Kind
  let line: Int
  /// Levels of the tree, this one included.
  let depth: Int
}

/// What stands between the parentheses of a call.
struct TemplateCallArguments: Sendable {
  var positional: [TemplateExpression] = []
  var named: [(name: TemplateString, value: TemplateExpression)] = []

  var depth: Int {
    var deepest = 0
    for expression in positional { deepest = max(deepest, expression.depth) }
    for argument in named { deepest = max(deepest, argument.value.depth) }
    return deepest
  }
}

/// A filter or a test, with its arguments.
struct TemplateFilterCall: Sendable {
  let name: TemplateString
  let arguments: TemplateCallArguments
  let line: Int
}

enum TemplateOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case floorDivide = "//"
  case modulo = "%"
  case power = "**"
}

enum TemplateComparison: String, Sendable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case contained = "in"
  case notContained = "not in"
}

/// What an assignment or a loop binds.
indirect enum TemplateTarget: Sendable {
  case name(TemplateString)
  case attribute(namespace: TemplateString, TemplateString)
  case tuple([TemplateTarget])
}

/// A statement of a template.
struct TemplateStatement: Sendable {
  indirect enum Kind: Sendable {
    case text(TemplateString)
    case output(TemplateExpression)
    case condition(
      [(test: TemplateExpression, body: [TemplateStatement])], otherwise: [TemplateStatement])
    case loop(TemplateLoopStatement)
    case assignment(TemplateTarget, TemplateExpression)
    case blockAssignment(TemplateTarget, filters: [TemplateFilterCall], body: [TemplateStatement])
    case filtered([TemplateFilterCall], body: [TemplateStatement])
    /// `with`, and transformers' `generation`, whose body is a scope of its own too.
    case scope([(target: TemplateTarget, value: TemplateExpression)], body: [TemplateStatement])
    case macro(TemplateMacro)
    /// A call whose body the macro can call as `caller`.
    case call(TemplateExpression, TemplateCallArguments, caller: TemplateMacro)
    case printed([TemplateExpression])
    case leaveLoop
    case continueLoop
  }

  let kind: Kind
  let line: Int
}

struct TemplateLoopStatement: Sendable {
  let target: TemplateTarget
  let sequence: TemplateExpression
  let condition: TemplateExpression?
  let body: [TemplateStatement]
  let otherwise: [TemplateStatement]
  /// Whether the body may run the loop over other values, by calling `loop`.
  let isRecursive: Bool
}

struct TemplateMacro: Sendable {
  /// What a macro takes beside its parameters, where its body uses the name.
  struct Extras: OptionSet, Sendable {
    let rawValue: Int

    /// `caller`, the body of a `call` block.
    static let caller = Extras(rawValue: 1)
    /// `kwargs`, the named arguments that no parameter takes.
    static let named = Extras(rawValue: 2)
    /// `varargs`, the positional arguments that no parameter takes.
    static let positional = Extras(rawValue: 4)

    /// By the names that ask for them.
    static let names: [TemplateString: Extras] = [
      "caller": .caller, "kwargs": .named, "varargs": .positional,
    ]
  }

  /// `nil` for the body of a `call` block.
  let name: TemplateString?
  let parameters: [(name: TemplateString, standard: TemplateExpression?)]
  let body: [TemplateStatement]
  let extras: Extras

  /// What messages call it.
  var shownName: String { name?.text ?? "None" }
}
