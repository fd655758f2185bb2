package import Decoding
package import JSON

extension ParameterValue {
  /// A JSON value as a setting.
  package init(_ value: JSONValue) {
    switch value {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .integer(value)
    case .unsigned(let value): self = .unsigned(value)
    case .number(let value): self = .number(value)
    case .single(let value): self = .number(Double(value))
    case .string(let value): self = .text(value)
    case .array(let values): self = .list(values.map { ParameterValue($0) })
    case .object(let members):
      self = .mapping(members.map { Member($0.key, ParameterValue($0.value)) })
    }
  }
}

extension JSONValue {
  /// A setting as JSON.
  package init(_ value: ParameterValue) {
    switch value {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .integer(value)
    case .unsigned(let value): self = .unsigned(value)
    // JSON has no infinity; settings take the text for it.
    case .number(let value):
      self = value.isFinite ? .number(value) : .string(value < 0 ? "-inf" : "\(value)")
    case .text(let value): self = .string(value)
    case .list(let values): self = .array(values.map { JSONValue($0) })
    case .mapping(let members):
      self = .object(members.map { JSONMember($0.key, JSONValue($0.value)) })
    }
  }
}
