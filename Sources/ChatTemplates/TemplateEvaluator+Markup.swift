/// Strings that need no escaping, as markupsafe 3.0 has them. Jinja escapes nothing by itself in a chat template; what a
/// template marks (`safe`) or escapes (`escape`) keeps the mark, and escapes what is joined to it.
extension TemplateEvaluator {
  /// `escape(value)`: a string that is marked already stays as it is.
  mutating func escaped(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateString {
    let text = try text(of: value)
    return text.isMarkup ? text : try escaped(text)
  }

  /// The text with the characters escaped that mean something in HTML, marked or not.
  mutating func escaped(_ text: TemplateString) throws(ChatTemplateError) -> TemplateString {
    var result: [Unicode.Scalar] = []
    for scalar in text.scalars {
      switch scalar {
      case "&": result += "&amp;".unicodeScalars
      case "<": result += "&lt;".unicodeScalars
      case ">": result += "&gt;".unicodeScalars
      case "'": result += "&#39;".unicodeScalars
      case "\"": result += "&#34;".unicodeScalars
      default: result.append(scalar)
      }
    }
    // At most five times as long, so that it may be made before it is accounted for.
    try charge(string: result.count)
    return TemplateString(result).marked(true)
  }

  /// A method of a marked string: arguments that end up in the result are escaped, and the result is marked.
  mutating func call(
    _ method: String, ofMarkup text: TemplateString, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    var arguments = arguments
    let escapes: Int? =
      switch method {
      case "replace", "ljust", "rjust", "center": 1
      default: nil
      }
    if let place = escapes, arguments.positional.indices.contains(place),
      case .string = arguments.positional[place]
    {
      arguments.positional[place] = .string(try escaped(arguments.positional[place]))
    }
    if method == "join", arguments.positional.count == 1 {
      var parts: [TemplateValue] = []
      for part in try elements(of: arguments.positional[0]) {
        parts.append(.string(try escaped(part)))
      }
      arguments.positional[0] = .list(try sequence(parts))
    }
    return try marked(try call(method, ofPlain: text, arguments))
  }

  /// A string, or a list or tuple of strings, marked.
  private mutating func marked(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
    func mark(_ value: TemplateValue) -> TemplateValue {
      if case .string(let text) = value { .string(text.marked(true)) } else { value }
    }
    switch value {
    case .list(let items): return .list(try sequence(items.items.map(mark)))
    case .tuple(let items): return .tuple(try sequence(items.items.map(mark)))
    default: return mark(value)
    }
  }
}
