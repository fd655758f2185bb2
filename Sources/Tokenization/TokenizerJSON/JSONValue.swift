/// A JSON document. Objects are lists of members in file order, because a vocabulary may hold keys that Swift's
/// `String` counts as equal by canonical equivalence, and a dictionary would lose one.
enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  struct Member: Sendable {
    let key: String
    let value: JSONValue
  }

  /// What kind of value it is, for errors.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
