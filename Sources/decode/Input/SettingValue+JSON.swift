import Generation
import JSON

extension SettingValue {
  /// A JSON value as a setting.
  init(_ value: JSONValue) {
    switch value {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .integer(value)
    case .unsigned(let value): self = .unsigned(value)
    case .number(let value): self = .number(value)
    case .single(let value): self = .number(Double(value))
    case .string(let value): self = .text(value)
    case .array(let values): self = .list(values.map { SettingValue($0) })
    case .object(let members): self = .mapping(members.map(\.key))
    }
  }
}

extension JSONValue {
  /// A setting as JSON.
  init(_ value: SettingValue) {
    switch value {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .integer(value)
    case .unsigned(let value): self = .unsigned(value)
    case .number(let value): self = .number(value)
    case .text(let value): self = .string(value)
    case .list(let values): self = .array(values.map { JSONValue($0) })
    case .mapping(let keys): self = .array(keys.map { JSONValue.string($0) })
    }
  }
}
