import Foundation
import Generation
import Models

extension JSONValue: Decodable {
  /// Reads any JSON value. Members of objects stand in the order of their names, for the decoder tells no other.
  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: Key.self) {
      let keys = object.allKeys.sorted { $0.stringValue < $1.stringValue }
      self = .object(
        try keys.map {
          Member(name: $0.stringValue, value: try object.decode(JSONValue.self, forKey: $0))
        })
      return
    }
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .unsigned(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else {
      self = .array(try container.decode([JSONValue].self))
    }
  }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// The value that `bytes` hold; `nil` where they aren't JSON. (Foundation's decoder tells no place.)
  init?(parsing bytes: [UInt8]) {
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)) else {
      return nil
    }
    self = value
  }

  /// The members of an object, or `nil`.
  var members: [Member]? {
    if case .object(let members) = self { return members }
    return nil
  }

  /// A member of an object, or `nil`.
  subscript(name: String) -> JSONValue? {
    members?.first { $0.name == name }?.value
  }

  /// The text of a string, or `nil`.
  var string: String? {
    if case .string(let text) = self { return text }
    return nil
  }
}

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
    case .array(let values): self = .list(values.map(SettingValue.init))
    case .object(let members): self = .mapping(members.map(\.name))
    }
  }
}

extension JSONValue {
  /// A value of a model's configuration.
  init(_ value: Models.JSONValue) {
    switch value {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .integer(value)
    case .unsigned(let value): self = .unsigned(value)
    case .number(let value): self = .number(value)
    case .string(let value): self = .string(value)
    case .array(let values): self = .array(values.map { JSONValue($0) })
    case .object(let members):
      self = .object(members.map { Member(name: $0.key, value: JSONValue($0.value)) })
    }
  }

  /// A setting as JSON.
  init(_ value: SettingValue) {
    switch value {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .integer(value)
    case .unsigned(let value): self = .unsigned(value)
    case .number(let value): self = .number(value)
    case .text(let value): self = .string(value)
    case .list(let values): self = .array(values.map(JSONValue.init))
    case .mapping(let keys): self = .array(keys.map(JSONValue.string))
    }
  }
}
