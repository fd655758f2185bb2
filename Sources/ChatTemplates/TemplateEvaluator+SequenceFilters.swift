extension TemplateEvaluator {
  mutating func apply(
    sequenceFilter filter: String, to value: TemplateValue, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    switch filter {
    case "list":
      _ = try bind(arguments, to: [], of: filter)
      return .list(try sequence(try elements(of: value)))
    case "items":
      _ = try bind(arguments, to: [], of: filter)
      if case .undefined = value { return try generator([]) }
      guard case .mapping(let mapping) = value else {
        throw failure("Can only get item pairs from a mapping.")
      }
      return try generator(try pairs(of: mapping))
    case "first", "last":
      _ = try bind(arguments, to: [], of: filter)
      if filter == "last", case .generator = value {
        throw failure("'generator' object is not reversible")
      }
      let items = try elements(of: value)
      return (filter == "first" ? items.first : items.last)
        ?? .undefined("No \(filter) item, sequence was empty.")
    case "join": return try join(value, arguments)
    case "reverse":
      _ = try bind(arguments, to: [], of: filter)
      if case .string(let text) = value {
        try charge(text.count)
        return .string(TemplateString(text.scalars.reversed()).marked(text.isMarkup))
      }
      return try generator(try elements(of: value).reversed())
    case "map": return try map(value, arguments)
    case "select", "reject", "selectattr", "rejectattr":
      return try select(value, arguments, filter)
    case "sort", "unique", "min", "max", "dictsort":
      return try order(value, arguments, filter)
    case "sum": return try sum(value, arguments)
    case "batch", "groupby", "slice": return try group(value, arguments, filter)
    default: throw failure(TemplateSupport.problem(withFilter: filter))
    }
  }

  mutating func pairs(of mapping: TemplateMapping) throws(ChatTemplateError) -> [TemplateValue] {
    var pairs: [TemplateValue] = []
    for (key, value) in zip(mapping.keys, mapping.values) {
      pairs.append(.tuple(try sequence([key, value])))
    }
    return pairs
  }

  /// The part of an item that `attribute='a.b'` names, the item itself where nothing is named.
  mutating func part(
    _ attribute: TemplateValue?, of item: TemplateValue, standard: TemplateValue? = nil
  ) throws(ChatTemplateError) -> TemplateValue {
    var keys: [TemplateValue]
    switch attribute {
    case nil, .some(.none): return item
    case .some(.string(let path)):
      keys = path.split(on: ".", limit: -1).map { part in
        let isIndex = !part.isEmpty && part.scalars.allSatisfy(\.isASCIIDigit)
        return (isIndex ? Int(part.text) : nil).map { .integer($0) } ?? .string(part)
      }
    case .some(let index): keys = [index]
    }
    try charge(elements: keys.count)
    var value = item
    for key in keys {
      value = try self.item(key, of: value)
      if let standard, undefinedReason(value) != nil { value = standard }
    }
    return value
  }

  @inline(never)
  private mutating func join(
    _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    let options = try bind(arguments, to: ["d", "attribute"], of: "join")
    let separator = try text(of: options[0] ?? .text(""))
    var result: [Unicode.Scalar] = []
    for (index, item) in try elements(of: value).enumerated() {
      let part = try part(options[1], of: item)
      let text = try text(of: part)
      let length = text.count + (index > 0 ? separator.count : 0)
      try charge(length)
      try check(string: result.count + length)
      if index > 0 { result += separator.scalars }
      result += text.scalars
    }
    return .string(TemplateString(result))
  }

  @inline(never)
  private mutating func map(
    _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    var results: [TemplateValue] = []
    // Jinja looks at nothing that is false, be it iterable or not; so too for `select`.
    let items = isTrue(value) ? try elements(of: value) : []
    if arguments.positional.isEmpty {
      let options = try bind(arguments, to: ["attribute", "default"], of: "map")
      guard let attribute = options[0] else { throw failure("map takes a filter or an attribute") }
      for item in items {
        results.append(try part(attribute, of: item, standard: options[1]))
      }
    } else {
      guard case .string(let name) = arguments.positional[0] else {
        throw failure("map takes the name of a filter")
      }
      let rest = TemplateArguments(
        positional: Array(arguments.positional.dropFirst()), named: arguments.named)
      for item in items {
        try enter(line: line)
        results.append(try apply(filter: name, to: item, rest))
        leave()
      }
    }
    return try generator(results)
  }

  @inline(never)
  private mutating func select(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ filter: String
  ) throws(ChatTemplateError) -> TemplateValue {
    var arguments = arguments
    var attribute: TemplateValue?
    if filter.hasSuffix("attr") {
      guard !arguments.positional.isEmpty else { throw failure("\(filter) takes an attribute") }
      attribute = arguments.positional.removeFirst()
    }
    var test: TemplateString?
    if !arguments.positional.isEmpty {
      guard case .string(let name) = arguments.positional.removeFirst() else {
        throw failure("\(filter) takes the name of a test")
      }
      test = name
    }
    let keeps = filter.hasPrefix("select")
    var kept: [TemplateValue] = []
    for item in isTrue(value) ? try elements(of: value) : [] {
      try enter(line: line)
      let part = try part(attribute, of: item)
      let holds =
        if let test { try self.holds(test: test, for: part, arguments) } else { isTrue(part) }
      if holds == keeps { kept.append(item) }
      leave()
    }
    return try generator(kept)
  }

  @inline(never)
  private mutating func sum(
    _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    let options = try bind(arguments, to: ["attribute", "start"], of: "sum")
    var total = options[1] ?? .integer(0)
    if case .string = total { throw failure("sum() can't sum strings") }
    for item in try elements(of: value) {
      total = try apply(.add, total, try part(options[0], of: item))
    }
    return total
  }

  // MARK: - Order

  @inline(never)
  private mutating func order(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ filter: String
  ) throws(ChatTemplateError) -> TemplateValue {
    let names =
      switch filter {
      case "sort": ["reverse", "case_sensitive", "attribute"]
      case "dictsort": ["case_sensitive", "by", "reverse"]
      default: ["case_sensitive", "attribute"]
      }
    let values = try bind(arguments, to: names, of: filter)
    var options: [String: TemplateValue] = [:]
    for (name, value) in zip(names, values) { options[name] = value }
    let ignoresCase = !(options["case_sensitive"].map { isTrue($0) } ?? false)
    let descending = options["reverse"].map { isTrue($0) } ?? false

    var items = try elements(of: value)
    var attribute = options["attribute"]
    if filter == "dictsort" {
      guard case .mapping(let mapping) = value else { throw failure("dictsort takes a mapping") }
      items = try pairs(of: mapping)
      let by = try text(of: options["by"] ?? .text("key"))
      guard by == "key" || by == "value" else {
        throw failure("You can only sort by either \"key\" or \"value\"")
      }
      attribute = .integer(by == "key" ? 0 : 1)
    }
    var keys: [TemplateValue] = []
    if filter == "sort", case .string(let path) = attribute, path.contains(",") {
      let attributes = path.split(on: ",", limit: -1)
      for item in items {
        var parts: [TemplateValue] = []
        for attribute in attributes {
          let part = try part(.string(attribute), of: item)
          parts.append(ignoresCase ? try foldingCase(part) : part)
        }
        keys.append(.list(try sequence(parts)))
      }
    } else {
      for item in items {
        let key = try part(attribute, of: item)
        keys.append(ignoresCase ? try foldingCase(key) : key)
      }
    }
    switch filter {
    case "unique":
      var seen: Set<TemplateKey> = []
      var kept: [TemplateValue] = []
      for (item, key) in zip(items, keys) {
        guard let hash = try self.key(for: key) else {
          throw failure("unhashable type: '\(key.typeName)'")
        }
        if seen.insert(hash).inserted { kept.append(item) }
      }
      return try generator(kept)
    case "min", "max":
      guard var best = keys.indices.first else {
        return .undefined("No aggregated item, sequence was empty.")
      }
      for index in keys.indices.dropFirst() {
        let order = try order(keys[index], keys[best], filter == "min" ? .less : .greater) ?? 0
        if filter == "min" ? order < 0 : order > 0 { best = index }
      }
      return items[best]
    default:
      return .list(try sequence(try sorted(keys, descending: descending).map { items[$0] }))
    }
  }
}
