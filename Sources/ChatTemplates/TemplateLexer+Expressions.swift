/// The inside of `{{ … }}` and `{% … %}`.
extension TemplateLexer {
  mutating func lexInside(isBlock: Bool) throws(ChatTemplateError) {
    var closers: [TemplateSymbol] = []
    while position < source.count {
      // Inside of brackets `}}` closes two of them.
      if closers.isEmpty,
        let end = isBlock ? endOfBlock(at: position) : endOfVariable(at: position)
      {
        emit(isBlock ? .blockEnd : .variableEnd)
        advance(to: end)
        return
      }
      let scalar = source[position]
      if scalar.isPythonSpace {
        advance(to: endOfSpace(from: position))
      } else if scalar.isASCIIDigit {
        try lexNumber()
      } else if isWord(scalar) {
        try lexName()
      } else if scalar == "'" || scalar == "\"" {
        try lexString(quote: scalar)
      } else {
        try lexSymbol(closers: &closers)
      }
    }
  }

  private func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return scalar == "_" || scalar.isASCIIDigit || ("a"..."z").contains(scalar)
        || ("A"..."Z").contains(scalar)
    }
    let properties = scalar.properties
    return properties.isAlphabetic || properties.numericType != nil || properties.isXIDContinue
  }

  private mutating func lexName() throws(ChatTemplateError) {
    var end = position
    while end < source.count, isWord(source[end]) { end += 1 }
    let name = TemplateString(source[position..<end])
    let startsWell = name.scalars[0] == "_" || name.scalars[0].properties.isXIDStart
    guard startsWell, name.scalars.allSatisfy({ $0.properties.isXIDContinue }) else {
      throw failure("'\(name.text)' is no name")
    }
    emit(.name(name))
    position = end
  }

  private mutating func lexSymbol(closers: inout [TemplateSymbol]) throws(ChatTemplateError) {
    // The two-character symbols stand first.
    for symbol in TemplateSymbol.allCases {
      let spelling = symbol.rawValue.unicodeScalars
      guard source[position...].starts(with: spelling) else { continue }
      if let closing = symbol.closing {
        closers.append(closing)
      } else if symbol.isClosing {
        guard closers.popLast() == symbol else { throw failure("unexpected '\(symbol.rawValue)'") }
      }
      emit(.symbol(symbol))
      position += spelling.count
      return
    }
    throw failure("unexpected character '\(source[position])'")
  }

  // MARK: - Numbers

  private mutating func lexNumber() throws(ChatTemplateError) {
    let followsDot = position > 0 && source[position - 1] == "."
    if !followsDot, let end = endOfFloat() {
      let digits = source[position..<end].filter { $0 != "_" }
      guard let value = Double(TemplateString(digits).text) else {
        throw failure("'\(TemplateString(digits).text)' is no number")
      }
      emit(.float(value))
      position = end
      return
    }
    var radix = 10
    var start = position
    if source[position] == "0", position + 2 <= source.count - 1 {
      let marker = source[position + 1]
      let prefixes: [(String, Int)] = [("bB", 2), ("oO", 8), ("xX", 16)]
      for (letters, base) in prefixes where letters.unicodeScalars.contains(marker) {
        let first = source[position + 2] == "_" ? position + 3 : position + 2
        if first < source.count, digit(source[first], radix: base) != nil {
          radix = base
          start = first
        }
      }
    }
    // A decimal number that begins with 0 is all zeros; what follows is another token.
    let isZero = radix == 10 && source[start] == "0"
    let end = endOfDigits(from: start, radix: isZero ? 1 : radix)
    var value = 0
    for index in start..<end where source[index] != "_" {
      let (product, overflow) = value.multipliedReportingOverflow(by: radix)
      let (sum, carry) = product.addingReportingOverflow(digit(source[index], radix: radix) ?? 0)
      guard !overflow, !carry else { throw failure("an integer is too large for 64 bits") }
      value = sum
    }
    emit(.integer(value))
    position = end
  }

  private func digit(_ scalar: Unicode.Scalar, radix: Int) -> Int? {
    guard scalar.isASCII, let value = Character(scalar).hexDigitValue, value < radix else {
      return nil
    }
    return value
  }

  /// The end of digits that single underscores may part. `start` stands on a digit.
  private func endOfDigits(from start: Int, radix: Int) -> Int {
    var index = start
    while index < source.count {
      if digit(source[index], radix: radix) != nil {
        index += 1
      } else if source[index] == "_", index > start, index + 1 < source.count,
        digit(source[index + 1], radix: radix) != nil
      {
        index += 2
      } else {
        break
      }
    }
    return index
  }

  /// The end of a number with a fraction or an exponent, where one stands here.
  private func endOfFloat() -> Int? {
    var end = endOfDigits(from: position, radix: 10)
    var isFloat = false
    if end + 1 < source.count, source[end] == ".", source[end + 1].isASCIIDigit {
      end = endOfDigits(from: end + 1, radix: 10)
      isFloat = true
    }
    if end < source.count, source[end] == "e" || source[end] == "E" {
      var exponent = end + 1
      if exponent < source.count, source[exponent] == "+" || source[exponent] == "-" {
        exponent += 1
      }
      if exponent < source.count, source[exponent].isASCIIDigit {
        end = endOfDigits(from: exponent, radix: 10)
        isFloat = true
      }
    }
    return isFloat ? end : nil
  }

  // MARK: - Strings

  private mutating func lexString(quote: Unicode.Scalar) throws(ChatTemplateError) {
    let start = position
    var index = position + 1
    var value: [Unicode.Scalar] = []
    while index < source.count {
      let scalar = source[index]
      if scalar == quote {
        emit(.string(TemplateString(value)))
        advance(to: index + 1, countingFrom: start)
        return
      }
      index += 1
      if scalar == "\\" {
        guard index < source.count else { break }
        try lexEscape(at: &index, into: &value)
      } else {
        value.append(scalar)
      }
    }
    throw failure("a string has no end (\(quote))")
  }

  /// Python's escapes; one that Python doesn't know stands for itself, backslash included.
  private func lexEscape(
    at index: inout Int, into value: inout [Unicode.Scalar]
  ) throws(ChatTemplateError) {
    let scalar = source[index]
    index += 1
    switch scalar {
    case "\n": break
    case "\\", "'", "\"": value.append(scalar)
    case "n": value.append("\n")
    case "t": value.append("\t")
    case "r": value.append("\r")
    case "a": value.append("\u{07}")
    case "b": value.append("\u{08}")
    case "f": value.append("\u{0C}")
    case "v": value.append("\u{0B}")
    case "x": value.append(try lexCodePoint(at: &index, digits: 2, escape: "\\x"))
    case "u": value.append(try lexCodePoint(at: &index, digits: 4, escape: "\\u"))
    case "U": value.append(try lexCodePoint(at: &index, digits: 8, escape: "\\U"))
    case "N": throw failure("the escape '\\N{…}' is not supported")
    case "0"..."7":
      var code = scalar.value - 0x30
      var count = 1
      while count < 3, index < source.count, ("0"..."7").contains(source[index]) {
        code = code * 8 + source[index].value - 0x30
        index += 1
        count += 1
      }
      value.append(Unicode.Scalar(code) ?? "\u{FFFD}")
    default:
      value.append("\\")
      guard !scalar.isASCII else {
        value.append(scalar)
        return
      }
      // Jinja writes such a character as an escape of its own first, and the backslash before it takes that one's.
      let hex = String(scalar.value, radix: 16)
      let (letter, width) =
        scalar.value <= 0xFF ? ("x", 2) : scalar.value <= 0xFFFF ? ("u", 4) : ("U", 8)
      value += (letter + String(repeating: "0", count: width - hex.count) + hex).unicodeScalars
    }
  }

  private func lexCodePoint(
    at index: inout Int, digits: Int, escape: String
  ) throws(ChatTemplateError) -> Unicode.Scalar {
    var code: UInt32 = 0
    for _ in 0..<digits {
      guard index < source.count, let value = digit(source[index], radix: 16), code < 0x1000_0000
      else {
        throw failure("the escape '\(escape)' takes \(digits) hexadecimal digits")
      }
      code = code * 16 + UInt32(value)
      index += 1
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw failure(
        "the escape '\(escape)' names no Unicode scalar value: \(String(code, radix: 16))")
    }
    return scalar
  }
}
