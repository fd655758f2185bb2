/// Elements, attributes, items and slices.
extension TemplateEvaluator {
  /// What a loop over the value runs through.
  mutating func elements(of value: TemplateValue) throws(ChatTemplateError) -> [TemplateValue] {
    switch value {
    case .undefined: return []
    case .list(let items), .tuple(let items), .view(_, let items):
      try charge(items.items.count)
      return items.items
    case .mapping(let mapping):
      try charge(mapping.count)
      return mapping.keys
    case .string(let text):
      try charge(elements: text.count)
      return text.scalars.map { .string(TemplateString(CollectionOfOne($0))) }
    case .range(let range):
      try charge(elements: range.count)
      return (0..<range.count).map { .integer(range[$0]) }
    case .generator(let index):
      let items = generators[index]
      generators[index] = []
      return items
    case .none, .boolean, .integer, .float, .loop, .namespace, .macro, .function, .method:
      throw failure("'\(value.typeName)' object is not iterable")
    }
  }

  /// `len(value)`.
  func length(of value: TemplateValue) throws(ChatTemplateError) -> Int {
    switch value {
    case .undefined: return 0
    case .string(let text): return text.count
    case .list(let items), .tuple(let items), .view(_, let items): return items.items.count
    case .mapping(let mapping): return mapping.count
    case .range(let range): return range.count
    case .loop(let loop): return loop.items.items.count
    case .none, .boolean, .integer, .float, .namespace, .generator, .macro, .function, .method:
      throw failure("object of type '\(value.typeName)' has no len()")
    }
  }

  /// The type in the words of Jinja's messages.
  private func description(of value: TemplateValue) -> String {
    switch value {
    case .none: "None"
    case .namespace: "jinja2.utils.Namespace object"
    case .loop: "jinja2.runtime.LoopContext object"
    case .macro: "jinja2.runtime.Macro object"
    default: "\(value.typeName) object"
    }
  }

  // MARK: - Attributes

  /// `value.name`: an attribute, or else an item.
  mutating func attribute(
    _ name: TemplateString, of value: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    if case .undefined(let reason) = value { throw failure(reason) }
    if let found = try ownAttribute(name, of: value) { return found }
    if case .mapping(let mapping) = value, let found = mapping[name] { return found }
    return missing(name, of: value)
  }

  private func missing(_ name: TemplateString, of value: TemplateValue) -> TemplateValue {
    .undefined("'\(description(of: value))' has no attribute '\(name.text)'")
  }

  private func ownAttribute(
    _ name: TemplateString, of value: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue? {
    if name.hasPrefix("__") {
      return .undefined(
        "access to attribute '\(name.text)' of '\(value.typeName)' object is unsafe.")
    }
    switch value {
    case .namespace(let index): return namespaces[index][name]
    case .loop(let loop): return try attribute(name, of: loop)
    case .macro(let index):
      guard name == "name" else { return nil }
      return macros[index].definition.name.map { .string($0) } ?? TemplateValue.none
    case .string, .mapping, .list, .tuple, .range:
      if TemplateMethods.changing[value.typeName]?.contains(name.text) == true {
        return .undefined(
          "access to attribute '\(name.text)' of '\(value.typeName)' object is unsafe.")
      }
      if case .tuple(let pair) = value, pair.isGroup, pair.items.count == 2 {
        if name == "grouper" { return pair.items[0] }
        if name == "list" { return pair.items[1] }
      }
      guard TemplateMethods.names[value.typeName]?.contains(name.text) == true else { return nil }
      return .method(value, name)
    default: return nil
    }
  }

  private func attribute(
    _ name: TemplateString, of loop: TemplateLoop
  ) throws(ChatTemplateError) -> TemplateValue? {
    let items = loop.items.items
    switch name.text {
    case "index": return .integer(loop.index + 1)
    case "index0": return .integer(loop.index)
    case "revindex": return .integer(items.count - loop.index)
    case "revindex0": return .integer(items.count - loop.index - 1)
    case "first": return .boolean(loop.index == 0)
    case "last": return .boolean(loop.index == items.count - 1)
    case "length": return .integer(items.count)
    case "depth": return .integer(loop.depth + 1)
    case "depth0": return .integer(loop.depth)
    case "previtem":
      return loop.index > 0 ? items[loop.index - 1] : .undefined("there is no previous item")
    case "nextitem":
      return loop.index + 1 < items.count
        ? items[loop.index + 1] : .undefined("there is no next item")
    case "cycle", "changed": return .method(.loop(loop), name)
    default: return nil
    }
  }

  // MARK: - Items

  /// `value[key]`: an item, or else an attribute where the key is a string.
  mutating func item(
    _ key: TemplateValue, of value: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    switch value {
    case .undefined(let reason): throw failure(reason)
    case .mapping(let mapping):
      if let hash = try self.key(for: key), let found = mapping[hash] { return found }
    case .list(let sequence), .tuple(let sequence):
      if let place = place(key, count: sequence.items.count) { return sequence.items[place] }
    case .string(let text):
      if let place = place(key, count: text.count) {
        return .string(
          TemplateString(CollectionOfOne(text.scalars[place])).marked(text.isMarkup))
      }
    case .range(let range):
      if let place = place(key, count: range.count) { return .integer(range[place]) }
    default: break
    }
    if case .string(let name) = key {
      return try ownAttribute(name, of: value) ?? missing(name, of: value)
    }
    let shown =
      switch key {
      case .generator, .function, .method: key.typeName
      default: try representation(of: key).text
      }
    return .undefined("\(description(of: value)) has no element \(shown)")
  }

  private func place(_ key: TemplateValue, count: Int) -> Int? {
    guard let index = integer(key) else { return nil }
    if index < 0 { return index >= -count ? index + count : nil }
    return index < count ? index : nil
  }

  // MARK: - Slices

  mutating func slice(
    _ value: TemplateValue, start: TemplateValue, stop: TemplateValue, step: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    let count: Int
    switch value {
    case .undefined(let reason): throw failure(reason)
    case .string, .list, .tuple, .range: count = try length(of: value)
    default: throw failure("a \(value.typeName) can't be sliced")
    }
    var bounds: [Int?] = []
    for bound in [start, stop, step] {
      if case .none = bound {
        bounds.append(nil)
      } else if let integer = integer(bound) {
        bounds.append(integer)
      } else {
        throw failure("slice indices must be integers or None")
      }
    }
    let stride = bounds[2] ?? 1
    guard stride != 0 else { throw failure("slice step cannot be zero") }
    // A step beyond the length takes one element, whatever its size.
    let step = max(-count - 1, min(count + 1, stride))
    func clamped(_ bound: Int?, standard: Int) -> Int {
      guard let bound else { return standard }
      let low = step > 0 ? 0 : -1
      let high = step > 0 ? count : count - 1
      return bound < 0 ? max(low, max(bound, -count - 1) + count) : min(high, bound)
    }
    let first = clamped(bounds[0], standard: step > 0 ? 0 : count - 1)
    let end = clamped(bounds[1], standard: step > 0 ? count : -1)
    if case .range(let range) = value {
      return try slice(range, first: first, end: end, step: step)
    }
    let places = Swift.stride(from: first, to: end, by: step)
    switch value {
    case .string(let text):
      try charge(text.count)
      return .string(TemplateString(places.map { text.scalars[$0] }).marked(text.isMarkup))
    case .list(let items): return .list(try sequence(places.map { items.items[$0] }))
    case .tuple(let items): return .tuple(try sequence(places.map { items.items[$0] }))
    default: return value
    }
  }

  private func slice(
    _ range: TemplateRange, first: Int, end: Int, step: Int
  ) throws(ChatTemplateError) -> TemplateValue {
    let span = step > 0 ? end - first : first - end
    let count = span > 0 ? (span - 1) / abs(step) + 1 : 0
    func place(_ index: Int) throws(ChatTemplateError) -> Int {
      let (offset, overflow) = index.multipliedReportingOverflow(by: range.step)
      let (place, carry) = range.start.addingReportingOverflow(offset)
      guard !overflow, !carry else { throw failure("an integer is too large for 64 bits") }
      return place
    }
    let (stride, overflow) = range.step.multipliedReportingOverflow(by: step)
    guard !overflow else { throw failure("an integer is too large for 64 bits") }
    return .range(
      TemplateRange(start: try place(first), stop: try place(end), step: stride, count: count))
  }
}
