extension TemplateEvaluator {
  mutating func holds(
    _ comparison: TemplateComparison, _ left: TemplateValue, _ right: TemplateValue
  ) throws(ChatTemplateError) -> Bool {
    switch comparison {
    case .equal: return try areEqual(left, right)
    case .notEqual: return try !areEqual(left, right)
    case .contained: return try contains(left, in: right)
    case .notContained: return try !contains(left, in: right)
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      guard let order = try order(left, right, comparison) else { return false }
      switch comparison {
      case .less: return order < 0
      case .lessOrEqual: return order <= 0
      case .greater: return order > 0
      default: return order >= 0
      }
    }
  }

  // MARK: - Equality

  mutating func areEqual(
    _ left: TemplateValue, _ right: TemplateValue
  ) throws(ChatTemplateError) -> Bool {
    try charge(elements: 1)
    if let left = left.number, let right = right.number { return compare(left, right) == 0 }
    switch (left, right) {
    case (.undefined, .undefined), (.none, .none): return true
    case (.string(let left), .string(let right)):
      guard left.count == right.count else { return false }
      try charge(left.count)
      return left == right
    case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
      guard left.items.count == right.items.count else { return false }
      for (left, right) in zip(left.items, right.items) {
        guard try areEqual(left, right) else { return false }
      }
      return true
    case (.mapping(let left), .mapping(let right)):
      guard left.count == right.count else { return false }
      for (name, value) in zip(left.keys, left.values) {
        guard let key = try key(for: name), let other = right[key] else { return false }
        guard try areEqual(value, other) else { return false }
      }
      return true
    case (.range(let left), .range(let right)):
      guard left.count == right.count else { return false }
      return left.count == 0
        || left.start == right.start && (left.count == 1 || left.step == right.step)
    case (.namespace(let left), .namespace(let right)), (.macro(let left), .macro(let right)),
      (.generator(let left), .generator(let right)):
      return left == right
    case (.function(let left), .function(let right)): return left == right
    default: return false
    }
  }

  /// Below, at or above 0 as `left` is less than, equal to or greater than `right`; `nil` for what has no order.
  private func compare(_ left: TemplateNumber, _ right: TemplateNumber) -> Int? {
    if case .integer(let left) = left, case .integer(let right) = right {
      return left < right ? -1 : left == right ? 0 : 1
    }
    let (left, right) = (left.double, right.double)
    return left < right ? -1 : left == right ? 0 : left > right ? 1 : nil
  }

  /// The value as a key, `nil` for what Python can't hash: lists, mappings and their views.
  mutating func key(for value: TemplateValue) throws(ChatTemplateError) -> TemplateKey? {
    try charge(elements: 4)
    switch value {
    case .undefined: return .undefined
    case .none: return TemplateKey.none
    case .boolean(let value): return .integer(value ? 1 : 0)
    case .integer(let value): return .integer(value)
    case .float(let value):
      return Int(exactly: value).map { .integer($0) } ?? .float(value.bitPattern)
    case .string(let value):
      try charge(value.count)
      return .string(value)
    case .tuple(let sequence):
      var keys: [TemplateKey] = []
      for item in sequence.items {
        guard let key = try key(for: item) else { return nil }
        keys.append(key)
      }
      return .tuple(keys)
    case .range(let range):
      // Ranges with the same elements are equal, however they were written.
      return .range(
        TemplateRange(
          start: range.count > 0 ? range.start : 0, stop: 0, step: range.count > 1 ? range.step : 1,
          count: range.count))
    case .namespace(let index): return .reference("namespace", index)
    case .generator(let index): return .reference("generator", index)
    case .macro(let index): return .reference("macro", index)
    case .function(let function): return .reference(function.rawValue, 0)
    case .list, .mapping, .view, .loop, .method: return nil
    }
  }

  // MARK: - Order

  mutating func order(
    _ left: TemplateValue, _ right: TemplateValue, _ comparison: TemplateComparison
  ) throws(ChatTemplateError) -> Int? {
    try charge(elements: 1)
    if case .undefined(let reason) = left { throw failure(reason) }
    if case .undefined(let reason) = right { throw failure(reason) }
    if let left = left.number, let right = right.number { return compare(left, right) }
    switch (left, right) {
    case (.string(let left), .string(let right)):
      try charge(min(left.count, right.count))
      return left == right ? 0 : left < right ? -1 : 1
    case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
      for (left, right) in zip(left.items, right.items) where try !areEqual(left, right) {
        return try order(left, right, comparison)
      }
      return left.items.count - right.items.count
    default:
      throw failure(
        "'\(comparison.rawValue)' is not supported between '\(left.typeName)' and '\(right.typeName)'"
      )
    }
  }

  /// Sorts without moving what is equal. The standard library's sort can't pass on a typed error.
  mutating func sorted(
    _ keys: [TemplateValue], descending: Bool
  ) throws(ChatTemplateError) -> [Int] {
    var places = Array(keys.indices)
    var merged = places
    var width = 1
    while width < places.count {
      try charge(elements: places.count)
      var start = 0
      while start < places.count {
        let middle = min(start + width, places.count)
        let end = min(start + 2 * width, places.count)
        var (left, right) = (start, middle)
        for place in start..<end {
          var takesLeft = right >= end
          if !takesLeft, left < middle {
            let order = try order(keys[places[left]], keys[places[right]], .less) ?? 0
            takesLeft = descending ? order >= 0 : order <= 0
          }
          merged[place] = places[takesLeft ? left : right]
          if takesLeft { left += 1 } else { right += 1 }
        }
        start = end
      }
      swap(&places, &merged)
      width *= 2
    }
    return places
  }

  // MARK: - Membership

  mutating func contains(
    _ needle: TemplateValue, in value: TemplateValue
  ) throws(ChatTemplateError) -> Bool {
    switch value {
    case .string(let text):
      if case .undefined(let reason) = needle { throw failure(reason) }
      guard case .string(let part) = needle else {
        throw failure("'in <string>' requires string as left operand, not \(needle.typeName)")
      }
      try charge(text.count + part.count)
      return text.contains(part)
    case .mapping(let mapping):
      guard let key = try key(for: needle) else {
        throw failure("a \(needle.typeName) can't be a key")
      }
      return mapping[key] != nil
    default:
      for item in try elements(of: value) where try areEqual(item, needle) { return true }
      return false
    }
  }
}
