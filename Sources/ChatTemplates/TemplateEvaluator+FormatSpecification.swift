/// Python's format specifications, `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`, for strings and
/// numbers.
extension TemplateEvaluator {
  private struct Specification {
    var fill: Unicode.Scalar = " "
    var align: Unicode.Scalar?
    var sign: Unicode.Scalar = "-"
    var isAlternate = false
    var width = 0
    var grouping: Unicode.Scalar?
    var precision: Int?
    var type: Unicode.Scalar?
  }

  /// `format(value, specification)`.
  mutating func formatted(
    _ value: TemplateValue, _ text: TemplateString
  ) throws(ChatTemplateError) -> TemplateString {
    guard !text.isEmpty else { return try self.text(of: value) }
    switch value {
    case .string, .boolean, .integer, .float: break
    default:
      throw failure("unsupported format string passed to \(value.typeName).__format__")
    }
    let specification = try specification(text, for: value)
    try charge(string: specification.width)
    if case .string(let text) = value { return try formatted(text, specification) }
    guard let number = value.number else { return try self.text(of: value) }
    return aligned(try parts(of: number, value, specification), specification)
  }

  private mutating func specification(
    _ text: TemplateString, for value: TemplateValue
  ) throws(ChatTemplateError) -> Specification {
    let scalars = text.scalars
    var result = Specification()
    var position = 0
    let aligns: Set<Unicode.Scalar> = ["<", ">", "=", "^"]
    var hasFill = false
    if scalars.count > 1, aligns.contains(scalars[1]) {
      (result.fill, result.align) = (scalars[0], scalars[1])
      hasFill = true
      position = 2
    } else if let first = scalars.first, aligns.contains(first) {
      result.align = first
      position = 1
    }
    func take(_ choices: Set<Unicode.Scalar>) -> Unicode.Scalar? {
      guard position < scalars.count, choices.contains(scalars[position]) else { return nil }
      position += 1
      return scalars[position - 1]
    }
    let isText = if case .string = value { true } else { false }
    if let sign = take(["+", "-", " "]) {
      guard !isText else { throw failure("Sign not allowed in string format specifier") }
      result.sign = sign
    }
    if take(["#"]) != nil {
      guard !isText else {
        throw failure("Alternate form (#) not allowed in string format specifier")
      }
      result.isAlternate = true
    }
    // After a fill of its own, a zero is the width's first digit.
    if !hasFill, take(["0"]) != nil {
      result.fill = "0"
      if result.align == nil { result.align = isText ? "<" : "=" }
    }
    result.width = try number(scalars, at: &position) ?? 0
    if let grouping = take([",", "_"]) {
      guard !isText else { throw failure("Cannot specify '\(grouping)' with 's'.") }
      result.grouping = grouping
    }
    if take(["."]) != nil {
      guard let precision = try number(scalars, at: &position) else {
        throw failure("Format specifier missing precision")
      }
      result.precision = precision
    }
    if position < scalars.count {
      result.type = scalars[position]
      position += 1
    }
    guard position == scalars.count else { throw failure("Invalid format specifier") }
    if let grouping = result.grouping, result.type == "n" || result.type == "c" {
      throw failure("Cannot specify '\(grouping)' with '\(result.type.map { String($0) } ?? "")'.")
    }
    return result
  }

  private func formatted(
    _ text: TemplateString, _ specification: Specification
  ) throws(ChatTemplateError) -> TemplateString {
    guard specification.type == nil || specification.type == "s" else {
      throw unknown(specification, "str")
    }
    guard specification.align != "=" else {
      throw failure("'=' alignment not allowed in string format specifier")
    }
    var text = text
    if let precision = specification.precision, precision < text.count {
      text = TemplateString(text.scalars.prefix(precision))
    }
    return padded(text, specification, standard: "<")
  }

  private func padded(
    _ text: TemplateString, _ specification: Specification, standard: Unicode.Scalar
  ) -> TemplateString {
    let missing = max(0, specification.width - text.count)
    let left =
      switch specification.align ?? standard {
      case "<": 0
      case "^": missing / 2
      default: missing
      }
    let fill = specification.fill
    return TemplateString(
      Array(repeating: fill, count: left) + text.scalars
        + Array(repeating: fill, count: missing - left))
  }

  private func unknown(_ specification: Specification, _ type: String) -> ChatTemplateError {
    failure(
      "Unknown format code '\(specification.type.map { String($0) } ?? "")' for object of type '\(type)'"
    )
  }

  // MARK: - Numbers

  private mutating func parts(
    of number: TemplateNumber, _ value: TemplateValue, _ specification: Specification
  ) throws(ChatTemplateError) -> NumberText {
    switch (specification.type, number) {
    case (nil, .integer(let integer)), ("d", .integer(let integer)), ("n", .integer(let integer)),
      ("b", .integer(let integer)), ("o", .integer(let integer)), ("x", .integer(let integer)),
      ("X", .integer(let integer)), ("c", .integer(let integer)):
      return try parts(of: integer, specification)
    case (nil, .float), ("e", _), ("E", _), ("f", _), ("F", _), ("g", _), ("G", _), ("%", _),
      ("n", .float):
      return try parts(of: number.double, specification)
    default: throw unknown(specification, value.typeName)
    }
  }

  private func parts(
    of integer: Int, _ specification: Specification
  ) throws(ChatTemplateError) -> NumberText {
    guard specification.precision == nil else {
      throw failure("Precision not allowed in integer format specifier")
    }
    let type = specification.type ?? "d"
    if type == "c" {
      guard let scalar = UInt32(exactly: integer).flatMap(Unicode.Scalar.init) else {
        throw failure("%c arg not in range(0x110000)")
      }
      return NumberText(isNegative: false, digits: String(scalar))
    }
    let radix = [Unicode.Scalar: Int](dictionaryLiteral: ("b", 2), ("o", 8), ("x", 16), ("X", 16))[
      type]
    var digits = String(integer.magnitude, radix: radix ?? 10, uppercase: type == "X")
    if let grouping = specification.grouping {
      guard radix == nil || grouping == "_" else {
        throw failure("Cannot specify ',' with '\(type)'.")
      }
      digits = grouped(digits, by: radix == nil ? 3 : 4, grouping)
    }
    return NumberText(
      isNegative: integer < 0,
      prefix: specification.isAlternate && radix != nil ? "0\(type)" : "", digits: digits)
  }

  private func parts(
    of value: Double, _ specification: Specification
  ) throws(ChatTemplateError) -> NumberText {
    let precision = specification.precision
    guard precision ?? 0 <= PythonNumberText.maximumDigitCount else {
      throw failure("precision too big")
    }
    var text: NumberText
    switch specification.type {
    case nil:
      // As `str` has it, or with so many digits, and a point in any case.
      text = NumberText(
        isNegative: value.sign == .minus && !value.isNaN, digits: PythonText.float(value.magnitude))
      guard value.isFinite else { break }
      if let precision {
        text.digits = general(
          value.magnitude, precision: max(precision, 1), alternate: specification.isAlternate)
      } else if specification.isAlternate, !text.digits.contains("."),
        let mark = text.digits.firstIndex(of: "e")
      {
        text.digits.insert(".", at: mark)
      }
    case "%":
      text = NumberText(
        value * 100, "f", precision: precision ?? 6, alternate: specification.isAlternate)
      text.digits += "%"
    case let type?:
      // `n` is `g` where there is no locale.
      text = NumberText(
        value, type == "n" ? "g" : type, precision: precision ?? 6,
        alternate: specification.isAlternate)
    }
    if let grouping = specification.grouping, value.isFinite {
      let whole = text.digits.prefix { $0.isNumber }
      text.digits = grouped(String(whole), by: 3, grouping) + text.digits.dropFirst(whole.count)
    }
    return text
  }

  /// C's `g` as Python's default has it: with an exponent already where all digits stand before the point, and else with
  /// a digit after the point.
  private func general(_ value: Double, precision: Int, alternate: Bool) -> String {
    let text = PythonNumberText.text(value, "g", precision: precision, alternate: alternate)
    let whole = text.prefix { $0.isNumber }
    guard !text.contains("e") else { return text }
    guard whole.utf8.count >= precision, value >= 1 || value == 0 else {
      return text.contains(".") ? text : text + ".0"
    }
    let exponential = PythonNumberText.text(
      value, "e", precision: precision - 1, alternate: alternate)
    guard !alternate, let mark = exponential.firstIndex(of: "e") else { return exponential }
    // Zeros at the end of the mantissa go, and the point with them.
    var mantissa = exponential[..<mark]
    if mantissa.contains(".") {
      while mantissa.last == "0" { mantissa.removeLast() }
      if mantissa.last == "." { mantissa.removeLast() }
    }
    return String(mantissa + exponential[mark...])
  }

  private func grouped(_ digits: String, by size: Int, _ mark: Unicode.Scalar) -> String {
    var result = String.UnicodeScalarView()
    let scalars = Array(digits.unicodeScalars)
    for (index, digit) in scalars.enumerated() {
      if index > 0, (scalars.count - index) % size == 0 { result.append(mark) }
      result.append(digit)
    }
    return String(result)
  }

  private func aligned(_ number: NumberText, _ specification: Specification) -> TemplateString {
    let sign = number.isNegative ? "-" : specification.sign == "-" ? "" : String(specification.sign)
    let start = TemplateString(sign + number.prefix)
    var digits = TemplateString(number.digits)
    guard specification.align == "=" else {
      return padded(
        TemplateString(start.scalars + digits.scalars), specification,
        standard: specification.type == "c" ? "<" : ">")
    }
    let width = specification.width - start.count
    if specification.fill == "0", let grouping = specification.grouping {
      digits = zeroFilled(digits, to: width, grouping, specification)
    }
    return TemplateString(
      start.scalars + digits.padded(to: width, on: .leading, with: specification.fill).scalars)
  }

  /// Zeros before grouped digits are grouped too, and never begin with a mark.
  private func zeroFilled(
    _ digits: TemplateString, to width: Int, _ mark: Unicode.Scalar, _ specification: Specification
  ) -> TemplateString {
    let isDecimal = !["b", "o", "x", "X"].contains(specification.type)
    let whole = digits.scalars.prefix {
      $0.isASCIIDigit || $0 == mark || (!isDecimal && $0.properties.isASCIIHexDigit)
    }
    let rest = digits.scalars.dropFirst(whole.count)
    let size = isDecimal ? 3 : 4
    var reversed = Array(whole.reversed())
    while reversed.count + rest.count < width {
      // A mark stands after each group, and a zero must follow it.
      let place = reversed.count % (size + 1)
      if place == size {
        reversed.append(mark)
        if reversed.count + rest.count >= width { reversed.append("0") }
      } else {
        reversed.append("0")
      }
    }
    return TemplateString(Array(reversed.reversed()) + rest)
  }
}
