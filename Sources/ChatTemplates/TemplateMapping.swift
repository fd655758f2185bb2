/// A mapping that keeps the order of insertion.
struct TemplateMapping: Sendable {
  private(set) var keys: [TemplateValue] = []
  private(set) var values: [TemplateValue] = []
  private(set) var depth = 1
  private var places: [TemplateKey: Int] = [:]

  var count: Int { keys.count }

  subscript(key: TemplateKey) -> TemplateValue? { places[key].map { values[$0] } }

  subscript(name: TemplateString) -> TemplateValue? { self[.string(name)] }

  /// Adds or replaces; a key that is there keeps its place.
  mutating func set(_ value: TemplateValue, for key: TemplateValue, hashedAs hash: TemplateKey) {
    depth = max(depth, value.depth + 1, key.depth + 1)
    if let place = places[hash] {
      values[place] = value
    } else {
      places[hash] = keys.count
      keys.append(key)
      values.append(value)
    }
  }

  mutating func set(_ value: TemplateValue, for name: TemplateString) {
    set(value, for: .string(name), hashedAs: .string(name))
  }
}

/// A value as a key: equal where Python's `==` and `hash` are, so `1`, `1.0` and `True` are one key.
enum TemplateKey: Hashable, Sendable {
  case undefined
  case none
  case integer(Int)
  case float(UInt64)
  case string(TemplateString)
  case tuple([TemplateKey])
  case range(TemplateRange)
  case reference(String, Int)
}
