import Generation
import JSON
import Yams

/// A file of settings: YAML, or JSON where its name ends in `.json`.
enum ConfigurationFile {
  /// The file's top-level mapping.
  static func read(_ path: String) throws(CommandFailure) -> [(key: String, value: SettingValue)] {
    let bytes = try FileIO.readFile(path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .usage("\(path): is not UTF-8 text; settings are YAML or JSON")
    }
    guard path.lowercased().hasSuffix(".json") else { return try yaml(text, file: path) }
    return try json(bytes, file: path)
  }

  private static func json(
    _ bytes: [UInt8], file: String
  ) throws(CommandFailure) -> [(key: String, value: SettingValue)] {
    let value: JSONValue
    do { value = try JSONValue(parsing: bytes, dialect: .python) } catch {
      throw .usage("\(file): is not JSON: \(error)")
    }
    guard let members = value.members else {
      throw .usage("\(file): is not a JSON object; write one of settings and their values")
    }
    return members.map { (key: $0.key, value: SettingValue($0.value)) }
  }

  private static func yaml(
    _ text: String, file: String
  ) throws(CommandFailure) -> [(key: String, value: SettingValue)] {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      throw .usage("\(file): is not YAML: \(error)")
    }
    guard let root, !root.isPlainNull else { return [] }
    guard case .mapping(let mapping) = root else {
      throw .usage("\(file): holds no settings; write one `key: value` on each line")
    }
    return mapping.map { (key: $0.key.string ?? "", value: SettingValue($0.value, depth: 0)) }
  }
}

extension Node {
  /// Whether the node is an empty or null scalar, as an empty document is.
  fileprivate var isPlainNull: Bool {
    if case .scalar(let scalar) = self { return SettingValue(scalar) == .null }
    return false
  }
}

extension SettingValue {
  /// Lists deeper than this can't be a setting, and are not followed.
  private static let deepestList = 2

  fileprivate init(_ node: Node, depth: Int) {
    switch node {
    case .scalar(let scalar): self.init(scalar)
    case .sequence(let sequence) where depth < Self.deepestList:
      self = .list(sequence.map { SettingValue($0, depth: depth + 1) })
    case .mapping(let mapping): self = .mapping(mapping.map { $0.key.string ?? "" })
    case .sequence, .alias: self = .mapping([])
    }
  }

  /// A plain scalar's type by YAML 1.2's core schema, in which `no` is a text; quoted ones are texts.
  fileprivate init(_ scalar: Node.Scalar) {
    let text = scalar.string
    guard scalar.style == .plain || scalar.style == .any else {
      self = .text(text)
      return
    }
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE": self = .bool(true)
    case "false", "False", "FALSE": self = .bool(false)
    default:
      self =
        Int(text).map(SettingValue.integer) ?? UInt64(text).map(SettingValue.unsigned)
        ?? (text.contains(where: \.isNumber) ? Double(text).map(SettingValue.number) : nil)
        ?? .text(text)
    }
  }
}
