/// The methods of Python's types that a template may find on a value.
enum TemplateMethods {
  /// All that Python has, by type: those that are not implemented are refused by name when they are called.
  static let names: [String: Set<String>] = [
    "str": [
      "capitalize", "casefold", "center", "count", "encode", "endswith", "expandtabs", "find",
      "format", "format_map", "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit",
      "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper",
      "join", "ljust", "lower", "lstrip", "maketrans", "partition", "removeprefix", "removesuffix",
      "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip", "split",
      "splitlines", "startswith", "strip", "swapcase", "title", "translate", "upper", "zfill",
    ],
    "dict": ["copy", "fromkeys", "get", "items", "keys", "values"],
    "list": ["copy", "count", "index"],
    "tuple": ["count", "index"],
    "range": ["count", "index"],
  ]

  /// Those that change their value, which Jinja's immutable sandbox forbids.
  static let changing: [String: Set<String>] = [
    "dict": ["clear", "pop", "popitem", "setdefault", "update"],
    "list": ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"],
  ]
}

extension TemplateEvaluator {
  mutating func call(
    method name: TemplateString, of receiver: TemplateValue, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    let method = name.text
    switch receiver {
    case .string(let text): return try call(method, of: text, arguments)
    case .mapping(let mapping): return try call(method, of: mapping, arguments)
    case .list, .tuple, .range:
      return try call(method, of: receiver, items: try elements(of: receiver), arguments)
    case .loop(let loop):
      if method == "changed" { return .boolean(try hasChanged(loop, arguments)) }
      guard arguments.named.isEmpty, !arguments.positional.isEmpty else {
        throw failure("loop.cycle takes what to cycle through")
      }
      return arguments.positional[loop.index % arguments.positional.count]
    default: throw failure("a \(receiver.typeName) has no method '\(method)'")
    }
  }

  /// Whether the values differ from those of the call before, in an earlier turn of the loop.
  private mutating func hasChanged(
    _ loop: TemplateLoop, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> Bool {
    guard arguments.named.isEmpty else { throw failure("loop.changed takes values alone") }
    let values = TemplateValue.tuple(try sequence(arguments.positional))
    if let last = changes[loop.identity], try areEqual(last, values) { return false }
    changes[loop.identity] = values
    return true
  }

  // MARK: - Mappings and lists

  private mutating func call(
    _ method: String, of mapping: TemplateMapping, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    switch method {
    case "get":
      let options = try positional(arguments, 1...2, of: method)
      guard let key = try key(for: options[0]) else {
        throw failure("a \(options[0].typeName) can't be a key")
      }
      return mapping[key] ?? (options.count > 1 ? options[1] : .none)
    case "keys":
      _ = try positional(arguments, 0...0, of: method)
      return .view(.keys, try sequence(mapping.keys))
    case "values":
      _ = try positional(arguments, 0...0, of: method)
      return .view(.values, try sequence(mapping.values))
    case "items":
      _ = try positional(arguments, 0...0, of: method)
      return .view(.items, try sequence(try pairs(of: mapping)))
    case "copy":
      _ = try positional(arguments, 0...0, of: method)
      return .mapping(mapping)
    default: throw failure("the method '\(method)' of dict is not supported")
    }
  }

  private mutating func call(
    _ method: String, of receiver: TemplateValue, items: [TemplateValue],
    _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    if method == "copy" {
      _ = try positional(arguments, 0...0, of: method)
      return receiver
    }
    let sought = try positional(arguments, 1...1, of: method)[0]
    var count = 0
    for (index, item) in items.enumerated() where try areEqual(item, sought) {
      if method == "index" { return .integer(index) }
      count += 1
    }
    guard method == "count" else { throw failure("the value is not in the list") }
    return .integer(count)
  }

  // MARK: - Strings

  private mutating func call(
    _ method: String, of text: TemplateString, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    try charge(text.count)
    return text.isMarkup
      ? try call(method, ofMarkup: text, arguments) : try call(method, ofPlain: text, arguments)
  }

  /// A method of a string, whether or not it is marked.
  mutating func call(
    _ method: String, ofPlain text: TemplateString, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    switch method {
    case "format", "format_map": return try format(text, method, arguments)
    case "center", "ljust", "rjust", "zfill", "expandtabs":
      return .string(try padded(text, method, arguments))
    case "strip", "lstrip", "rstrip":
      let options = try bind(arguments, to: ["chars"], of: method)
      let side: TemplateString.Side =
        method == "strip" ? .both : method == "lstrip" ? .leading : .trailing
      return .string(text.stripped(side, of: try characters(options[0], of: method)))
    case "upper", "lower", "capitalize", "title", "swapcase":
      _ = try positional(arguments, 0...0, of: method)
      try charge(casesOf: text)
      switch method {
      case "swapcase": return .string(text.swappingCase)
      case "upper": return .string(text.uppercased)
      case "lower": return .string(text.lowercased)
      case "title": return .string(text.titlecased)
      default: return .string(text.capitalized)
      }
    case "startswith", "endswith":
      return .boolean(try hasAffix(text, method, arguments))
    case "removeprefix", "removesuffix":
      let affix = try string(try positional(arguments, 1...1, of: method)[0], of: method)
      if method == "removeprefix" {
        return .string(
          text.hasPrefix(affix) ? TemplateString(text.scalars.dropFirst(affix.count)) : text)
      }
      return .string(
        text.hasSuffix(affix) ? TemplateString(text.scalars.dropLast(affix.count)) : text)
    case "split", "rsplit", "splitlines", "partition", "rpartition":
      return try split(text, method, arguments)
    case "replace":
      let options = try positional(arguments, 2...3, of: method)
      return .string(
        try replaced(
          text, try string(options[0], of: method), by: try string(options[1], of: method),
          limit: try options.count > 2 ? number(options[2], of: method) : -1))
    case "join":
      let parts = try positional(arguments, 1...1, of: method)[0]
      return .string(try joined(try elements(of: parts), by: text))
    case "find", "rfind", "index", "rindex", "count":
      let needle = try string(try positional(arguments, 1...1, of: method)[0], of: method)
      return .integer(try search(text, for: needle, method))
    case "isspace", "isdigit", "isalpha", "isalnum", "islower", "isupper", "isascii", "isdecimal",
      "isnumeric", "istitle", "isprintable", "isidentifier":
      _ = try positional(arguments, 0...0, of: method)
      try charge(elements: text.count)
      return .boolean(Self.isMadeOf(text, method))
    default: throw failure("the method '\(method)' of str is not supported")
    }
  }

  private mutating func padded(
    _ text: TemplateString, _ method: String, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateString {
    if method == "expandtabs" {
      let options = try bind(arguments, to: ["tabsize"], of: method)
      let size = try number(options[0] ?? .integer(8), of: method)
      let tabs = text.scalars.count { $0 == "\t" }
      let (added, overflow) = tabs.multipliedReportingOverflow(by: max(size, 0))
      try charge(string: overflow ? .max : text.count + min(added, TemplateLimits.stringLength))
      return text.expandingTabs(size)
    }
    let options = try positional(arguments, method == "zfill" ? 1...1 : 1...2, of: method)
    let width = try number(options[0], of: method)
    try charge(string: max(width, text.count))
    if method == "zfill" {
      let sign = text.scalars.first.map { $0 == "-" || $0 == "+" } ?? false
      let digits = TemplateString(text.scalars.dropFirst(sign ? 1 : 0))
      let padded = digits.padded(to: width - (sign ? 1 : 0), on: .leading, with: "0")
      return TemplateString((sign ? [text.scalars[0]] : []) + padded.scalars)
    }
    var fill: Unicode.Scalar = " "
    if options.count > 1 {
      let text = try string(options[1], of: method)
      guard text.count == 1 else {
        throw failure("The fill character must be exactly one character long")
      }
      fill = text.scalars[0]
    }
    let side: TemplateString.Side =
      method == "center" ? .both : method == "ljust" ? .trailing : .leading
    return text.padded(to: width, on: side, with: fill)
  }

  private func positional(
    _ arguments: TemplateArguments, _ counts: ClosedRange<Int>, of method: String
  ) throws(ChatTemplateError) -> [TemplateValue] {
    guard arguments.named.isEmpty else { throw failure("\(method)() takes no keyword arguments") }
    guard counts.contains(arguments.positional.count) else {
      throw failure("\(method)() does not take \(arguments.positional.count) argument(s)")
    }
    return arguments.positional
  }

  private func string(
    _ value: TemplateValue, of method: String
  ) throws(ChatTemplateError) -> TemplateString {
    if let reason = undefinedReason(value) { throw failure(reason) }
    guard case .string(let text) = value else {
      throw failure("\(method)() takes a string, not a \(value.typeName)")
    }
    return text
  }

  private func number(_ value: TemplateValue, of method: String) throws(ChatTemplateError) -> Int {
    if let reason = undefinedReason(value) { throw failure(reason) }
    guard let number = integer(value) else {
      throw failure("\(method)() takes an integer, not a \(value.typeName)")
    }
    return number
  }

  private func hasAffix(
    _ text: TemplateString, _ method: String, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> Bool {
    let options = try positional(arguments, 1...1, of: method)
    var affixes = options
    if case .tuple(let several) = options[0] { affixes = several.items }
    for affix in affixes {
      let affix = try string(affix, of: method)
      if method == "startswith" ? text.hasPrefix(affix) : text.hasSuffix(affix) { return true }
    }
    return false
  }

  private mutating func split(
    _ text: TemplateString, _ method: String, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    try charge(elements: text.count)
    switch method {
    case "splitlines":
      let options = try bind(arguments, to: ["keepends"], of: method)
      return try strings(text.lines(keepingEnds: options[0].map { isTrue($0) } ?? false))
    case "partition", "rpartition":
      let separator = try string(try positional(arguments, 1...1, of: method)[0], of: method)
      guard !separator.isEmpty else { throw failure("empty separator") }
      let isFirst = method == "partition"
      guard let place = isFirst ? text.firstIndex(of: separator) : text.lastIndex(of: separator)
      else {
        let parts: [TemplateString] = isFirst ? [text, "", ""] : ["", "", text]
        return .tuple(try sequence(parts.map { .string($0) }))
      }
      let parts = [
        TemplateString(text.scalars[..<place]), separator,
        TemplateString(text.scalars[(place + separator.count)...]),
      ]
      return .tuple(try sequence(parts.map { .string($0) }))
    default:
      let options = try bind(arguments, to: ["sep", "maxsplit"], of: method)
      let limit =
        try options[1].map { value throws(ChatTemplateError) in try number(value, of: method) }
        ?? -1
      let separator = try characters(options[0], of: method)
      if let separator, separator.isEmpty { throw failure("empty separator") }
      guard method == "rsplit", limit >= 0 else {
        return try strings(
          separator.map { text.split(on: $0, limit: limit) } ?? text.splitOnSpace(limit: limit))
      }
      // From the right: split the mirror image.
      let mirror = TemplateString(text.scalars.reversed())
      let pieces =
        separator.map { mirror.split(on: TemplateString($0.scalars.reversed()), limit: limit) }
        ?? mirror.splitOnSpace(limit: limit)
      return try strings(pieces.reversed().map { TemplateString($0.scalars.reversed()) })
    }
  }

  private mutating func strings(_ texts: [TemplateString]) throws(ChatTemplateError)
    -> TemplateValue
  {
    .list(try sequence(texts.map { .string($0) }))
  }

  private mutating func joined(
    _ parts: [TemplateValue], by separator: TemplateString
  ) throws(ChatTemplateError) -> TemplateString {
    var result: [Unicode.Scalar] = []
    for (index, part) in parts.enumerated() {
      guard case .string(let text) = part else {
        throw failure("sequence item \(index): expected str instance, \(part.typeName) found")
      }
      let length = text.count + (index > 0 ? separator.count : 0)
      try charge(length)
      try check(string: result.count + length)
      if index > 0 { result += separator.scalars }
      result += text.scalars
    }
    return TemplateString(result)
  }

  private func search(
    _ text: TemplateString, for needle: TemplateString, _ method: String
  ) throws(ChatTemplateError) -> Int {
    if method == "count" {
      return needle.isEmpty ? text.count + 1 : text.occurrences(of: needle).count
    }
    let place = method.hasPrefix("r") ? text.lastIndex(of: needle) : text.firstIndex(of: needle)
    guard place != nil || method.hasSuffix("find") else { throw failure("substring not found") }
    return place ?? -1
  }

  private static func isMadeOf(_ text: TemplateString, _ method: String) -> Bool {
    switch method {
    case "isascii": return text.scalars.allSatisfy(\.isASCII)
    case "islower", "isupper": return text.isCased(upper: method == "isupper")
    case "istitle": return text.isTitlecased
    case "isprintable": return text.scalars.allSatisfy(PythonText.isPrintable)
    case "isidentifier":
      guard let first = text.scalars.first else { return false }
      return (first == "_" || first.properties.isXIDStart)
        && text.scalars.allSatisfy(\.properties.isXIDContinue)
    default: break
    }
    guard !text.isEmpty else { return false }
    return text.scalars.allSatisfy { scalar in
      let number = scalar.properties.numericType
      return switch method {
      case "isspace": scalar.isPythonSpace
      case "isdigit": number == .decimal || number == .digit
      case "isdecimal": number == .decimal
      case "isnumeric": number != nil
      case "isalpha": scalar.isPythonAlphabetic
      default: scalar.isPythonAlphanumeric
      }
    }
  }
}
