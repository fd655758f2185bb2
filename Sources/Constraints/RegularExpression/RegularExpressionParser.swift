/// Reads a regular expression.
///
/// Captures capture nothing and lazy quantifiers are as greedy ones: which texts match is all that counts. What no
/// regular language can say (backreferences), and lookbehind, is refused.
struct RegularExpressionParser {
  let pattern: String
  let scalars: [Unicode.Scalar]
  let dialect: RegularExpressionDialect
  let limits: ConstraintLimits
  var position = 0
  var flags = Flags()

  /// What `(?ims)` sets.
  struct Flags {
    var ignoresCase = false
    var isMultiline = false
    var dotMatchesNewline = false
  }

  /// The greatest count of a repetition.
  static let greatestCount = 1_000_000

  /// The expression that `pattern` spells.
  static func parse(
    _ pattern: String, dialect: RegularExpressionDialect, limits: ConstraintLimits
  ) throws(ConstraintError) -> RegularExpression {
    var parser = RegularExpressionParser(pattern, dialect: dialect, limits: limits)
    let result = try parser.alternation(depth: 0)
    guard parser.isAtEnd else { throw parser.failure("a “)” without its “(”") }
    return result
  }

  init(_ pattern: String, dialect: RegularExpressionDialect, limits: ConstraintLimits) {
    self.pattern = pattern
    scalars = Array(pattern.unicodeScalars)
    self.dialect = dialect
    self.limits = limits
  }

  var isAtEnd: Bool { position == scalars.count }

  var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  /// An error at a scalar, the present one unless another is named.
  func failure(_ reason: String, at position: Int? = nil) -> ConstraintError {
    let offset = scalars.prefix(position ?? self.position).reduce(0) { $0 + UTF8.width($1) }
    return .regularExpression(pattern: pattern, offset: offset, reason: reason)
  }

  /// Steps over `text`, if it comes next.
  mutating func take(_ text: String) -> Bool {
    let wanted = text.unicodeScalars
    guard scalars[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  private mutating func alternation(depth: Int) throws(ConstraintError) -> RegularExpression {
    guard depth < limits.nesting else {
      throw failure("groups are nested more than \(limits.nesting) deep")
    }
    // Flags that are set in a group hold to its end.
    let outer = flags
    defer { flags = outer }
    var alternatives: [RegularExpression] = []
    repeat {
      alternatives.append(try sequence(depth: depth))
    } while take("|")
    return alternatives.count == 1 ? alternatives[0] : .alternation(alternatives)
  }

  private mutating func sequence(depth: Int) throws(ConstraintError) -> RegularExpression {
    var parts: [RegularExpression] = []
    while let scalar = current, scalar != "|", scalar != ")" {
      if dialect == .re2, take("\\Q") {
        let count = parts.count
        while !isAtEnd, !take("\\E") {
          parts.append(.set(literal(scalars[position])))
          position += 1
        }
        // A quantifier after “\E” is the last character's.
        if parts.count > count { parts.append(try quantified(parts.removeLast())) }
        continue
      }
      guard let atom = try atom(scalar, depth: depth) else { continue }
      parts.append(try quantified(atom))
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  /// `nil` for what only sets flags.
  private mutating func atom(
    _ scalar: Unicode.Scalar, depth: Int
  ) throws(ConstraintError) -> RegularExpression? {
    switch scalar {
    case "(": return try group(depth: depth)
    case "[":
      position += 1
      return .set(try characterClass())
    case ".":
      position += 1
      if flags.dotMatchesNewline { return .set(.all) }
      let ends = dialect == .ecma ? UnicodeClasses.ecmaLineEnds : UnicodeClasses.newline
      return .set(ends.complement)
    case "^":
      position += 1
      return .assertion(flags.isMultiline ? .lineStart : .textStart)
    case "$":
      position += 1
      return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
    case "*", "+", "?": throw failure("“\(scalar)” has nothing before it to repeat")
    case "{" where startsQuantifier: throw failure("“{” has nothing before it to repeat")
    case "\\": return try escape()
    default:
      position += 1
      return .set(literal(scalar))
    }
  }

  /// One character, in either case where case is ignored.
  func literal(_ scalar: Unicode.Scalar) -> ScalarSet { folded(ScalarSet(scalar)) }

  func folded(_ set: ScalarSet) -> ScalarSet {
    flags.ignoresCase ? UnicodeClasses.foldingCase(of: set) : set
  }

  // MARK: - Groups

  private mutating func group(depth: Int) throws(ConstraintError) -> RegularExpression? {
    let start = position
    position += 1
    if take("?=") { return .lookahead(try close(start, depth: depth), isNegated: false) }
    if take("?!") { return .lookahead(try close(start, depth: depth), isNegated: true) }
    if take("?<=") || take("?<!") { throw failure("lookbehind is not supported", at: start) }
    if take("?P<") || take("?<") {
      while let scalar = current, scalar != ">" {
        guard UnicodeClasses.word.contains(scalar.value) || scalar.value > 0x7F else {
          throw failure("a group's name is letters, digits and “_”")
        }
        position += 1
      }
      guard take(">") else { throw failure("a group's name without its “>”", at: start) }
      return try close(start, depth: depth)
    }
    guard take("?") else { return try close(start, depth: depth) }
    let outer = flags
    var isOn = true
    while let scalar = current {
      position += 1
      switch scalar {
      case "i": flags.ignoresCase = isOn
      case "m": flags.isMultiline = isOn
      case "s": flags.dotMatchesNewline = isOn
      case "U" where dialect == .re2: break  // which of the matches is preferred
      case "-" where isOn: isOn = false
      case ")" where dialect == .re2: return nil
      case ":":
        let result = try close(start, depth: depth)
        flags = outer
        return result
      default: throw failure("an unknown kind of group", at: start)
      }
    }
    throw failure("a “(” without its “)”", at: start)
  }

  private mutating func close(_ start: Int, depth: Int) throws(ConstraintError) -> RegularExpression
  {
    let result = try alternation(depth: depth + 1)
    guard take(")") else { throw failure("a “(” without its “)”", at: start) }
    return result
  }

  // MARK: - Quantifiers

  private mutating func quantified(
    _ atom: RegularExpression
  ) throws(ConstraintError) -> RegularExpression {
    let start = position
    guard let (minimum, maximum) = try quantifier() else { return atom }
    _ = take("?")  // the lazy form matches the same texts
    if current == "*" || current == "+" || current == "?" || (current == "{" && startsQuantifier) {
      throw failure("two quantifiers in a row; put the first in a group")
    }
    if case .assertion = atom {
      // At one place an assertion holds once or any number of times.
      return minimum > 0 ? atom : .empty
    }
    if let maximum, maximum < minimum {
      throw failure("a repetition whose first count is above its second", at: start)
    }
    return .repetition(atom, minimum: minimum, maximum: maximum)
  }

  private mutating func quantifier() throws(ConstraintError) -> (Int, Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    guard let (minimum, maximum, end) = counts() else { return nil }
    guard minimum <= Self.greatestCount, maximum ?? 0 <= Self.greatestCount else {
      throw failure("a repetition's count is at most \(Self.greatestCount)")
    }
    position = end
    return (minimum, maximum)
  }

  private var startsQuantifier: Bool { counts() != nil }

  /// `{m}`, `{m,}` or `{m,n}` at the present place; any other “{” stands for itself.
  private func counts() -> (minimum: Int, maximum: Int?, end: Int)? {
    guard current == "{" else { return nil }
    var index = position + 1
    func number(_ index: inout Int) -> Int? {
      var value: Int?
      while index < scalars.count, let digit = scalars[index].digit {
        value = min((value ?? 0) * 10 + digit, Self.greatestCount + 1)
        index += 1
      }
      return value
    }
    guard let minimum = number(&index) else { return nil }
    var maximum: Int? = minimum
    if index < scalars.count, scalars[index] == "," {
      index += 1
      maximum = number(&index)
    }
    guard index < scalars.count, scalars[index] == "}" else { return nil }
    return (minimum, maximum, index + 1)
  }
}

extension Unicode.Scalar {
  /// The value of an ASCII digit.
  var digit: Int? { ("0"..."9").contains(self) ? Int(value) - 48 : nil }

  /// The value of a hexadecimal digit.
  var hexDigit: UInt32? {
    switch self {
    case "0"..."9": value - 48
    case "a"..."f": value - 87
    case "A"..."F": value - 55
    default: nil
    }
  }
}
