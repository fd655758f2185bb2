/// A JSON value. Objects are lists of members in the order they were written, so that a result is the same bytes each
/// time, and a vocabulary may hold keys that `String` counts as equal by canonical equivalence.
public indirect enum JSONValue: Hashable, Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A whole number, written without fraction or exponent, that fits 64 bits signed.
  case integer(Int)
  /// A whole number that only fits 64 bits unsigned, such as a large seed.
  case unsigned(UInt64)
  /// Any other number. What isn't finite is read in Python's dialect only, and written as `null`.
  case number(Double)
  /// A number of single precision, written with the digits that it needs; never read.
  case single(Float)
  /// A text.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// Members in order.
  case object([JSONMember])

  /// The value as a number, if it is one.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .number(let value): value
    case .single(let value): Double(value)
    default: nil
    }
  }

  /// The text, if it is one.
  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The members, if it is an object.
  public var members: [JSONMember]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The first member of that name, if it is an object that has one.
  public subscript(key: String) -> JSONValue? {
    members?.first { $0.key == key }?.value
  }

  /// What kind of value it is, for messages.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer, .unsigned, .number, .single: "a number"
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
