import JSON

/// A JSON value as JSON Schema compares it: numbers by their value, strings by their scalars, objects without order.
indirect enum SchemaValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(SchemaNumber)
  case string([UInt8])
  case array([SchemaValue])
  /// Sorted by key.
  case object([Member])

  struct Member: Hashable, Sendable {
    let key: [UInt8]
    let value: SchemaValue
  }

  /// `nil` where a number is not finite, which no schema says anything about.
  init?(_ value: JSONValue) {
    switch value {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .integer, .unsigned, .number, .single:
      guard let number = SchemaNumber(value) else { return nil }
      self = .number(number)
    case .string(let text): self = .string(Array(text.utf8))
    case .array(let values):
      var elements: [SchemaValue] = []
      elements.reserveCapacity(values.count)
      for value in values {
        guard let element = SchemaValue(value) else { return nil }
        elements.append(element)
      }
      self = .array(elements)
    case .object(let members):
      var result: [Member] = []
      result.reserveCapacity(members.count)
      for member in members {
        guard let value = SchemaValue(member.value) else { return nil }
        result.append(Member(key: Array(member.key.utf8), value: value))
      }
      self = .object(result.sorted { $0.key.lexicographicallyPrecedes($1.key) })
    }
  }

  /// The type, as the keyword `type` names it; an integer is a number too.
  var type: SchemaType {
    switch self {
    case .null: .null
    case .bool: .boolean
    case .number(let number): number.isInteger ? .integer : .number
    case .string: .string
    case .array: .array
    case .object: .object
    }
  }

  /// The number of scalars of a text.
  static func length(of text: [UInt8]) -> Int { text.count { $0 & 0xC0 != 0x80 } }
}

/// A type of the keyword `type`.
enum SchemaType: String, Hashable, Sendable, CaseIterable {
  case null, boolean, integer, number, string, array, object
}

extension [SchemaValue.Member] {
  /// The value of a key, by bisection.
  func value(of key: [UInt8]) -> SchemaValue? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].key.lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low].key == key ? self[low].value : nil
  }
}
