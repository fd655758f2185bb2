/// Python's `str.format` and `format_map`, with the sandbox's rule that fields are looked up as a template's attributes
/// and items are.
extension TemplateEvaluator {
  /// What the fields of a format are looked up in.
  private struct Fields {
    let positional: [TemplateValue]
    let named: TemplateMapping
    /// The number of the next field without a name; `nil` once fields have numbers of their own.
    var next: Int? = 0
  }

  @inline(never)
  mutating func format(
    _ text: TemplateString, _ method: String, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    var fields: Fields
    if method == "format_map" {
      guard arguments.named.isEmpty, arguments.positional.count == 1,
        case .mapping(let mapping) = arguments.positional[0]
      else { throw failure("format_map() takes exactly one argument, a mapping") }
      fields = Fields(positional: [], named: mapping)
    } else {
      let named = try mapping(of: TemplateArguments(named: arguments.named), method)
      fields = Fields(positional: arguments.positional, named: named)
    }
    let result = try format(text.scalars, &fields, level: 2, isMarkup: text.isMarkup)
    return .string(result.marked(text.isMarkup))
  }

  private mutating func format(
    _ scalars: [Unicode.Scalar], _ fields: inout Fields, level: Int, isMarkup: Bool
  ) throws(ChatTemplateError) -> TemplateString {
    guard level >= 0 else { throw failure("Max string recursion exceeded") }
    try charge(scalars.count)
    var result: [Unicode.Scalar] = []
    var position = 0
    while position < scalars.count {
      let scalar = scalars[position]
      position += 1
      guard scalar == "{" || scalar == "}" else {
        result.append(scalar)
        continue
      }
      if position < scalars.count, scalars[position] == scalar {
        result.append(scalar)
        position += 1
        continue
      }
      guard scalar == "{" else { throw failure("Single '}' encountered in format string") }
      guard let end = Self.endOfField(scalars, from: position) else {
        throw failure(
          position == scalars.count
            ? "Single '{' encountered in format string" : "expected '}' before end of string")
      }
      let text = try field(
        Array(scalars[position..<end]), &fields, level: level, isMarkup: isMarkup)
      position = end + 1
      try check(string: result.count + text.count)
      try charge(text.count)
      result += text.scalars
    }
    return TemplateString(result)
  }

  /// Where the bracket stands that closes a field.
  private static func endOfField(_ scalars: [Unicode.Scalar], from start: Int) -> Int? {
    var depth = 1
    for index in start..<scalars.count {
      if scalars[index] == "{" { depth += 1 }
      if scalars[index] == "}" { depth -= 1 }
      if depth == 0 { return index }
    }
    return nil
  }

  /// `name!conversion:specification`.
  private mutating func field(
    _ scalars: [Unicode.Scalar], _ fields: inout Fields, level: Int, isMarkup: Bool
  ) throws(ChatTemplateError) -> TemplateString {
    // A bracket may hold either mark.
    var end = 0
    var isInBracket = false
    while end < scalars.count, isInBracket || (scalars[end] != "!" && scalars[end] != ":") {
      if scalars[end] == "[" { isInBracket = true }
      if scalars[end] == "]" { isInBracket = false }
      end += 1
    }
    let value = try self.value(of: Array(scalars[..<end]), &fields)
    var conversion: Unicode.Scalar?
    if end < scalars.count, scalars[end] == "!" {
      guard end + 1 < scalars.count else {
        throw failure("end of string while looking for conversion specifier")
      }
      conversion = scalars[end + 1]
      end += 2
      guard end == scalars.count || scalars[end] == ":" else {
        throw failure("expected ':' after conversion specifier")
      }
    }
    let inner = end < scalars.count ? Array(scalars[(end + 1)...]) : []
    let specification = try format(inner, &fields, level: level - 1, isMarkup: false)
    var converted = value
    switch conversion {
    case nil: break
    case "s": converted = .string(try text(of: value))
    case "r": converted = .string(try representation(of: value))
    case "a": converted = .string(PythonText.ascii(try representation(of: value)))
    case let other?: throw failure("Unknown conversion specifier \(other)")
    }
    if isMarkup, case .string(let text) = converted, text.isMarkup {
      guard specification.isEmpty else {
        throw failure("Format specifier \(specification.text) given, but a marked string has none")
      }
      return text
    }
    let text = try formatted(converted, specification)
    return isMarkup ? try escaped(text) : text
  }

  /// A field's value: a number or a name, and attributes and items of it.
  private mutating func value(
    of name: [Unicode.Scalar], _ fields: inout Fields
  ) throws(ChatTemplateError) -> TemplateValue {
    var position = name.firstIndex { $0 == "." || $0 == "[" } ?? name.count
    let first = TemplateString(name[..<position])
    var value: TemplateValue
    if first.isEmpty || first.scalars.allSatisfy(\.isASCIIDigit) {
      let index = try self.index(first, &fields)
      guard fields.positional.indices.contains(index) else {
        throw failure("Replacement index \(index) out of range for positional args tuple")
      }
      value = fields.positional[index]
    } else {
      guard let found = fields.named[first] else { throw failure("'\(first.text)'") }
      value = found
    }
    while position < name.count {
      try charge(elements: 1)
      let isItem = name[position] == "["
      position += 1
      let start = position
      while position < name.count,
        isItem ? name[position] != "]" : name[position] != "." && name[position] != "["
      {
        position += 1
      }
      let part = TemplateString(name[start..<position])
      guard !part.isEmpty else { throw failure("Empty attribute in format string") }
      guard isItem else {
        value = try attribute(part, of: value)
        continue
      }
      guard position < name.count else { throw failure("Missing ']' in format string") }
      position += 1
      guard position == name.count || name[position] == "." || name[position] == "[" else {
        throw failure("Only '.' or '[' may follow ']' in format field specifier")
      }
      let number = part.scalars.allSatisfy(\.isASCIIDigit) ? Int(part.text) : nil
      value = try item(number.map { .integer($0) } ?? .string(part), of: value)
    }
    return value
  }

  private func index(
    _ text: TemplateString, _ fields: inout Fields
  ) throws(ChatTemplateError) -> Int {
    guard text.isEmpty else {
      guard fields.next == nil || fields.next == 0 else {
        throw failure(
          "cannot switch from automatic field numbering to manual field specification")
      }
      fields.next = nil
      guard let index = Int(text.text) else { throw failure("a field's number is too large") }
      return index
    }
    guard let index = fields.next else {
      throw failure("cannot switch from manual field specification to automatic field numbering")
    }
    fields.next = index + 1
    return index
  }
}
