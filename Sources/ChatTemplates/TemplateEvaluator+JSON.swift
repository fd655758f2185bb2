/// `tojson`, as transformers defines it: Python's `json.dumps`, which escapes no HTML, non-ASCII text left as it is.
extension TemplateEvaluator {
  private struct Format {
    var indent: TemplateString?
    var itemSeparator: TemplateString
    var keySeparator: TemplateString
    var sortsKeys: Bool
    var escapesNonASCII: Bool
  }

  mutating func json(
    _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    let options = try bind(
      arguments, to: ["ensure_ascii", "indent", "separators", "sort_keys"], of: "tojson")
    var indent: TemplateString?
    switch options[1] {
    case nil, .some(.none): break
    case .some(.string(let text)): indent = text
    case .some(let value):
      guard let width = integer(value) else {
        throw failure("tojson: the indent is a \(value.typeName), not a number")
      }
      try charge(string: max(width, 0))
      indent = TemplateString(repeatElement(" ", count: max(width, 0)))
    }
    var format = Format(
      indent: indent, itemSeparator: indent == nil ? ", " : ",", keySeparator: ": ",
      sortsKeys: options[3].map { isTrue($0) } ?? false,
      escapesNonASCII: options[0].map { isTrue($0) } ?? false)
    switch options[2] {
    case nil, .some(.none): break
    case .some(let separators):
      let parts = try elements(of: separators)
      guard parts.count == 2, case .string(let item) = parts[0], case .string(let key) = parts[1]
      else { throw failure("tojson: the separators are not two strings") }
      format.itemSeparator = item
      format.keySeparator = key
    }
    var result: [Unicode.Scalar] = []
    try write(value, level: 0, format, into: &result)
    try charge(string: result.count)
    return .string(TemplateString(result))
  }

  private mutating func write(
    _ value: TemplateValue, level: Int, _ format: Format, into result: inout [Unicode.Scalar]
  ) throws(ChatTemplateError) {
    try charge(elements: 1)
    switch value {
    case .none: result += "null".unicodeScalars
    case .boolean(let value): result += (value ? "true" : "false").unicodeScalars
    case .integer(let value): result += String(value).unicodeScalars
    case .float(let value): result += Self.json(value).unicodeScalars
    case .string(let text): try write(text, format, into: &result)
    case .list(let items), .tuple(let items):
      guard !items.items.isEmpty else {
        result += "[]".unicodeScalars
        return
      }
      result.append("[")
      for (index, item) in items.items.enumerated() {
        if index > 0 { try write(format.itemSeparator, into: &result) }
        try breakLine(level: level + 1, format, into: &result)
        try write(item, level: level + 1, format, into: &result)
      }
      try breakLine(level: level, format, into: &result)
      result.append("]")
    case .mapping(let mapping): try write(mapping, level: level, format, into: &result)
    default: throw failure("Object of type \(value.typeName) is not JSON serializable")
    }
  }

  private mutating func write(
    _ mapping: TemplateMapping, level: Int, _ format: Format, into result: inout [Unicode.Scalar]
  ) throws(ChatTemplateError) {
    guard mapping.count > 0 else {
      result += "{}".unicodeScalars
      return
    }
    let places =
      format.sortsKeys
      ? try sorted(mapping.keys, descending: false) : Array(mapping.keys.indices)
    result.append("{")
    for (index, place) in places.enumerated() {
      if index > 0 { try write(format.itemSeparator, into: &result) }
      try breakLine(level: level + 1, format, into: &result)
      let key = mapping.keys[place]
      switch key {
      case .string(let text): try write(text, format, into: &result)
      case .none: result += "\"null\"".unicodeScalars
      case .boolean(let value): result += (value ? "\"true\"" : "\"false\"").unicodeScalars
      case .integer(let value): result += "\"\(value)\"".unicodeScalars
      case .float(let value): result += "\"\(Self.json(value))\"".unicodeScalars
      default:
        throw failure("keys must be str, int, float, bool or None, not \(key.typeName)")
      }
      try write(format.keySeparator, into: &result)
      try write(mapping.values[place], level: level + 1, format, into: &result)
    }
    try breakLine(level: level, format, into: &result)
    result.append("}")
  }

  private mutating func write(
    _ text: TemplateString, into result: inout [Unicode.Scalar]
  ) throws(ChatTemplateError) {
    try charge(string: text.count)
    result += text.scalars
  }

  private mutating func breakLine(
    level: Int, _ format: Format, into result: inout [Unicode.Scalar]
  ) throws(ChatTemplateError) {
    guard let indent = format.indent else { return }
    // Levels are bounded, as values are.
    try charge(string: indent.count * level + 1)
    result.append("\n")
    for _ in 0..<level { result += indent.scalars }
  }

  private static func json(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return PythonText.float(value)
  }

  private mutating func write(
    _ text: TemplateString, _ format: Format, into result: inout [Unicode.Scalar]
  ) throws(ChatTemplateError) {
    try charge(string: text.count)
    result.append("\"")
    for scalar in text.scalars {
      switch scalar {
      case "\"", "\\": result += ["\\", scalar]
      case "\n": result += ["\\", "n"]
      case "\r": result += ["\\", "r"]
      case "\t": result += ["\\", "t"]
      case "\u{08}": result += ["\\", "b"]
      case "\u{0C}": result += ["\\", "f"]
      default:
        if scalar.value < 0x20 || format.escapesNonASCII && !(0x20...0x7E).contains(scalar.value) {
          for unit in String(scalar).utf16 {
            result += "\\u\(PythonText.hexadecimal(UInt32(unit), width: 4))".unicodeScalars
          }
        } else {
          result.append(scalar)
        }
      }
    }
    result.append("\"")
  }
}
