import Decoding
import Inference
import JSON
import Yams

/// A file of settings: YAML, or JSON where its name ends in `.json`.
enum ConfigurationFile {
  /// Lists and mappings deeper than this can't be a setting, and are not followed. Biases of sequences are three deep.
  static let deepestSetting = 3

  /// The file's top-level mapping.
  ///
  /// - Parameter depth: how deep lists and mappings are followed.
  static func read(
    _ path: String, depth: Int = deepestSetting
  ) throws(CommandFailure) -> [(key: String, value: ParameterValue)] {
    let bytes = try FileIO.readFile(path).withoutByteOrderMark
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .usage("\(path): is not UTF-8 text; settings are YAML or JSON")
    }
    guard path.lowercased().hasSuffix(".json") else {
      return try yaml(text, file: path, depth: depth)
    }
    return try json(bytes, file: path)
  }

  private static func json(
    _ bytes: [UInt8], file: String
  ) throws(CommandFailure) -> [(key: String, value: ParameterValue)] {
    let value: JSONValue
    do { value = try JSONValue(parsing: bytes, dialect: .python) } catch {
      throw .usage("\(file): is not JSON: \(error)")
    }
    guard let members = value.members else {
      throw .usage("\(file): is not a JSON object; write one of settings and their values")
    }
    return members.map { (key: $0.key, value: ParameterValue($0.value)) }
  }

  private static func yaml(
    _ text: String, file: String, depth: Int
  ) throws(CommandFailure) -> [(key: String, value: ParameterValue)] {
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
    var room = ParameterValue.mostValues
    let pairs = mapping.map { pair in
      (key: pair.key.string ?? "", value: ParameterValue(pair.value, depth: depth, room: &room))
    }
    guard room >= 0 else {
      throw .usage(
        "\(file): holds more than \(ParameterValue.mostValues) values, aliases followed; no settings do"
      )
    }
    return pairs
  }
}

extension Node {
  /// Whether the node is an empty or null scalar, as an empty document is.
  fileprivate var isPlainNull: Bool {
    if case .scalar(let scalar) = self { return ParameterValue(scalar) == .null }
    return false
  }
}

extension ParameterValue {
  /// A file of more values than this isn't one of settings. Aliases let a short file stand for a long one.
  fileprivate static let mostValues = 1_000_000

  /// - Parameters:
  ///   - depth: how many levels of lists and mappings are followed.
  ///   - room: how many more values are read; below 0 where there were more.
  fileprivate init(_ node: Node, depth: Int, room: inout Int) {
    room -= 1
    guard room >= 0 else {
      self = .null
      return
    }
    switch node {
    case .scalar(let scalar):
      self.init(scalar)
    case .sequence(let sequence) where depth > 0:
      var values: [ParameterValue] = []
      for node in sequence where room >= 0 {
        values.append(ParameterValue(node, depth: depth - 1, room: &room))
      }
      self = .list(values)
    case .mapping(let mapping) where depth > 0:
      var members: [Member] = []
      for (key, node) in mapping where room >= 0 {
        members.append(
          Member(Self.spelled(key), ParameterValue(node, depth: depth - 1, room: &room)))
      }
      self = .mapping(members)
    case .sequence, .mapping, .alias:
      self = .mapping([])
    }
  }

  /// A key as a text: one that is a list, which only YAML has, by its members.
  private static func spelled(_ key: Node) -> String {
    key.string
      ?? key.sequence.map { $0.map { $0.string ?? "" }.joined(separator: ",") } ?? ""
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
    case "-.inf", "-.Inf", "-.INF": self = .number(-.infinity)
    default:
      self =
        Int(text).map(ParameterValue.integer) ?? UInt64(text).map(ParameterValue.unsigned)
        ?? (text.contains(where: \.isNumber) ? Double(text).map(ParameterValue.number) : nil)
        ?? .text(text)
    }
  }
}
