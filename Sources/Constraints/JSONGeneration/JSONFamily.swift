/// The nonterminals of JSON: values, arrays with so many items, objects with such members written.
///
/// A state is a list of integers, the first of which says what it is of. Texts that must not come again (keys, items of an
/// array with `uniqueItems`) are remembered by their captured text's index.
struct JSONFamily: SymbolFamily {
  let plans: SchemaPlans
  let layout: JSONLayout
  /// The family's own number.
  let number: Int

  private enum Kind: Int {
    case value, array, object, item, key, member
  }

  static func valueState(_ plan: Int, depth: Int) -> [Int] { [Kind.value.rawValue, plan, depth] }

  func productions(
    of state: [Int], in grammar: inout Grammar
  ) throws(ConstraintError) -> [SequenceID] {
    switch Kind(rawValue: state[0]) {
    case .value: try value(state[1], depth: state[2], in: &grammar)
    case .array: try array(ArrayState(state, plans), in: &grammar)
    case .object: try object(ObjectState(state), in: &grammar)
    case .member:
      [
        try grammar.sequence([
          .symbol(value(state[1], depth: state[6], &grammar)),
          .symbol(symbol(Array(state[2...]), &grammar)),
        ])
      ]
    case .item, .key, nil: []  // captures, which are no nonterminals
    }
  }

  func symbol(
    after text: [UInt8], state: [Int], in grammar: inout Grammar
  ) throws(ConstraintError) -> SymbolID {
    if state[0] == Kind.item.rawValue {
      var array = ArrayState(state, plans)
      array.used = try adding(text[...], to: array.used, &grammar)
      return try symbol(array.packed(Kind.array.rawValue), &grammar)
    }
    // Up to the quote that ends the key.
    var end = 0
    while end < text.count, text[end] != UInt8(ascii: "\"") {
      end += text[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    var object = ObjectState(Array(state.dropFirst(2)))
    object.used = try adding(text.prefix(end), to: object.used, &grammar)
    return try symbol(
      [Kind.member.rawValue, state[1]] + object.packed(Kind.object.rawValue), &grammar)
  }

  private func symbol(_ state: [Int], _ grammar: inout Grammar) throws(ConstraintError) -> SymbolID
  {
    try grammar.intern(.member(family: number, state: state))
  }

  private func value(
    _ plan: Int, depth: Int, _ grammar: inout Grammar
  ) throws(ConstraintError) -> SymbolID {
    try symbol(Self.valueState(plan, depth: depth), &grammar)
  }

  private func adding(
    _ text: ArraySlice<UInt8>, to used: [Int], _ grammar: inout Grammar
  ) throws(ConstraintError) -> [Int] {
    var captured = CapturedText.empty
    for byte in text { captured = try grammar.appending(byte, to: captured) }
    return (used + [Int(captured.index)]).sorted()
  }

  /// A language without the texts that were used.
  private func excluding(
    _ used: [Int], from language: RegularID, _ grammar: inout Grammar
  ) throws(ConstraintError) -> RegularID {
    guard !used.isEmpty else { return language }
    let texts = used.map { grammar.bytes(of: CapturedText(index: Int32($0))) }
    let taken = try grammar.regular.choice(of: texts)
    return try grammar.regular.intersection([language, grammar.regular.complement(taken)])
  }

  // MARK: - Values

  private func value(
    _ number: Int, depth: Int, in grammar: inout Grammar
  ) throws(ConstraintError) -> [SequenceID] {
    let plan = plans.values[number]
    var result: [SequenceID] = []
    if plan.scalars != .nothing {
      result.append(try grammar.sequence(.terminal(plan.scalars)))
    }
    let inside = layout.inside(depth)
    for array in plan.arrays {
      let counts = Array(repeating: 0, count: plans.arrays[array].wanted.count)
      let state = ArrayState(plan: array, index: 0, depth: inside, counts: counts, used: [])
      result.append(
        try grammar.sequence([
          .terminal(grammar.regular.literal("[".utf8)),
          .symbol(symbol(state.packed(Kind.array.rawValue), &grammar)),
        ]))
    }
    for object in plan.objects {
      let state = ObjectState(plan: object, depth: inside)
      result.append(
        try grammar.sequence([
          .terminal(grammar.regular.literal("{".utf8)),
          .symbol(symbol(state.packed(Kind.object.rawValue), &grammar)),
        ]))
    }
    return result
  }

  // MARK: - Arrays

  private func array(
    _ state: ArrayState, in grammar: inout Grammar
  ) throws(ConstraintError) -> [SequenceID] {
    let plan = plans.arrays[state.plan]
    var result: [SequenceID] = []
    let isDone = zip(state.counts, plan.wanted).allSatisfy { $0 >= $1.minimum }
    if state.index >= plan.minimum, isDone {
      let end = try layout.end(isEmpty: state.index == 0, depth: state.depth, in: &grammar.regular)
      let close = try grammar.regular.concatenation(end, grammar.regular.literal("]".utf8))
      result.append(try grammar.sequence(.terminal(close)))
    }
    guard state.index < plan.maximum ?? .max else { return result }
    let separator = try layout.separator(
      isFirst: state.index == 0, depth: state.depth, in: &grammar.regular)
    let items = state.index < plan.prefix.count ? plan.prefix[state.index] : plan.rest
    for item in items {
      guard let next = state.after(item, plan) else { continue }
      guard plan.isUnique else {
        result.append(
          try grammar.sequence([
            .terminal(separator), .symbol(value(item.value, depth: state.depth, &grammar)),
            .symbol(symbol(next.packed(Kind.array.rawValue), &grammar)),
          ]))
        continue
      }
      let text = try excluding(state.used, from: item.text, &grammar)
      guard try grammar.regular.hasText(text) else { continue }
      result.append(
        try grammar.sequence([
          .terminal(separator), .terminal(text),
          .capture(family: number, state: next.packed(Kind.item.rawValue), text: .empty),
        ]))
    }
    return result
  }

  // MARK: - Objects

  private func object(
    _ state: ObjectState, in grammar: inout Grammar
  ) throws(ConstraintError) -> [SequenceID] {
    let plan = plans.objects[state.plan]
    var result: [SequenceID] = []
    let separator = try layout.separator(
      isFirst: state.count == 0, depth: state.depth, in: &grammar.regular)
    var position = state.position
    while position < plan.named.count {
      let member = plan.named[position]
      if state.canWrite(position, plan) {
        let start = try grammar.regular.concatenation(separator, member.key)
        for choice in member.choices {
          let next = state.after(position, choice, plan)
          guard next.canSatisfy(plan) else { continue }
          result.append(
            try grammar.sequence([
              .terminal(start), .symbol(value(choice.value, depth: state.depth, &grammar)),
              .symbol(symbol(next.packed(Kind.object.rawValue), &grammar)),
            ]))
        }
      }
      guard state.canSkip(position, plan) else { return result }
      position += 1
    }
    if state.count < plan.maximum ?? .max {
      let quote = try grammar.regular.literal("\"".utf8)
      let start = try grammar.regular.concatenation(separator, quote)
      for extra in plan.extras {
        let keys = try excluding(state.used, from: extra.keys, &grammar)
        guard try grammar.regular.hasText(keys) else { continue }
        let key = try grammar.regular.concatenation([keys, quote, layout.colon])
        let next = state.afterExtra(extra.choice, plan)
        guard next.canSatisfy(plan) else { continue }
        result.append(
          try grammar.sequence([
            .terminal(start), .terminal(key),
            .capture(
              family: number,
              state: [Kind.key.rawValue, extra.choice.value] + next.packed(Kind.object.rawValue),
              text: .empty),
          ]))
      }
    }
    if state.count >= plan.minimum, state.wanted == plan.wanted {
      let end = try layout.end(isEmpty: state.count == 0, depth: state.depth, in: &grammar.regular)
      let close = try grammar.regular.concatenation(end, grammar.regular.literal("}".utf8))
      result.append(try grammar.sequence(.terminal(close)))
    }
    return result
  }
}
