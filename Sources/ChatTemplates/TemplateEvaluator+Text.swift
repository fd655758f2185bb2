/// What a value prints: Python's `str` and `repr`.
extension TemplateEvaluator {
  mutating func text(of value: TemplateValue) throws(ChatTemplateError) -> TemplateString {
    switch value {
    case .undefined: return TemplateString("")
    case .string(let text): return text
    default: return try representation(of: value)
    }
  }

  mutating func representation(of value: TemplateValue) throws(ChatTemplateError) -> TemplateString
  {
    var result: [Unicode.Scalar] = []
    try represent(value, into: &result)
    return TemplateString(result)
  }

  private mutating func represent(
    _ value: TemplateValue, into result: inout [Unicode.Scalar]
  ) throws(ChatTemplateError) {
    let start = result.count
    switch value {
    case .undefined: result += "Undefined".unicodeScalars
    case .none: result += "None".unicodeScalars
    case .boolean(let value): result += (value ? "True" : "False").unicodeScalars
    case .integer(let value): result += String(value).unicodeScalars
    case .float(let value): result += PythonText.float(value).unicodeScalars
    case .string(let text):
      try charge(string: text.count)
      result += text.isMarkup ? "Markup(".unicodeScalars.map { $0 } : []
      result += PythonText.quoted(text)
      result += text.isMarkup ? [")"] : []
    case .list(let items): try represent(items.items, open: "[", close: "]", into: &result)
    case .tuple(let items):
      try represent(
        items.items, open: "(", close: items.items.count == 1 ? ",)" : ")", into: &result)
    case .view(let kind, let items):
      try represent(items.items, open: kind.rawValue + "([", close: "])", into: &result)
    case .mapping(let mapping): try represent(mapping, into: &result)
    case .range(let range):
      let step = range.step == 1 ? "" : ", \(range.step)"
      result += "range(\(range.start), \(range.stop)\(step))".unicodeScalars
    case .namespace(let index):
      // A namespace may hold itself.
      try enter(line: line)
      result += "<Namespace ".unicodeScalars
      try represent(namespaces[index], into: &result)
      result.append(">")
      leave()
    case .loop(let loop):
      result += "<LoopContext \(loop.index + 1)/\(loop.items.items.count)>".unicodeScalars
    case .macro(let index):
      let name = macros[index].definition.name.map { "'\($0.text)'" } ?? "anonymous"
      result += "<Macro \(name)>".unicodeScalars
    case .generator, .function, .method:
      throw failure("a \(value.typeName) has no text of its own")
    }
    try charge(string: result.count - start + 1)
  }

  private mutating func represent(
    _ items: [TemplateValue], open: String, close: String, into result: inout [Unicode.Scalar]
  ) throws(ChatTemplateError) {
    result += open.unicodeScalars
    for (index, item) in items.enumerated() {
      if index > 0 { result += ", ".unicodeScalars }
      try represent(item, into: &result)
    }
    result += close.unicodeScalars
  }

  private mutating func represent(
    _ mapping: TemplateMapping, into result: inout [Unicode.Scalar]
  ) throws(ChatTemplateError) {
    result.append("{")
    for (index, (key, value)) in zip(mapping.keys, mapping.values).enumerated() {
      if index > 0 { result += ", ".unicodeScalars }
      try represent(key, into: &result)
      result += ": ".unicodeScalars
      try represent(value, into: &result)
    }
    result.append("}")
  }
}

/// How Python writes numbers and strings.
enum PythonText {
  /// The shortest digits that read back as the same number, as Swift gives them; Python changes to an exponent at
  /// 10¹⁶, Swift at 2⁵⁴.
  static func float(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    let text = "\(value)"
    guard abs(value) >= 1e16, !text.contains("e"), text.hasSuffix(".0") else { return text }
    let sign = value < 0 ? "-" : ""
    let digits = text.dropFirst(sign.count).dropLast(2)
    var mantissa = digits
    while mantissa.count > 1, mantissa.last == "0" { mantissa.removeLast() }
    let fraction = mantissa.dropFirst()
    return
      "\(sign)\(mantissa.prefix(1))\(fraction.isEmpty ? "" : ".")\(fraction)e+\(digits.count - 1)"
  }

  /// `ascii` of a text: what isn't ASCII as escapes.
  static func ascii(_ text: TemplateString) -> TemplateString {
    var result: [Unicode.Scalar] = []
    for scalar in text.scalars {
      if scalar.isASCII {
        result.append(scalar)
      } else {
        let (letter, width) =
          scalar.value <= 0xFF ? ("x", 2) : scalar.value <= 0xFFFF ? ("u", 4) : ("U", 8)
        result += "\\\(letter)\(hexadecimal(scalar.value, width: width))".unicodeScalars
      }
    }
    return TemplateString(result)
  }

  static func hexadecimal(_ value: UInt32, width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// `repr` of a string: single quotes unless it holds only those, and escapes for what can't be printed.
  static func quoted(_ text: TemplateString) -> [Unicode.Scalar] {
    let quote: Unicode.Scalar =
      text.scalars.contains("'") && !text.scalars.contains("\"") ? "\"" : "'"
    var result: [Unicode.Scalar] = [quote]
    for scalar in text.scalars {
      switch scalar {
      case quote, "\\": result += ["\\", scalar]
      case "\n": result += ["\\", "n"]
      case "\r": result += ["\\", "r"]
      case "\t": result += ["\\", "t"]
      default:
        guard !isPrintable(scalar) else {
          result.append(scalar)
          continue
        }
        let (letter, width) =
          scalar.value <= 0xFF ? ("x", 2) : scalar.value <= 0xFFFF ? ("u", 4) : ("U", 8)
        result += "\\\(letter)\(hexadecimal(scalar.value, width: width))".unicodeScalars
      }
    }
    result.append(quote)
    return result
  }

  static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == " " { return true }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      return false
    default: return true
    }
  }
}
