/// Jinja's filters, those on one value; `TemplateEvaluator.apply(sequenceFilter:to:_:)` has those on many.
extension TemplateEvaluator {
  mutating func apply(
    filter name: TemplateString, to value: TemplateValue, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    let filter = name.text
    if let result = try apply(textFilter: filter, to: value, arguments) { return result }
    return try apply(sequenceFilter: filter, to: value, arguments)
  }

  /// `nil` where the filter isn't one of these. Not inlined, to keep its frame off the stack where filters nest.
  @inline(never)
  private mutating func apply(
    textFilter filter: String, to value: TemplateValue, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue? {
    switch filter {
    case "upper", "lower", "capitalize", "title":
      _ = try bind(arguments, to: [], of: filter)
      return try changeCase(of: value, filter)
    case "string":
      _ = try bind(arguments, to: [], of: filter)
      return .string(try text(of: value))
    case "trim":
      let options = try bind(arguments, to: ["chars"], of: filter)
      let text = try text(of: value)
      try charge(text.count)
      return .string(text.stripped(.both, of: try characters(options[0], of: filter)))
    case "replace": return try replace(value, arguments)
    case "indent": return try indent(value, arguments)
    case "default", "d":
      let options = try bind(arguments, to: ["default_value", "boolean"], of: filter)
      var isMissing = false
      if case .undefined = value { isMissing = true }
      if let boolean = options[1], isTrue(boolean), !isTrue(value) { isMissing = true }
      return isMissing ? options[0] ?? .text("") : value
    case "length", "count":
      _ = try bind(arguments, to: [], of: filter)
      return .integer(try length(of: value))
    case "int":
      let options = try bind(arguments, to: ["default", "base"], of: filter)
      return try integer(
        from: value, standard: options[0] ?? .integer(0), base: options[1] ?? .integer(10))
    case "float":
      let options = try bind(arguments, to: ["default"], of: filter)
      return try float(from: value, standard: options[0] ?? .float(0))
    case "abs":
      _ = try bind(arguments, to: [], of: filter)
      return try magnitude(of: value)
    case "tojson": return try json(value, arguments)
    case "safe":
      _ = try bind(arguments, to: [], of: filter)
      return .string(try text(of: value).marked(true))
    case "escape", "e":
      _ = try bind(arguments, to: [], of: filter)
      return .string(try escaped(value))
    case "forceescape":
      _ = try bind(arguments, to: [], of: filter)
      return .string(try escaped(try text(of: value)))
    case "format":
      guard arguments.positional.isEmpty || arguments.named.isEmpty else {
        throw failure("can't handle positional and keyword arguments at the same time")
      }
      let values =
        arguments.named.isEmpty
        ? TemplateValue.tuple(try sequence(arguments.positional))
        : .mapping(try mapping(of: TemplateArguments(named: arguments.named), filter))
      return .string(try printf(try text(of: value), values))
    case "round": return try round(value, arguments)
    case "center", "truncate", "wordcount": return try lay(out: value, arguments, filter)
    case "attr":
      let options = try bind(arguments, to: ["name"], of: filter)
      guard case .string(let name) = options[0] else { throw failure("attr takes a name") }
      if case .undefined(let reason) = value { throw failure(reason) }
      // Unlike `value.name`, `attr` never looks among the items.
      guard case .mapping = value, TemplateMethods.names["dict"]?.contains(name.text) != true else {
        return try attribute(name, of: value)
      }
      return .undefined("'dict object' has no attribute '\(name.text)'")
    default: return nil
    }
  }

  func undefinedReason(_ value: TemplateValue) -> String? {
    if case .undefined(let reason) = value { return reason }
    return nil
  }

  /// The characters that a `strip` or `trim` takes off; `nil` for white space.
  func characters(
    _ value: TemplateValue?, of what: String
  ) throws(ChatTemplateError) -> TemplateString? {
    switch value {
    case nil, .some(.none): return nil
    case .some(.string(let text)): return text
    case .some(let value): throw failure("\(what) takes a string, not a \(value.typeName)")
    }
  }

  // MARK: - Text

  private mutating func changeCase(
    of value: TemplateValue, _ filter: String
  ) throws(ChatTemplateError) -> TemplateValue {
    let text = try text(of: value)
    try charge(casesOf: text)
    switch filter {
    case "upper": return .string(text.uppercased.marked(text.isMarkup))
    case "lower": return .string(text.lowercased.marked(text.isMarkup))
    case "title": return .string(text.titlecasedByWord)
    default: return .string(text.capitalized.marked(text.isMarkup))
    }
  }

  /// Accounts for a change of case: a scalar becomes three at the most, and looking up each takes a while.
  mutating func charge(casesOf text: TemplateString) throws(ChatTemplateError) {
    try charge(string: text.count * 3)
    try charge(elements: text.count)
  }

  private mutating func replace(
    _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    let options = try bind(arguments, to: ["old", "new", "count"], of: "replace")
    guard let old = options[0], let new = options[1] else {
      throw failure("replace takes what to replace and what by")
    }
    var limit = -1
    if let count = options[2], let number = integer(count) { limit = number }
    let text = try text(of: value)
    return .string(
      try replaced(text, try self.text(of: old), by: try self.text(of: new), limit: limit))
  }

  mutating func replaced(
    _ text: TemplateString, _ old: TemplateString, by new: TemplateString, limit: Int
  ) throws(ChatTemplateError) -> TemplateString {
    try charge(text.count)
    let limit = limit < 0 ? Int.max : limit
    // An empty string stands before each scalar and at the end.
    let places =
      old.isEmpty
      ? Array((0...text.count).prefix(limit)) : text.occurrences(of: old, limit: limit)
    let (added, overflow) = places.count.multipliedReportingOverflow(by: new.count)
    try charge(string: overflow ? .max : text.count - places.count * old.count + added)
    var result: [Unicode.Scalar] = []
    var start = 0
    for place in places {
      result += text.scalars[start..<place]
      result += new.scalars
      start = place + old.count
    }
    result += text.scalars[start...]
    return TemplateString(result)
  }

  private mutating func indent(
    _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    let options = try bind(arguments, to: ["width", "first", "blank"], of: "indent")
    let indent: TemplateString
    switch options[0] ?? .integer(4) {
    case .string(let text): indent = text
    case let width:
      guard let count = integer(width) else { throw failure("indent takes a width") }
      try charge(string: max(count, 0))
      indent = TemplateString(repeatElement(" ", count: max(count, 0)))
    }
    let first = options[1].map { isTrue($0) } ?? false
    let blank = options[2].map { isTrue($0) } ?? false
    if let reason = undefinedReason(value) { throw failure(reason) }
    guard case .string(var text) = value else {
      throw failure("indent takes a string, not a \(value.typeName)")
    }
    text.scalars.append("\n")
    let lines = text.lines()
    try charge(elements: lines.count)
    let (added, overflow) = lines.count.multipliedReportingOverflow(by: indent.count)
    try charge(string: overflow ? .max : text.count + min(added, TemplateLimits.stringLength))
    var result: [Unicode.Scalar] = first ? indent.scalars : []
    for (index, line) in lines.enumerated() {
      if index > 0 {
        result.append("\n")
        if blank || !line.isEmpty { result += indent.scalars }
      }
      result += line.scalars
    }
    return .string(TemplateString(result).marked(text.isMarkup))
  }

  /// `center`, `truncate` and `wordcount`.
  @inline(never)
  private mutating func lay(
    out value: TemplateValue, _ arguments: TemplateArguments, _ filter: String
  ) throws(ChatTemplateError) -> TemplateValue {
    let text = try text(of: value)
    try charge(text.count)
    switch filter {
    case "center":
      let options = try bind(arguments, to: ["width"], of: filter)
      guard let width = integer(options[0] ?? .integer(80)) else {
        throw failure("center takes a width")
      }
      try charge(string: max(width, text.count))
      return .string(text.padded(to: width, on: .both, with: " ").marked(text.isMarkup))
    case "truncate": return try truncated(value, arguments)
    default:
      _ = try bind(arguments, to: [], of: filter)
      var count = 0
      var isInWord = false
      for scalar in text.scalars {
        let isWord = scalar == "_" || scalar.isPythonAlphanumeric
        if isWord, !isInWord { count += 1 }
        isInWord = isWord
      }
      return .integer(count)
    }
  }

  private mutating func truncated(
    _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    let options = try bind(
      arguments, to: ["length", "killwords", "end", "leeway"], of: "truncate")
    let end = try self.text(of: options[2] ?? .text("..."))
    guard let length = integer(options[0] ?? .integer(255)),
      let leeway = integer(options[3] ?? .integer(5))
    else { throw failure("truncate takes a length and a leeway") }
    guard length >= end.count else {
      throw failure("expected length >= \(end.count), got \(length)")
    }
    guard leeway >= 0 else { throw failure("expected leeway >= 0, got \(leeway)") }
    let count = try self.length(of: value)
    if count <= length || count - length <= leeway { return value }
    guard case .string(let text) = value else { throw failure("truncate cuts strings alone") }
    var kept = TemplateString(text.scalars.prefix(length - end.count))
    if !(options[1].map { isTrue($0) } ?? false), let space = kept.lastIndex(of: " ") {
      kept = TemplateString(kept.scalars[..<space])
    }
    return try apply(.add, .string(kept.marked(text.isMarkup)), .string(end))
  }

  // MARK: - Numbers

  private func integer(
    from value: TemplateValue, standard: TemplateValue, base: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    guard let base = integer(base) else { throw failure("int takes a base") }
    if case .string(let text) = value, base != 10, let integer = try integer(in: text, base: base) {
      return .integer(integer)
    }
    if let reason = undefinedReason(value) { throw failure(reason) }
    if let integer = integer(value) { return .integer(integer) }
    let number: Double
    switch value {
    case .float(let value): number = value
    case .string(let text):
      let digits = PythonNumber.digits(of: text)
      if let digits, digits.allSatisfy({ $0.isNumber || $0 == "-" || $0 == "+" }) {
        guard let integer = Int(digits) else {
          throw failure("an integer is too large for 64 bits")
        }
        return .integer(integer)
      }
      guard let value = PythonNumber.float(text) else { return standard }
      number = value
    default: return standard
    }
    guard number.isFinite else { return standard }
    guard let integer = Int(exactly: number.rounded(.towardZero)) else {
      throw failure("an integer is too large for 64 bits")
    }
    return .integer(integer)
  }

  /// `int(text, base)`: with a sign, underscores between digits and the base's prefix; base 0 goes by the prefix. `nil`
  /// for what isn't one, which Jinja then tries to read as a float.
  private func integer(
    in text: TemplateString, base: Int
  ) throws(ChatTemplateError) -> Int? {
    guard base == 0 || (2...36).contains(base) else { return nil }
    var rest = text.stripped(.both).lowercased.scalars[...]
    let isNegative = rest.first == "-"
    if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
    var radix = base
    let prefixes: [Unicode.Scalar: Int] = ["x": 16, "o": 8, "b": 2]
    var hasPrefix = false
    if rest.first == "0", rest.count > 1, let named = prefixes[rest[rest.startIndex + 1]],
      base == 0 || base == named
    {
      radix = named
      rest = rest.dropFirst(2)
      hasPrefix = true
      if rest.first == "_" { rest = rest.dropFirst() }
    }
    if radix == 0 {
      // Without a prefix, a number other than 0 begins with another digit.
      guard rest.first != "0" || rest.allSatisfy({ $0 == "0" || $0 == "_" }) else {
        return nil
      }
      radix = 10
    }
    guard let last = rest.last, last != "_", hasPrefix || rest.first != "_" else { return nil }
    var value = 0
    var followsUnderscore = false
    for scalar in rest {
      if scalar == "_", !followsUnderscore {
        followsUnderscore = true
        continue
      }
      followsUnderscore = false
      guard let digit = Int(String(scalar), radix: 36), digit < radix, scalar.isASCII else {
        return nil
      }
      let (product, overflow) = value.multipliedReportingOverflow(by: radix)
      let (sum, carry) = product.addingReportingOverflow(isNegative ? -digit : digit)
      guard !overflow, !carry else { throw failure("an integer is too large for 64 bits") }
      value = sum
    }
    return value
  }

  private func float(
    from value: TemplateValue, standard: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    if let reason = undefinedReason(value) { throw failure(reason) }
    if let number = value.number { return .float(number.double) }
    guard case .string(let text) = value, let number = PythonNumber.float(text) else {
      return standard
    }
    return .float(number)
  }

  private func magnitude(of value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
    if let reason = undefinedReason(value) { throw failure(reason) }
    switch value.number {
    case .integer(let integer):
      return integer < 0 ? try negated(.integer(integer)) : .integer(integer)
    case .float(let value): return .float(abs(value))
    case nil: throw failure("bad operand type for abs(): '\(value.typeName)'")
    }
  }
}

/// How Python reads numbers from text.
enum PythonNumber {
  /// A decimal integer or the like, without the white space around it and the underscores within.
  static func digits(of text: TemplateString) -> String? {
    let stripped = text.stripped(.both)
    guard let last = stripped.scalars.last, last.isASCII, last != "_" else { return nil }
    var digits: [Unicode.Scalar] = []
    var followsDigit = false
    for scalar in stripped.scalars {
      if scalar == "_" {
        guard followsDigit else { return nil }
        followsDigit = false
        continue
      }
      guard scalar.isASCII else { return nil }
      if !followsDigit, let previous = digits.last, previous.isASCIIDigit, !scalar.isASCIIDigit {
        return nil
      }
      followsDigit = scalar.isASCIIDigit
      digits.append(scalar)
    }
    guard digits.contains(where: { $0.isASCIIDigit }) else { return nil }
    return TemplateString(digits).text
  }

  static func float(_ text: TemplateString) -> Double? {
    switch text.stripped(.both).lowercased.text {
    case "inf", "+inf", "infinity", "+infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    case "nan", "+nan", "-nan": return .nan
    default:
      guard let digits = digits(of: text), !digits.lowercased().contains("x") else { return nil }
      return Double(digits.hasPrefix(".") || digits.hasSuffix(".") ? pad(digits) : digits)
    }
  }

  /// `.5` and `5.` are numbers to Python.
  private static func pad(_ digits: String) -> String {
    digits.hasPrefix(".") ? "0" + digits : digits + "0"
  }
}
