/// Renders one conversation. Made anew for each rendering, so that the budgets are each rendering's own.
struct TemplateEvaluator {
  /// A macro with the scopes it was defined in; what is at the top level it sees as it stands when it is called.
  struct Macro {
    let definition: TemplateMacro
    let scopes: [[TemplateString: TemplateValue]]
  }

  /// A recursive loop with the scopes it stands in.
  struct Recursion {
    let statement: TemplateLoopStatement
    let scopes: [[TemplateString: TemplateValue]]
  }

  enum Flow { case next, leaveLoop, continueLoop }

  let date: TemplateDate
  var globals: [TemplateString: TemplateValue]
  var scopes: [[TemplateString: TemplateValue]] = []
  var namespaces: [TemplateMapping] = []
  var generators: [[TemplateValue]] = []
  var macros: [Macro] = []
  var recursions: [Recursion] = []
  /// For each run of a loop, what `loop.changed` was given last.
  var changes: [TemplateValue?] = []
  var output: [Unicode.Scalar] = []
  /// The line of what is evaluated, for errors.
  var line = 1
  private var depth = 0
  private var steps = 0
  private var work = 0

  init(variables: [TemplateString: TemplateValue], date: TemplateDate) {
    globals = variables
    self.date = date
  }

  func failure(_ reason: String) -> ChatTemplateError {
    ChatTemplateError(line: line, reason: reason)
  }

  // MARK: - Budgets

  /// Goes one level down and takes a step; each call is paired with ``leave()``, but for those that end in an error.
  mutating func enter(line: Int) throws(ChatTemplateError) {
    self.line = line
    depth += 1
    guard depth <= TemplateLimits.evaluationDepth else {
      throw failure("evaluation is more than \(TemplateLimits.evaluationDepth) levels deep")
    }
    try step()
  }

  mutating func leave() { depth -= 1 }

  mutating func step() throws(ChatTemplateError) {
    steps += 1
    guard steps <= TemplateLimits.steps else {
      throw failure("the template takes more than \(TemplateLimits.steps) steps")
    }
  }

  /// Accounts for scalars read or written, before they are.
  mutating func charge(_ scalars: Int) throws(ChatTemplateError) {
    let (sum, overflow) = work.addingReportingOverflow(scalars)
    guard !overflow, sum <= TemplateLimits.work else {
      throw failure("the template handles more than \(TemplateLimits.work) characters in all")
    }
    work = sum
  }

  mutating func charge(elements: Int) throws(ChatTemplateError) {
    let (scalars, overflow) = elements.multipliedReportingOverflow(by: 8)
    try charge(overflow ? .max : scalars)
  }

  /// Accounts for a string that is about to be made.
  mutating func charge(string length: Int) throws(ChatTemplateError) {
    try check(string: length)
    try charge(length)
  }

  func check(string length: Int) throws(ChatTemplateError) {
    guard length <= TemplateLimits.stringLength else {
      throw failure("a string is longer than \(TemplateLimits.stringLength) characters")
    }
  }

  mutating func append(_ text: TemplateString) throws(ChatTemplateError) {
    try charge(text.count)
    guard output.count + text.count <= TemplateLimits.stringLength else {
      throw failure("the output is longer than \(TemplateLimits.stringLength) characters")
    }
    output += text.scalars
  }

  mutating func sequence(_ items: [TemplateValue]) throws(ChatTemplateError) -> TemplateSequence {
    try charge(elements: items.count)
    let sequence = TemplateSequence(items)
    try check(depth: sequence.depth)
    return sequence
  }

  func check(depth: Int) throws(ChatTemplateError) {
    guard depth <= TemplateLimits.valueDepth else {
      throw failure("a value is nested more than \(TemplateLimits.valueDepth) levels deep")
    }
  }

  mutating func generator(_ items: [TemplateValue]) throws(ChatTemplateError) -> TemplateValue {
    generators.append(try sequence(items).items)
    return .generator(generators.count - 1)
  }

  // MARK: - Names

  func value(of name: TemplateString) -> TemplateValue {
    for scope in scopes.reversed() {
      if let value = scope[name] { return value }
    }
    if let value = globals[name] { return value }
    if let function = TemplateFunction(rawValue: name.text) { return .function(function) }
    return .undefined("'\(name.text)' is undefined")
  }

  mutating func assign(_ value: TemplateValue, to name: TemplateString) {
    if scopes.isEmpty {
      globals[name] = value
    } else {
      scopes[scopes.count - 1][name] = value
    }
  }

  mutating func assign(_ value: TemplateValue, to target: TemplateTarget) throws(ChatTemplateError)
  {
    switch target {
    case .name(let name): assign(value, to: name)
    case .attribute(let namespace, let attribute):
      guard case .namespace(let index) = self.value(of: namespace) else {
        throw failure("cannot assign attribute on non-namespace object")
      }
      namespaces[index].set(value, for: attribute)
    case .tuple(let targets):
      let items = try elements(of: value)
      guard items.count == targets.count else {
        throw failure("\(targets.count) names can't take \(items.count) values")
      }
      for (target, item) in zip(targets, items) { try assign(item, to: target) }
    }
  }
}
