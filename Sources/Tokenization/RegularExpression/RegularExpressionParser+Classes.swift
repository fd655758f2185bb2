extension RegularExpressionParser {
  /// What a backslash stands for.
  enum Escape {
    case set(ScalarSet)
    case scalar(Unicode.Scalar)
    case assertion(Node.Assertion)
  }

  /// What follows a backslash.
  mutating func escape(isInClass: Bool) throws(RegularExpressionError) -> Escape {
    guard let scalar = next() else { throw .malformed("a “\\” at the end") }
    switch scalar {
    case "d": return .set(ScalarSet(.categories(.decimalNumber)))
    case "D": return .set(ScalarSet(.categories(.decimalNumber)).inverted)
    case "s": return .set(.whitespace)
    case "S": return .set(ScalarSet.whitespace.inverted)
    case "w": return .set(.word)
    case "W": return .set(ScalarSet.word.inverted)
    case "h": return .set(ScalarSet(ranges: Self.hexadecimalDigits))
    case "H": return .set(ScalarSet(ranges: Self.hexadecimalDigits).inverted)
    case "p", "P": return .set(try property(isNegated: scalar == "P"))
    case "n": return .scalar("\n")
    case "r": return .scalar("\r")
    case "t": return .scalar("\t")
    case "f": return .scalar("\u{0C}")
    case "v": return .scalar("\u{0B}")
    case "a": return .scalar("\u{07}")
    case "e": return .scalar("\u{1B}")
    case "x": return .scalar(try hexadecimal(digits: 2))
    case "u": return .scalar(try hexadecimal(digits: 4))
    case "b" where isInClass: return .scalar("\u{08}")
    case "b": return .assertion(.wordBoundary)
    case "B" where !isInClass: return .assertion(.noWordBoundary)
    case "A" where !isInClass: return .assertion(.textStart)
    case "z" where !isInClass: return .assertion(.textEnd)
    case "Z" where !isInClass: return .assertion(.textEndOrLastNewline)
    case "0" where !("0"..."7").contains(current ?? " "): return .scalar("\0")
    case "a"..."z", "A"..."Z", "0"..."9": throw .unsupported("“\\\(scalar)”")
    default: return .scalar(scalar)
    }
  }

  private static let hexadecimalDigits: [ClosedRange<UInt32>] = [
    0x30...0x39, 0x41...0x46, 0x61...0x66,
  ]

  /// `{Lu}`, `{^Lu}` or `{Han}`.
  private mutating func property(isNegated: Bool) throws(RegularExpressionError) -> ScalarSet {
    guard take("{") else { throw .malformed("“\\p” without a name in braces") }
    var isNegated = isNegated
    if take("^") { isNegated.toggle() }
    var name = ""
    while let scalar = next() {
      guard scalar != "}" else {
        let set = try Self.property(name: name)
        return isNegated ? set.inverted : set
      }
      name.unicodeScalars.append(scalar)
      guard name.unicodeScalars.count <= 64 else { break }
    }
    throw .malformed("“\\p{” without “}”")
  }

  private static func property(name: String) throws(RegularExpressionError) -> ScalarSet {
    if let categories = GeneralCategories(name: name) { return ScalarSet(.categories(categories)) }
    switch name.lowercased() {
    case "any": return .any
    case "white_space", "space": return .whitespace
    case "word": return .word
    case "digit": return ScalarSet(.categories(.decimalNumber))
    default: break
    }
    guard let ranges = UnicodeScript.ranges(name: name) else {
      throw .unsupported("“\\p{\(name)}”")
    }
    return ScalarSet(ranges: ranges)
  }

  /// `{1F600}`, or up to that many digits.
  private mutating func hexadecimal(digits most: Int) throws(RegularExpressionError)
    -> Unicode.Scalar
  {
    let isBraced = take("{")
    var value: UInt32 = 0
    var count = 0
    while count < (isBraced ? 8 : most), let scalar = current, scalar.isASCII,
      let digit = Character(scalar).hexDigitValue
    {
      value = value << 4 | UInt32(digit)
      count += 1
      position += 1
    }
    guard count > 0, !isBraced || take("}"), let scalar = Unicode.Scalar(value) else {
      throw .malformed("a number of a character that can't be")
    }
    return scalar
  }

  /// What follows a `[`.
  mutating func characterClass(_ flags: Flags) throws(RegularExpressionError) -> ScalarSet {
    let isNegated = take("^")
    var factors: [ScalarSet] = []
    var members: [ScalarSet] = []
    var ranges: [ClosedRange<UInt32>] = []

    func union() -> ScalarSet {
      let listed = ScalarSet(ranges: ranges)
      return .union(
        members + (ranges.isEmpty ? [] : [flags.ignoresCase ? listed.ignoringCase : listed]))
    }

    var isFirst = true
    while let scalar = next() {
      defer { isFirst = false }
      if scalar == "]", !isFirst {
        factors.append(union())
        let set = factors.count == 1 ? factors[0] : .intersection(factors)
        return isNegated ? set.inverted : set
      }
      if scalar == "&", take("&") {
        factors.append(union())
        (members, ranges) = ([], [])
        continue
      }
      if scalar == "[" {
        if take(":") {
          members.append(try posixClass())
        } else {
          members.append(
            try nested { (parser) throws(RegularExpressionError) in
              try parser.characterClass(flags)
            })
        }
        continue
      }
      var lower = scalar
      if scalar == "\\" {
        switch try escape(isInClass: true) {
        case .set(let set):
          members.append(set)
          continue
        case .scalar(let escaped): lower = escaped
        case .assertion: throw .malformed("an anchor in a class")
        }
      }
      ranges.append(try range(from: lower))
    }
    throw .malformed("a “[” without “]”")
  }

  /// The range that begins with `lower`, which is one scalar where no `-` and another follow.
  private mutating func range(
    from lower: Unicode.Scalar
  ) throws(RegularExpressionError) -> ClosedRange<UInt32> {
    let single = lower.value...lower.value
    guard current == "-", position + 1 < scalars.count else { return single }
    let following = scalars[position + 1]
    guard following != "]", following != "[" else { return single }
    let start = position
    position += 1
    guard var upper = next() else { return single }
    if upper == "\\" {
      guard case .scalar(let escaped) = try escape(isInClass: true) else {
        // `a-\d` is the three of them.
        position = start
        return single
      }
      upper = escaped
    }
    guard lower.value <= upper.value else {
      throw .malformed("the range “\(lower)-\(upper)”, whose end comes first")
    }
    return lower.value...upper.value
  }

  /// What follows a `[:`.
  private mutating func posixClass() throws(RegularExpressionError) -> ScalarSet {
    let isNegated = take("^")
    var name = ""
    while let scalar = current, ("a"..."z").contains(scalar) {
      name.unicodeScalars.append(scalar)
      position += 1
    }
    guard take(":]") else { throw .malformed("“[:\(name)” without “:]”") }
    let set: ScalarSet =
      switch name {
      case "alpha": .union([ScalarSet(.categories(.letter)), ScalarSet(.categories(.mark))])
      case "digit": ScalarSet(.categories(.decimalNumber))
      case "space": .whitespace
      case "word": .word
      case "xdigit": ScalarSet(ranges: Self.hexadecimalDigits)
      case "ascii": ScalarSet(ranges: [0...0x7F])
      default: throw .unsupported("“[:\(name):]”")
      }
    return isNegated ? set.inverted : set
  }
}
