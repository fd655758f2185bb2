/// Why an expression over module names can't be used.
package struct ModulePatternError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String
}

/// Reads Python's syntax of regular expressions.
struct ModulePatternParser {
  private(set) var nodes: [ModulePattern.Node] = []
  private let source: [Unicode.Scalar]
  private var position = 0
  private var depth = 0

  /// Longer than any that a person or a training script writes.
  private static let maximumSourceLength = 1 << 14
  private static let maximumGroupDepth = 64
  private static let highestCount = 1 << 16

  init(_ source: String) throws(ModulePatternError) {
    self.source = Array(source.unicodeScalars)
    guard self.source.count <= Self.maximumSourceLength else {
      throw ModulePatternError(
        description: "the expression is longer than \(Self.maximumSourceLength) characters")
    }
  }

  /// Reads all of it; the root is returned.
  mutating func parse() throws(ModulePatternError) -> Int {
    let root = try alternatives()
    guard position == source.count else { throw failure("a “)” that closes nothing") }
    return root
  }

  private var next: Unicode.Scalar? { position < source.count ? source[position] : nil }

  private func failure(_ what: String) -> ModulePatternError {
    ModulePatternError(description: "\(what), at character \(position + 1) of the expression")
  }

  private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    position += 1
    return true
  }

  private mutating func skip(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    guard source[position...].starts(with: scalars) else { return false }
    position += scalars.count
    return true
  }

  private mutating func add(_ node: ModulePattern.Node) -> Int {
    nodes.append(node)
    return nodes.count - 1
  }

  private mutating func alternatives() throws(ModulePatternError) -> Int {
    var parts = [try sequence()]
    while skip("|" as Unicode.Scalar) { parts.append(try sequence()) }
    return parts.count == 1 ? parts[0] : add(.alternatives(parts))
  }

  private mutating func sequence() throws(ModulePatternError) -> Int {
    var parts: [Int] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      parts.append(try quantified(try atom()))
    }
    return add(.sequence(parts))
  }

  private mutating func quantified(_ atom: Int) throws(ModulePatternError) -> Int {
    guard let bounds = try quantifier() else { return atom }
    // Which way is tried first makes no difference to whether there is one.
    let isLazy = skip("?" as Unicode.Scalar)
    if !isLazy, next == "+" { throw failure("possessive quantifiers are not supported") }
    if let next, "*+?".unicodeScalars.contains(next) {
      throw failure("a quantifier of a quantifier")
    }
    return add(.repeated(atom, least: bounds.least, most: bounds.most))
  }

  private mutating func quantifier() throws(ModulePatternError) -> (least: Int, most: Int?)? {
    switch next {
    case "*":
      position += 1
      return (0, nil)
    case "+":
      position += 1
      return (1, nil)
    case "?":
      position += 1
      return (0, 1)
    case "{":
      let start = position
      position += 1
      let least = try count()
      let hasComma = skip("," as Unicode.Scalar)
      let most = hasComma ? try count() : least
      guard skip("}" as Unicode.Scalar), hasComma || least != nil else {
        // As in Python, a brace that begins no quantifier is a character.
        position = start
        return nil
      }
      if let least, let most, least > most { throw failure("bounds in the wrong order") }
      return (least ?? 0, most)
    default: return nil
    }
  }

  private mutating func count() throws(ModulePatternError) -> Int? {
    var value: Int?
    while let scalar = next, ("0"..."9").contains(scalar) {
      value = (value ?? 0) * 10 + Int(scalar.value - 48)
      guard value ?? 0 <= Self.highestCount else {
        throw failure("a count above \(Self.highestCount)")
      }
      position += 1
    }
    return value
  }

  private mutating func atom() throws(ModulePatternError) -> Int {
    guard let scalar = next else { throw failure("the end of the expression") }
    position += 1
    switch scalar {
    case "(": return try group()
    case "[": return add(.characters(try set()))
    case "\\": return try escape()
    case ".": return add(.characters(.any))
    case "^": return add(.start)
    case "$": return add(.end)
    case "*", "+", "?": throw failure("a quantifier of nothing")
    default: return add(.characters(.init(ranges: [scalar...scalar])))
    }
  }

  private mutating func group() throws(ModulePatternError) -> Int {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumGroupDepth else {
      throw failure("groups more than \(Self.maximumGroupDepth) deep")
    }
    var ahead: Bool?
    if skip("?" as Unicode.Scalar) {
      if skip("P<") {
        while let scalar = next, scalar != ">" {
          guard ModulePattern.CharacterSet.word.contains(scalar) else {
            throw failure("a group's name with a “\(scalar)”")
          }
          position += 1
        }
        guard skip(">" as Unicode.Scalar) else { throw failure("a group's name without an end") }
      } else if skip("=" as Unicode.Scalar) {
        ahead = true
      } else if skip("!" as Unicode.Scalar) {
        ahead = false
      } else if !skip(":" as Unicode.Scalar) {
        throw failure("look-behind, flags and other extensions are not supported")
      }
    }
    let content = try alternatives()
    guard skip(")" as Unicode.Scalar) else { throw failure("a “(” without its “)”") }
    guard let ahead else { return content }
    return add(.ahead(content, isNegated: !ahead))
  }

  private mutating func escape() throws(ModulePatternError) -> Int {
    guard let scalar = next else { throw failure("a “\\” that escapes nothing") }
    position += 1
    switch scalar {
    case "A": return add(.start)
    case "Z": return add(.end)
    case "b": return add(.wordBoundary(isNegated: false))
    case "B": return add(.wordBoundary(isNegated: true))
    default: return add(.characters(try characterClass(scalar)))
    }
  }

  /// What an escaped character stands for, inside a set or outside.
  private func characterClass(
    _ scalar: Unicode.Scalar
  ) throws(ModulePatternError) -> ModulePattern.CharacterSet {
    func negated(_ set: ModulePattern.CharacterSet) -> ModulePattern.CharacterSet {
      .init(ranges: set.ranges, isNegated: true)
    }
    switch scalar {
    case "d": return .digit
    case "D": return negated(.digit)
    case "w": return .word
    case "W": return negated(.word)
    case "s": return .space
    case "S": return negated(.space)
    case "n": return .init(ranges: ["\n"..."\n"])
    case "r": return .init(ranges: ["\r"..."\r"])
    case "t": return .init(ranges: ["\t"..."\t"])
    default:
      guard !ModulePattern.CharacterSet.word.contains(scalar) else {
        throw failure("“\\\(scalar)” is not supported")
      }
      return .init(ranges: [scalar...scalar])
    }
  }

  private mutating func set() throws(ModulePatternError) -> ModulePattern.CharacterSet {
    var result = ModulePattern.CharacterSet()
    result.isNegated = skip("^" as Unicode.Scalar)
    var isFirst = true
    while let scalar = next, isFirst || scalar != "]" {
      isFirst = false
      position += 1
      guard let low = try element(scalar, of: &result) else { continue }
      guard next == "-", position + 1 < source.count, source[position + 1] != "]" else {
        result.ranges.append(low...low)
        continue
      }
      position += 1
      let end = source[position]
      position += 1
      guard let high = try element(end, of: &result), low <= high else {
        throw failure("a range of characters without order")
      }
      result.ranges.append(low...high)
    }
    guard skip("]" as Unicode.Scalar) else { throw failure("a “[” without its “]”") }
    return result
  }

  /// One character of a set; `nil` for a class such as `\d`, which is added.
  private mutating func element(
    _ scalar: Unicode.Scalar, of set: inout ModulePattern.CharacterSet
  ) throws(ModulePatternError) -> Unicode.Scalar? {
    guard scalar == "\\" else { return scalar }
    guard let escaped = next else { throw failure("a “\\” that escapes nothing") }
    position += 1
    let characters = try characterClass(escaped)
    guard !characters.isNegated else {
      throw failure("“\\\(escaped)” inside of “[]” is not supported")
    }
    if characters.ranges.count == 1, characters != .digit {
      return characters.ranges[0].lowerBound
    }
    set.ranges += characters.ranges
    return nil
  }
}
