/// A JSON value as a model's configuration files hold it; objects keep their order.
public indirect enum JSONValue: Hashable, Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A whole number, written without fraction or exponent, that fits 64 bits signed.
  case integer(Int)
  /// A whole number that only fits 64 bits unsigned, such as a large seed.
  case unsigned(UInt64)
  /// Any other number, and Python's `NaN`, `Infinity` and `-Infinity`.
  case number(Double)
  /// A text.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// Members in the order of the file; no key twice.
  case object([JSONMember])

  /// The value as a number, if it is one.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// What kind of value it is, for messages.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer, .unsigned, .number: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

/// One member of a JSON object.
public struct JSONMember: Hashable, Sendable {
  /// The key.
  public var key: String
  /// Its value.
  public var value: JSONValue

  /// A key and its value.
  public init(_ key: String, _ value: JSONValue) {
    self.key = key
    self.value = value
  }
}
