/// Python's `format % values`.
extension TemplateEvaluator {
  /// One `%…` of a format.
  private struct Conversion {
    var flags: Set<Unicode.Scalar> = []
    var width: Int?
    var precision: Int?

    func has(_ flag: Unicode.Scalar) -> Bool { flags.contains(flag) }
  }

  /// Where the values of a format come from, in order.
  private struct Values {
    let items: [TemplateValue]
    let mapping: TemplateMapping?
    var next = 0
  }

  @inline(never)
  mutating func printf(
    _ format: TemplateString, _ values: TemplateValue
  ) throws(ChatTemplateError) -> TemplateString {
    try charge(format.count)
    var source = Values(items: [values], mapping: nil)
    var allowsRest = false
    switch values {
    case .tuple(let tuple): source = Values(items: tuple.items, mapping: nil)
    case .mapping(let mapping):
      source = Values(items: [values], mapping: mapping)
      allowsRest = true
    // Python takes whatever can be subscripted for a mapping that needn't be used.
    case .list, .range, .undefined: allowsRest = true
    default: break
    }
    var result: [Unicode.Scalar] = []
    var position = 0
    let scalars = format.scalars
    while position < scalars.count {
      guard scalars[position] == "%" else {
        result.append(scalars[position])
        position += 1
        continue
      }
      position += 1
      let text = try convert(
        scalars, at: &position, &source, isMarkup: format.isMarkup, allowsRest: &allowsRest)
      try check(string: result.count + text.count)
      try charge(text.count)
      result += text.scalars
    }
    guard allowsRest || source.next == source.items.count else {
      throw failure("not all arguments converted during string formatting")
    }
    return TemplateString(result).marked(format.isMarkup)
  }

  /// Reads one conversion after its `%` and makes the text.
  private mutating func convert(
    _ scalars: [Unicode.Scalar], at position: inout Int, _ source: inout Values, isMarkup: Bool,
    allowsRest: inout Bool
  ) throws(ChatTemplateError) -> TemplateString {
    func current() throws(ChatTemplateError) -> Unicode.Scalar {
      guard position < scalars.count else { throw failure("incomplete format") }
      return scalars[position]
    }
    var value: TemplateValue?
    if try current() == "(" {
      value = try member(scalars, at: &position, source)
      allowsRest = true
    }
    var conversion = Conversion()
    while ["-", "+", " ", "#", "0"].contains(try current()) {
      conversion.flags.insert(scalars[position])
      position += 1
    }
    conversion.width = try size(scalars, at: &position, &source)
    if let width = conversion.width, width < 0 {
      conversion.flags.insert("-")
      conversion.width = width == .min ? .max : -width
    }
    if try current() == "." {
      position += 1
      conversion.precision = max(0, try size(scalars, at: &position, &source) ?? 0)
    }
    if ["h", "l", "L"].contains(try current()) { position += 1 }
    let kind = try current()
    position += 1
    if kind == "%" { return "%" }
    try charge(string: conversion.width ?? 0)
    let item: TemplateValue
    if let value { item = value } else { item = try next(&source) }
    let text = try self.text(of: item, kind, conversion, isMarkup: isMarkup)
    return text.padded(
      to: conversion.width ?? 0, on: conversion.has("-") ? .trailing : .leading, with: " ")
  }

  private func next(_ source: inout Values) throws(ChatTemplateError) -> TemplateValue {
    guard source.next < source.items.count else {
      throw failure("not enough arguments for format string")
    }
    source.next += 1
    return source.items[source.next - 1]
  }

  /// `(name)`: a member of the mapping on the right.
  private mutating func member(
    _ scalars: [Unicode.Scalar], at position: inout Int, _ source: Values
  ) throws(ChatTemplateError) -> TemplateValue {
    guard let mapping = source.mapping else { throw failure("format requires a mapping") }
    position += 1
    let start = position
    var depth = 1
    while position < scalars.count {
      if scalars[position] == "(" { depth += 1 }
      if scalars[position] == ")" { depth -= 1 }
      position += 1
      if depth == 0 { break }
    }
    guard depth == 0 else { throw failure("incomplete format key") }
    let name = TemplateString(scalars[start..<position - 1])
    guard let value = mapping[name] else { throw failure("'\(name.text)'") }
    return value
  }

  /// A width or a precision: digits, or `*` for the next value.
  private func size(
    _ scalars: [Unicode.Scalar], at position: inout Int, _ source: inout Values
  ) throws(ChatTemplateError) -> Int? {
    if position < scalars.count, scalars[position] == "*" {
      position += 1
      guard case .integer(let value) = try next(&source) else { throw failure("* wants int") }
      return value
    }
    return try number(scalars, at: &position)
  }

  /// Digits as a number; `nil` where there are none.
  func number(
    _ scalars: [Unicode.Scalar], at position: inout Int
  ) throws(ChatTemplateError) -> Int? {
    let start = position
    var value = 0
    while position < scalars.count, scalars[position].isASCIIDigit {
      value = value * 10 + Int(scalars[position].value - 0x30)
      guard value <= TemplateLimits.stringLength else { throw failure("a width is too large") }
      position += 1
    }
    return position == start ? nil : value
  }

  private mutating func text(
    of value: TemplateValue, _ kind: Unicode.Scalar, _ conversion: Conversion, isMarkup: Bool
  ) throws(ChatTemplateError) -> TemplateString {
    if let reason = undefinedReason(value), !["s", "r", "a"].contains(kind) {
      throw failure(reason)
    }
    switch kind {
    case "s", "r", "a":
      var text = try kind == "s" ? text(of: value) : representation(of: value)
      if kind == "a" { text = PythonText.ascii(text) }
      if isMarkup { text = try escaped(.string(text)) }
      guard let precision = conversion.precision, precision < text.count else { return text }
      return TemplateString(text.scalars.prefix(precision))
    case "c":
      if case .string(let text) = value, text.count == 1 { return text }
      guard let code = integer(value) else { throw failure("%c requires int or char") }
      guard let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) else {
        throw failure("%c arg not in range(0x110000)")
      }
      return TemplateString(CollectionOfOne(scalar))
    case "d", "i", "u", "x", "X", "o":
      return try integerText(of: value, kind, conversion)
    case "e", "E", "f", "F", "g", "G":
      guard let number = value.number else {
        throw failure("must be real number, not \(value.typeName)")
      }
      let precision = conversion.precision ?? 6
      guard precision <= PythonNumberText.maximumDigitCount else {
        throw failure("precision too big")
      }
      return zeroPadded(
        NumberText(
          number.double, kind, precision: precision, alternate: conversion.has("#")), conversion)
    default:
      throw failure("unsupported format character '\(kind)' (0x\(String(kind.value, radix: 16)))")
    }
  }

  private mutating func integerText(
    of value: TemplateValue, _ kind: Unicode.Scalar, _ conversion: Conversion
  ) throws(ChatTemplateError) -> TemplateString {
    let isDecimal = kind == "d" || kind == "i" || kind == "u"
    var integer: Int
    switch value.number {
    case .integer(let value): integer = value
    case .float(let value) where isDecimal:
      guard let whole = Int(exactly: value.rounded(.towardZero)) else {
        throw failure("an integer is too large for 64 bits")
      }
      integer = whole
    default:
      let wanted = isDecimal ? "a real number is required" : "an integer is required"
      throw failure("%\(kind) format: \(wanted), not \(value.typeName)")
    }
    let radix = isDecimal ? 10 : kind == "o" ? 8 : 16
    var digits = String(integer.magnitude, radix: radix, uppercase: kind == "X")
    if let precision = conversion.precision, precision > digits.utf8.count {
      try charge(string: precision)
      digits = String(repeating: "0", count: precision - digits.utf8.count) + digits
    }
    let prefix = conversion.has("#") && !isDecimal ? "0\(kind)" : ""
    return zeroPadded(
      NumberText(isNegative: integer < 0, prefix: prefix, digits: digits), conversion)
  }

  /// With its sign, and zeros up to the width where the flags ask for them.
  private func zeroPadded(_ number: NumberText, _ conversion: Conversion) -> TemplateString {
    let sign =
      number.isNegative ? "-" : conversion.has("+") ? "+" : conversion.has(" ") ? " " : ""
    let start = TemplateString(sign + number.prefix)
    let digits = TemplateString(number.digits)
    guard conversion.has("0"), !conversion.has("-"), let width = conversion.width else {
      return TemplateString(start.scalars + digits.scalars)
    }
    return TemplateString(
      start.scalars + digits.padded(to: width - start.count, on: .leading, with: "0").scalars)
  }
}

/// A number's text in parts.
struct NumberText {
  var isNegative: Bool
  /// `0x` and the like.
  var prefix = ""
  /// Digits, a point, an exponent; or `inf` or `nan`.
  var digits: String

  init(isNegative: Bool, prefix: String = "", digits: String) {
    self.isNegative = isNegative
    self.prefix = prefix
    self.digits = digits
  }

  /// A float in one of C's conversions.
  init(_ value: Double, _ kind: Unicode.Scalar, precision: Int, alternate: Bool) {
    isNegative = value.sign == .minus && !value.isNaN
    guard value.isFinite else {
      let text = value.isNaN ? "nan" : "inf"
      digits = ["E", "F", "G"].contains(kind) ? text.uppercased() : text
      return
    }
    digits = PythonNumberText.text(
      value.magnitude, kind, precision: precision, alternate: alternate)
  }
}
