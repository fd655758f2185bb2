/// What an expression of a template comes to: Python's values, as far as templates use them.
///
/// All are values. What Jinja shares by reference (namespaces, generators, macros) is a number that the evaluator
/// looks up, so that no template can build a cycle or a chain whose release recurses without bound.
enum TemplateValue: Sendable {
  /// Jinja's `Undefined`, with the sentence that its use raises.
  case undefined(String)
  case none
  case boolean(Bool)
  case integer(Int)
  case float(Double)
  case string(TemplateString)
  case list(TemplateSequence)
  case tuple(TemplateSequence)
  case mapping(TemplateMapping)
  /// What `keys`, `values` and `items` of a mapping give.
  case view(TemplateViewKind, TemplateSequence)
  case range(TemplateRange)
  case loop(TemplateLoop)
  case namespace(Int)
  case generator(Int)
  case macro(Int)
  case function(TemplateFunction)
  indirect case method(TemplateValue, TemplateString)

  /// Levels of nesting.
  var depth: Int {
    switch self {
    case .list(let items), .tuple(let items), .view(_, let items): items.depth
    case .mapping(let mapping): mapping.depth
    case .loop(let loop): loop.items.depth + 1
    case .method(let receiver, _): receiver.depth + 1
    default: 0
    }
  }

  /// The type, as Python names it.
  var typeName: String {
    switch self {
    case .undefined: "Undefined"
    case .none: "NoneType"
    case .boolean: "bool"
    case .integer: "int"
    case .float: "float"
    case .string: "str"
    case .list: "list"
    case .tuple: "tuple"
    case .mapping: "dict"
    case .view(let kind, _): kind.rawValue
    case .range: "range"
    case .loop: "LoopContext"
    case .namespace: "Namespace"
    case .generator: "generator"
    case .macro: "Macro"
    case .function: "function"
    case .method: "builtin_function_or_method"
    }
  }

  /// The number, where Python would compute with it: a truth value counts as 0 or 1.
  var number: TemplateNumber? {
    switch self {
    case .boolean(let value): .integer(value ? 1 : 0)
    case .integer(let value): .integer(value)
    case .float(let value): .float(value)
    default: nil
    }
  }

  static func text(_ text: String) -> TemplateValue { .string(TemplateString(text)) }
}

enum TemplateViewKind: String, Sendable {
  case keys = "dict_keys"
  case values = "dict_values"
  case items = "dict_items"
}

enum TemplateNumber: Sendable {
  case integer(Int)
  case float(Double)

  var double: Double {
    switch self {
    case .integer(let value): Double(value)
    case .float(let value): value
    }
  }
}

/// The elements of a list or a tuple, with the levels of nesting, this one included.
struct TemplateSequence: Sendable {
  let items: [TemplateValue]
  let depth: Int
  /// Whether it is what `groupby` gives, whose two elements are called `grouper` and `list` too.
  let isGroup: Bool

  init(_ items: [TemplateValue], isGroup: Bool = false) {
    self.items = items
    self.isGroup = isGroup
    var deepest = 0
    for item in items { deepest = max(deepest, item.depth) }
    depth = deepest + 1
  }
}

/// A range of integers with a step that is not 0.
struct TemplateRange: Sendable, Hashable {
  let start: Int
  /// Where it was told to stop, for its text; what it holds is ``count`` elements.
  let stop: Int
  let step: Int
  let count: Int

  /// - Precondition: `index` is below `count`, so that the arithmetic can't overflow.
  subscript(index: Int) -> Int { start + index * step }
}

/// What `loop` is inside a `for`.
struct TemplateLoop: Sendable {
  let items: TemplateSequence
  let index: Int
  /// Calls of recursive loops around it.
  let depth: Int
  /// Its number in the evaluator, under which `changed` keeps what it saw.
  let identity: Int
  /// The number of the recursive loop that it is a run of; `nil`: it isn't recursive.
  let recursion: Int?
}

/// The functions that every template can call.
enum TemplateFunction: String, Sendable, CaseIterable {
  case range
  case dict
  case namespace
  case raiseException = "raise_exception"
  case currentTime = "strftime_now"
  case lipsum
  case cycler
  case joiner
}
