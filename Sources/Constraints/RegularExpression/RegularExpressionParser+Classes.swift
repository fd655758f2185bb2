extension RegularExpressionParser {
  /// What a backslash begins.
  mutating func escape() throws(ConstraintError) -> RegularExpression {
    let start = position
    guard position + 1 < scalars.count else { throw failure("a lone backslash at the end") }
    switch scalars[position + 1] {
    case "b":
      position += 2
      return .assertion(.wordBoundary)
    case "B":
      position += 2
      return .assertion(.noWordBoundary)
    case "A" where dialect == .re2:
      position += 2
      return .assertion(.textStart)
    case "z" where dialect == .re2:
      position += 2
      return .assertion(.textEnd)
    case "k" where dialect == .ecma:
      throw failure("backreferences are not regular and not supported", at: start)
    case "1"..."9":
      let isOctal =
        dialect == .re2 && scalars[position + 1] < "8" && position + 2 < scalars.count
        && ("0"..."7").contains(scalars[position + 2])
      if !isOctal {
        throw failure("backreferences are not regular and not supported", at: start)
      }
    default: break
    }
    if let set = try classEscape() { return .set(folded(set)) }
    return .set(literal(try characterEscape()))
  }

  /// The set of an escape such as `\d` or `\p{Lu}`, or `nil` where another escape stands.
  private mutating func classEscape() throws(ConstraintError) -> ScalarSet? {
    let start = position
    let space = dialect == .ecma ? UnicodeClasses.ecmaSpace : UnicodeClasses.asciiSpace
    guard position + 1 < scalars.count else { return nil }
    let letter = scalars[position + 1]
    let set: ScalarSet
    switch letter {
    case "d", "D": set = UnicodeClasses.digits
    case "w", "W": set = UnicodeClasses.word
    case "s", "S": set = space
    case "p", "P":
      position += 2
      let named = try property(start)
      return letter == "P" ? named.complement : named
    case "C" where dialect == .re2:
      throw failure("single bytes (\\C) are not supported", at: start)
    default: return nil
    }
    position += 2
    return ("A"..."Z").contains(letter) ? set.complement : set
  }

  private mutating func property(_ start: Int) throws(ConstraintError) -> ScalarSet {
    var name = ""
    if take("{") {
      while let scalar = current, scalar != "}" {
        name.unicodeScalars.append(scalar)
        position += 1
      }
      guard take("}") else { throw failure("a “{” without its “}”", at: start) }
    } else if dialect == .re2, let scalar = current {
      name.unicodeScalars.append(scalar)
      position += 1
    }
    let isNegated = dialect == .re2 && name.hasPrefix("^")
    if isNegated { name.removeFirst() }
    for prefix in ["General_Category=", "gc="] where name.hasPrefix(prefix) {
      name.removeFirst(prefix.count)
    }
    guard let set = UnicodeClasses.named(name) else {
      throw failure(
        "the Unicode property “\(name)” is unknown or not supported; general categories are",
        at: start)
    }
    return isNegated ? set.complement : set
  }

  /// The character that an escape spells.
  private mutating func characterEscape() throws(ConstraintError) -> Unicode.Scalar {
    let start = position
    position += 1
    guard let scalar = current else { throw failure("a lone backslash at the end", at: start) }
    position += 1
    switch scalar {
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "f": return "\u{0C}"
    case "v": return "\u{0B}"
    case "a" where dialect == .re2: return "\u{07}"
    case "x": return try hexadecimal(digits: 2, start)
    case "u" where dialect == .ecma: return try hexadecimal(digits: 4, start)
    case "c" where dialect == .ecma:
      guard let letter = current, letter.isASCII, letter.properties.isAlphabetic else {
        throw failure("a letter should follow “\\c”", at: start)
      }
      position += 1
      return Unicode.Scalar(UInt8(letter.value & 31))
    case "0"..."7" where dialect == .re2 || scalar == "0":
      var value = scalar.value - 48
      var count = 1
      while dialect == .re2, count < 3, let digit = current?.digit, digit < 8 {
        value = value * 8 + UInt32(digit)
        position += 1
        count += 1
      }
      return try checked(value, start)
    default:
      let isLetter = scalar.isASCII && UnicodeClasses.word.contains(scalar.value) && scalar != "_"
      if isLetter { throw failure("an unknown escape “\\\(scalar)”", at: start) }
      return scalar
    }
  }

  private mutating func hexadecimal(
    digits: Int, _ start: Int
  ) throws(ConstraintError) -> Unicode.Scalar {
    var value: UInt32 = 0
    if take("{") {
      var count = 0
      while let digit = current?.hexDigit, count < 8 {
        value = value << 4 | digit
        count += 1
        position += 1
      }
      guard count > 0, take("}") else {
        throw failure("hexadecimal digits and “}” should follow", at: start)
      }
      return try checked(value, start)
    }
    value = try fixed(digits, start)
    // A pair of surrogates, as JavaScript writes what is above U+FFFF.
    if digits == 4, (0xD800..<0xDC00).contains(value), take("\\u") {
      let low = try fixed(4, start)
      guard (0xDC00..<0xE000).contains(low) else {
        throw failure("half of a surrogate pair", at: start)
      }
      value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    return try checked(value, start)
  }

  private mutating func fixed(_ digits: Int, _ start: Int) throws(ConstraintError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = current?.hexDigit else {
        throw failure("\(digits) hexadecimal digits should follow", at: start)
      }
      value = value << 4 | digit
      position += 1
    }
    return value
  }

  private func checked(_ value: UInt32, _ start: Int) throws(ConstraintError) -> Unicode.Scalar {
    guard let scalar = Unicode.Scalar(value) else {
      throw failure("this is no Unicode scalar", at: start)
    }
    return scalar
  }

  // MARK: - Classes in brackets

  /// What stands after “[”, up to its “]”.
  mutating func characterClass() throws(ConstraintError) -> ScalarSet {
    let start = position - 1
    let isNegated = take("^")
    var ranges: [ClosedRange<UInt32>] = []
    var isFirst = true
    while true {
      guard let scalar = current else { throw failure("a “[” without its “]”", at: start) }
      // RE2 takes a “]” that comes first for itself; to JavaScript the class is empty.
      if scalar == "]", !(isFirst && dialect == .re2) { break }
      isFirst = false
      if let set = try classMember() {
        ranges += set.ranges
        continue
      }
      let place = position
      let low = try classCharacter()
      guard current == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
        ranges.append(low.value...low.value)
        continue
      }
      position += 1
      guard try classMember() == nil else {
        throw failure("a range that ends in a class", at: place)
      }
      let high = try classCharacter()
      guard low <= high else { throw failure("a range whose ends are swapped", at: place) }
      ranges.append(low.value...high.value)
    }
    position += 1
    let set = folded(ScalarSet(ranges))
    return isNegated ? set.complement : set
  }

  /// A class within a class, if one comes next.
  private mutating func classMember() throws(ConstraintError) -> ScalarSet? {
    if dialect == .re2, take("[:") {
      let start = position - 2
      let isNegated = take("^")
      var name = ""
      while let scalar = current, scalar != ":" {
        name.unicodeScalars.append(scalar)
        position += 1
      }
      guard take(":]"), let set = UnicodeClasses.posix(name) else {
        throw failure("an unknown class “[:\(name):]”", at: start)
      }
      return isNegated ? set.complement : set
    }
    return current == "\\" ? try classEscape() : nil
  }

  private mutating func classCharacter() throws(ConstraintError) -> Unicode.Scalar {
    guard let scalar = current else { throw failure("a “[” without its “]”") }
    guard scalar == "\\" else {
      position += 1
      return scalar
    }
    if dialect == .ecma, take("\\b") { return "\u{08}" }
    return try characterEscape()
  }
}
