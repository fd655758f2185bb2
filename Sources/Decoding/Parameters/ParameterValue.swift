/// A setting's value as a configuration file or the command line gives it, before it is checked.
///
///     ParameterValue.integer(1).means(.number(1))  // true
public enum ParameterValue: Hashable, Sendable {
  /// `null`: as if the key weren't there.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A whole number that fits 64 bits, signed.
  case integer(Int)
  /// A whole number that only fits 64 bits unsigned, such as a large seed.
  case unsigned(UInt64)
  /// Any other number.
  case number(Double)
  /// A text.
  case text(String)
  /// A list.
  case list([ParameterValue])
  /// A mapping, in the order of its source.
  case mapping([Member])

  /// A key of a mapping with its value.
  public struct Member: Hashable, Sendable {
    /// The key as it is spelled, without quotes.
    public var key: String
    /// The value.
    public var value: ParameterValue

    /// A key and its value.
    public init(_ key: String, _ value: ParameterValue) {
      self.key = key
      self.value = value
    }
  }
}

extension ParameterValue: CustomStringConvertible {
  /// The value as YAML and JSON would write it, texts without quotes.
  public var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let value): value
    case .list(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
    case .mapping(let members):
      "{" + members.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
    }
  }
}

extension ParameterValue {
  /// The value as a number, if it is one.
  public var asDouble: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// Whether it is `null`, or a list or mapping that holds nothing.
  public var isEmpty: Bool {
    switch self {
    case .null: true
    case .list(let values): values.isEmpty
    case .mapping(let members): members.isEmpty
    default: false
    }
  }

  /// Whether two values mean the same: 1 and 1.0 do.
  public func means(_ other: ParameterValue) -> Bool {
    if let left = asDouble, let right = other.asDouble { return left == right }
    return self == other
  }
}
