/// Reads the language of Oniguruma's Ruby syntax, as Hugging Face's tokenizers use it: alternatives, classes with
/// nesting and intersection, categories and scripts, repetition (greedy, lazy, possessive), groups with flags, atomic
/// groups, lookaround, and anchors. What is not read (backreferences, absence operators, conditionals) is an error that
/// names it.
struct RegularExpressionParser {
  typealias Node = RegularExpressionNode

  /// What `(?imx-imx)` switches.
  struct Flags {
    var ignoresCase = false
    /// `m` in Ruby's syntax: `.` matches newlines too.
    var dotMatchesNewline = false
  }

  /// Longer expressions are refused; the longest published one has about 1,200 scalars.
  private static let longest = 1 << 14
  /// Groups and classes deeper than this are refused.
  private static let deepest = 64

  let scalars: [Unicode.Scalar]
  var position = 0
  private var depth = 0

  static func parse(_ pattern: String) throws(RegularExpressionError) -> Node {
    var parser = RegularExpressionParser(scalars: Array(pattern.unicodeScalars))
    guard parser.scalars.count <= longest else {
      throw .unsupported("a regular expression of \(parser.scalars.count) characters")
    }
    var flags = Flags()
    let node = try parser.alternatives(&flags)
    guard parser.position == parser.scalars.count else { throw .malformed("a “)” without “(”") }
    return node
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  mutating func take(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard scalars[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  mutating func next() -> Unicode.Scalar? {
    guard let scalar = current else { return nil }
    position += 1
    return scalar
  }

  /// Runs `body` one level deeper.
  mutating func nested<Value>(
    _ body: (inout RegularExpressionParser) throws(RegularExpressionError) -> Value
  ) throws(RegularExpressionError) -> Value {
    guard depth < Self.deepest else { throw .unsupported("more than \(Self.deepest) levels") }
    depth += 1
    let value = try body(&self)
    depth -= 1
    return value
  }

  /// Alternatives up to a `)` or the end. A flag that is set within them holds to their end.
  private mutating func alternatives(_ flags: inout Flags) throws(RegularExpressionError) -> Node {
    var branches: [Node] = []
    var branch: [Node] = []
    while let scalar = current, scalar != ")" {
      if take("|") {
        branches.append(Self.sequence(branch))
        branch = []
      } else if let node = try atom(&flags) {
        branch.append(try repeated(node))
      }
    }
    branches.append(Self.sequence(branch))
    return branches.count == 1 ? branches[0] : .alternatives(branches)
  }

  private static func sequence(_ nodes: [Node]) -> Node {
    nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  /// One element, or `nil` for what matches nothing of its own (a comment, a change of flags).
  private mutating func atom(_ flags: inout Flags) throws(RegularExpressionError) -> Node? {
    guard let scalar = next() else { throw .malformed("the expression ends too early") }
    switch scalar {
    case "(":
      return try nested { (parser) throws(RegularExpressionError) in try parser.group(&flags) }
    case "[":
      let set = try nested { (parser) throws(RegularExpressionError) in
        try parser.characterClass(flags)
      }
      return .scalar(set)
    case ".":
      return .scalar(flags.dotMatchesNewline ? .any : ScalarSet.newline.inverted)
    case "^": return .assertion(.lineStart)
    case "$": return .assertion(.lineEnd)
    case "*", "+", "?": throw .malformed("“\(scalar)” with nothing to repeat")
    case "\\":
      switch try escape(isInClass: false) {
      case .set(let set): return .scalar(set)
      case .scalar(let scalar): return .scalar(literal(scalar, flags))
      case .assertion(let assertion): return .assertion(assertion)
      }
    default: return .scalar(literal(scalar, flags))
    }
  }

  func literal(_ scalar: Unicode.Scalar, _ flags: Flags) -> ScalarSet {
    let set = ScalarSet(ranges: [scalar.value...scalar.value])
    return flags.ignoresCase ? set.ignoringCase : set
  }

  /// What follows a `(`.
  private mutating func group(_ flags: inout Flags) throws(RegularExpressionError) -> Node? {
    var inner = flags
    guard take("?") else { return try closed(&inner) }
    if take(":") { return try closed(&inner) }
    if take("=") { return .lookahead(try closed(&inner), isNegated: false) }
    if take("!") { return .lookahead(try closed(&inner), isNegated: true) }
    if take("<=") { return .lookbehind(try closed(&inner), isNegated: false) }
    if take("<!") { return .lookbehind(try closed(&inner), isNegated: true) }
    if take(">") { return .atomic(try closed(&inner)) }
    if take("#") {
      while let scalar = next(), scalar != ")" {}
      return nil
    }
    if take("<") || take("P<") {
      while let scalar = next(), scalar != ">" {}
      return try closed(&inner)
    }
    var value = true
    while let scalar = next() {
      switch scalar {
      case "-": value = false
      case "i": inner.ignoresCase = value
      case "m": inner.dotMatchesNewline = value
      case ":": return try closed(&inner)
      case ")":
        flags = inner
        return nil
      default: throw .unsupported("the group “(?\(scalar)”")
      }
    }
    throw .malformed("a “(” without “)”")
  }

  private mutating func closed(_ flags: inout Flags) throws(RegularExpressionError) -> Node {
    let node = try alternatives(&flags)
    guard take(")") else { throw .malformed("a “(” without “)”") }
    return node
  }

  /// `node` with the quantifiers that follow it.
  private mutating func repeated(_ node: Node) throws(RegularExpressionError) -> Node {
    var node = node
    while let (least, most, isInterval) = try quantifier() {
      guard most != nil || node.width.least > 0 else {
        throw .unsupported("an endless repetition of what may be empty")
      }
      if isInterval {
        if take("?") {
          // Of a fixed number, `{3}?` makes the whole optional; of a range it is lazy.
          node =
            least == most
            ? .repeated(
              .repeated(node, least: least, most: most, .greedy), least: 0, most: 1, .greedy)
            : .repeated(node, least: least, most: most, .lazy)
        } else {
          node = .repeated(node, least: least, most: most, .greedy)
        }
      } else if take("?") {
        node = .repeated(node, least: least, most: most, .lazy)
      } else if take("+") {
        node = .repeated(node, least: least, most: most, .possessive)
      } else {
        node = .repeated(node, least: least, most: most, .greedy)
      }
    }
    return node
  }

  private mutating func quantifier() throws(RegularExpressionError) -> (
    least: Int, most: Int?, isInterval: Bool
  )? {
    if take("*") { return (0, nil, false) }
    if take("+") { return (1, nil, false) }
    if take("?") { return (0, 1, false) }
    guard current == "{" else { return nil }
    let start = position
    position += 1
    let least = number()
    let isRange = take(",")
    let most = isRange ? number() : least
    guard take("}"), least != nil || most != nil else {
      // Not an interval: the brace is text, which ``atom(_:)`` reads.
      position = start
      return nil
    }
    let lower = least ?? 0
    if let most, most < lower { throw .malformed("{\(lower),\(most)}") }
    return (lower, most, true)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let digit = current, ("0"..."9").contains(digit) {
      value = min((value ?? 0) * 10 + Int(digit.value - 0x30), 100_000)
      position += 1
    }
    return value
  }
}
