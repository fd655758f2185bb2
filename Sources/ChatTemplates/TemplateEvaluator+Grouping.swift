/// Jinja's filters that make groups: `batch`, `slice` and `groupby`.
extension TemplateEvaluator {
  @inline(never)
  mutating func group(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ filter: String
  ) throws(ChatTemplateError) -> TemplateValue {
    switch filter {
    case "groupby": return try groups(of: value, arguments)
    case "batch": return try generator(try batches(of: value, arguments))
    default: return try generator(try slices(of: value, arguments))
    }
  }

  /// Lists of so many elements; the last may be filled up.
  private mutating func batches(
    of value: TemplateValue, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> [TemplateValue] {
    let options = try bind(arguments, to: ["linecount", "fill_with"], of: "batch")
    guard let count = options[0], let size = integer(count) else {
      throw failure("batch takes the length of a batch")
    }
    let items = try elements(of: value)
    var batches: [TemplateValue] = []
    var batch: [TemplateValue] = []
    for item in items {
      if batch.count == size {
        batches.append(.list(try sequence(batch)))
        batch = []
      }
      batch.append(item)
    }
    guard !batch.isEmpty else { return batches }
    if let fill = options[1], !isNone(fill), batch.count < size {
      try charge(elements: size - batch.count)
      batch += Array(repeating: fill, count: size - batch.count)
    }
    batches.append(.list(try sequence(batch)))
    return batches
  }

  /// So many lists, the first ones longer by one where the elements don't divide.
  private mutating func slices(
    of value: TemplateValue, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> [TemplateValue] {
    let options = try bind(arguments, to: ["slices", "fill_with"], of: "slice")
    guard let count = options[0], let number = integer(count) else {
      throw failure("slice takes a number of slices")
    }
    let items = try elements(of: value)
    guard number != 0 else { throw failure("integer division or modulo by zero") }
    guard number > 0 else { return [] }
    try charge(elements: number)
    let (length, longer) = (items.count / number, items.count % number)
    var slices: [TemplateValue] = []
    var start = 0
    for index in 0..<number {
      let end = start + length + (index < longer ? 1 : 0)
      var slice = Array(items[start..<end])
      if let fill = options[1], !isNone(fill), index >= longer { slice.append(fill) }
      slices.append(.list(try sequence(slice)))
      start = end
    }
    return slices
  }

  /// Pairs of what elements have in common and the list of them, sorted by it.
  private mutating func groups(
    of value: TemplateValue, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    let options = try bind(
      arguments, to: ["attribute", "default", "case_sensitive"], of: "groupby")
    guard let attribute = options[0] else { throw failure("groupby takes an attribute") }
    let isCaseSensitive = options[2].map { isTrue($0) } ?? false
    let items = try elements(of: value)
    var parts: [TemplateValue] = []
    var keys: [TemplateValue] = []
    for item in items {
      let part = try part(attribute, of: item, standard: options[1])
      parts.append(part)
      keys.append(isCaseSensitive ? part : try foldingCase(part))
    }
    var groups: [TemplateValue] = []
    var members: [Int] = []
    func finish(_ evaluator: inout TemplateEvaluator) throws(ChatTemplateError) {
      guard let first = members.first else { return }
      let list = TemplateValue.list(try evaluator.sequence(members.map { items[$0] }))
      let pair = TemplateSequence([parts[first], list], isGroup: true)
      try evaluator.check(depth: pair.depth)
      groups.append(.tuple(pair))
      members = []
    }
    for index in try sorted(keys, descending: false) {
      if let first = members.first, try !areEqual(keys[first], keys[index]) { try finish(&self) }
      members.append(index)
    }
    try finish(&self)
    return .list(try sequence(groups))
  }

  /// A string in lower case; anything else as it is.
  mutating func foldingCase(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
    guard case .string(let text) = value else { return value }
    try charge(casesOf: text)
    return .string(text.lowercased)
  }

  private func isNone(_ value: TemplateValue) -> Bool {
    if case .none = value { true } else { false }
  }
}
