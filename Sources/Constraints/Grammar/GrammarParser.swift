/// Reads a grammar in llama.cpp's GBNF.
struct GrammarParser {
  private let scalars: [Unicode.Scalar]
  private let lineStarts: [Int]
  private let limits: ConstraintLimits
  private var position = 0
  private(set) var rules: [GrammarRule] = []
  private var numbers: [String: Int] = [:]

  /// The rules that `text` defines; all that are named are defined, and one is `root`.
  static func parse(
    _ text: String, limits: ConstraintLimits
  ) throws(ConstraintError) -> [GrammarRule] {
    var parser = GrammarParser(text, limits: limits)
    parser.skipSpace(newlines: true)
    while parser.current != nil { try parser.rule() }
    for rule in parser.rules where rule.expression == nil {
      throw rule.place.failure("the rule “\(rule.name)” is not defined")
    }
    guard parser.numbers["root"] != nil else {
      throw GrammarPlace(line: 1, column: 1).failure("there is no rule “root”")
    }
    return parser.rules
  }

  private init(_ text: String, limits: ConstraintLimits) {
    let scalars = Array(text.unicodeScalars)
    self.scalars = scalars
    lineStarts = [0] + scalars.indices.filter { scalars[$0] == "\n" }.map { $0 + 1 }
    self.limits = limits
  }

  private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private var following: Unicode.Scalar? {
    position + 1 < scalars.count ? scalars[position + 1] : nil
  }

  private func place(at position: Int? = nil) -> GrammarPlace {
    let position = position ?? self.position
    // The last line that begins at or before the place.
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= position { low = middle } else { high = middle }
    }
    return GrammarPlace(line: low + 1, column: position - lineStarts[low] + 1)
  }

  private func failure(_ reason: String, at position: Int? = nil) -> ConstraintError {
    place(at: position).failure(reason)
  }

  /// Steps over blanks and comments, and over the ends of lines where a rule goes on over them.
  private mutating func skipSpace(newlines: Bool) {
    while let scalar = current {
      switch scalar {
      case " ", "\t": position += 1
      case "\n" where newlines, "\r" where newlines: position += 1
      case "#":
        while let scalar = current, scalar != "\n", scalar != "\r" { position += 1 }
      default: return
      }
    }
  }

  private mutating func take(_ text: String) -> Bool {
    let wanted = text.unicodeScalars
    guard scalars[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  private mutating func expect(_ text: String) throws(ConstraintError) {
    guard take(text) else { throw failure("“\(text)” should be here") }
  }

  // MARK: - Rules

  private mutating func rule() throws(ConstraintError) {
    let start = position
    let number = try name()
    guard rules[number].expression == nil else {
      throw failure("the rule “\(rules[number].name)” is defined twice", at: start)
    }
    skipSpace(newlines: false)
    try expect("::=")
    skipSpace(newlines: true)
    rules[number].expression = try alternation(depth: 0)
    rules[number].place = place(at: start)
    guard current == nil || take("\r\n") || take("\n") || take("\r") else {
      throw failure(
        "“\(current.map(String.init) ?? "")” can't stand here; a rule ends with its line")
    }
    skipSpace(newlines: true)
  }

  /// The number of the rule that is named here.
  private mutating func name() throws(ConstraintError) -> Int {
    let start = position
    while let scalar = current, Self.isInName(scalar) { position += 1 }
    guard position > start else {
      throw failure("a rule's name should be here: letters, digits and “-”")
    }
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars[start..<position])
    if let number = numbers[text] { return number }
    numbers[text] = rules.count
    rules.append(GrammarRule(name: text, place: place(at: start), expression: nil))
    return rules.count - 1
  }

  private static func isInName(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-": true
    default: false
    }
  }

  // MARK: - Expressions

  private mutating func alternation(depth: Int) throws(ConstraintError) -> GrammarExpression {
    guard depth < limits.nesting else {
      throw failure("groups are nested more than \(limits.nesting) deep")
    }
    var alternatives = [try sequence(depth: depth)]
    while take("|") {
      skipSpace(newlines: true)
      alternatives.append(try sequence(depth: depth))
    }
    return alternatives.count == 1 ? alternatives[0] : .alternation(alternatives)
  }

  private mutating func sequence(depth: Int) throws(ConstraintError) -> GrammarExpression {
    var parts: [GrammarExpression] = []
    var quantifiers = 0  // after the last part
    while let scalar = current {
      quantifiers = "*+?{".unicodeScalars.contains(scalar) ? quantifiers + 1 : 0
      switch scalar {
      case "\"": parts.append(try literal())
      case "[": parts.append(.set(try characterClass()))
      case ".":
        position += 1
        parts.append(.set(.all))
      case "(":
        let start = position
        position += 1
        skipSpace(newlines: true)
        parts.append(try alternation(depth: depth + 1))
        guard take(")") else { throw failure("a “(” without its “)”", at: start) }
      case "<", "!": parts.append(.token(try token()))
      case "*", "+", "?", "{":
        guard let last = parts.popLast() else {
          throw failure("“\(scalar)” has nothing before it to repeat")
        }
        guard depth + quantifiers < limits.nesting else {
          throw failure("repetitions are nested more than \(limits.nesting) deep")
        }
        let (minimum, maximum) = try quantifier(newlines: depth > 0)
        parts.append(.repetition(last, minimum: minimum, maximum: maximum))
      case _ where Self.isInName(scalar): parts.append(.rule(try name()))
      default: return .sequence(parts)
      }
      skipSpace(newlines: depth > 0)
    }
    return .sequence(parts)
  }

  private mutating func quantifier(
    newlines: Bool
  ) throws(ConstraintError) -> (minimum: Int, maximum: Int?) {
    let start = position
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    try expect("{")
    skipSpace(newlines: newlines)
    let minimum = try count()
    skipSpace(newlines: newlines)
    var maximum: Int? = minimum
    if take(",") {
      skipSpace(newlines: newlines)
      maximum = current?.digit == nil ? nil : try count()
      skipSpace(newlines: newlines)
    }
    try expect("}")
    if let maximum, maximum < minimum {
      throw failure("a repetition whose first count is above its second", at: start)
    }
    return (minimum, maximum)
  }

  private mutating func count() throws(ConstraintError) -> Int {
    guard var value = current?.digit else { throw failure("a count should be here") }
    position += 1
    while let digit = current?.digit {
      value = min(value * 10 + digit, RegularExpressionParser.greatestCount + 1)
      position += 1
    }
    guard value <= RegularExpressionParser.greatestCount else {
      throw failure("a repetition's count is at most \(RegularExpressionParser.greatestCount)")
    }
    return value
  }

  // MARK: - Terminals

  private mutating func literal() throws(ConstraintError) -> GrammarExpression {
    let start = position
    position += 1
    var parts: [GrammarExpression] = []
    while !take("\"") {
      guard let scalar = current, scalar != "\n" else {
        throw failure("a text without its closing quote", at: start)
      }
      parts.append(.set(ScalarSet(try character())))
    }
    return .sequence(parts)
  }

  private mutating func characterClass() throws(ConstraintError) -> ScalarSet {
    let start = position
    position += 1
    let isNegated = take("^")
    var ranges: [ClosedRange<UInt32>] = []
    while !take("]") {
      guard current != nil else { throw failure("a “[” without its “]”", at: start) }
      let place = position
      let low = try character()
      guard current == "-", following != "]" else {
        ranges.append(low.value...low.value)
        continue
      }
      position += 1
      let high = try character()
      guard low <= high else { throw failure("a range whose ends are swapped", at: place) }
      ranges.append(low.value...high.value)
    }
    let set = ScalarSet(ranges)
    return isNegated ? set.complement : set
  }

  private mutating func character() throws(ConstraintError) -> Unicode.Scalar {
    guard let scalar = current else { throw failure("the grammar ends within a text") }
    guard scalar == "\\" else {
      position += 1
      return scalar
    }
    let start = position
    position += 2
    guard start + 1 < scalars.count else { throw failure("a lone backslash", at: start) }
    switch scalars[start + 1] {
    case "x": return try hexadecimal(2, start)
    case "u": return try hexadecimal(4, start)
    case "U": return try hexadecimal(8, start)
    case "t": return "\t"
    case "r": return "\r"
    case "n": return "\n"
    case "\\", "\"", "[", "]": return scalars[start + 1]
    default:
      throw failure(
        #"an unknown escape; there are \xHH, \uHHHH, \UHHHHHHHH, \t, \r, \n, \\, \", \[ and \]"#,
        at: start)
    }
  }

  private mutating func hexadecimal(
    _ digits: Int, _ start: Int
  ) throws(ConstraintError) -> Unicode.Scalar {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = current?.hexDigit else {
        throw failure("\(digits) hexadecimal digits should follow", at: start)
      }
      value = value << 4 | digit
      position += 1
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw failure("this is no Unicode scalar", at: start)
    }
    return scalar
  }

  private mutating func token() throws(ConstraintError) -> TokenSet {
    let start = position
    let isNegated = take("!")
    try expect("<")
    if take("[") {
      var value: Int?
      while let digit = current?.digit {
        value = min((value ?? 0) * 10 + digit, Int(Int32.max) + 1)
        position += 1
      }
      guard let id = value.flatMap({ Int32(exactly: $0) }), take("]>") else {
        throw failure("a token's number is written <[1000]>", at: start)
      }
      return TokenSet(name: .id(id), isNegated: isNegated)
    }
    var text = "<"
    while let scalar = current, scalar != ">", scalar != "\n" {
      text.unicodeScalars.append(scalar)
      position += 1
    }
    guard take(">") else { throw failure("a token without its “>”", at: start) }
    return TokenSet(name: .text(text + ">"), isNegated: isNegated)
  }
}
