internal import Checkpoints
internal import JSON

/// A JSON object in a file, or one inside it, with typed access that names file and key in every error.
///
/// As for the readers in Hugging Face's libraries, a member that is `null` counts as not there.
struct JSONFile {
  /// More than any configuration file holds; the values take up to about 40 times the file's size in memory.
  static let maximumByteCount = 32 << 20

  /// The file.
  let path: String
  /// What stands before a key in messages: empty, or the key of the object that this one is in, and a dot.
  private let prefix: String
  /// The members, in file order.
  let members: [JSONMember]

  private init(path: String, prefix: String, members: [JSONMember]) {
    self.path = path
    self.prefix = prefix
    self.members = members
  }

  /// Reads the file at `path`, which must hold one JSON object.
  init(path: String) throws(LoadError) {
    let file: MappedFile
    do { file = try MappedFile(path: path) } catch { throw .checkpoint(error) }
    guard file.count <= Self.maximumByteCount else {
      throw .unsupported(
        file: path, field: "size",
        what: "a configuration of more than \(Self.maximumByteCount >> 20) MiB")
    }
    let value: JSONValue
    do {
      value = try file.withUnsafeBytes { (bytes) throws(JSONSyntaxError) in
        try JSONValue(parsing: bytes, dialect: .python)
      }
    } catch {
      if let signature = FileSignature(file) {
        throw .checkpoint(.foreign(file: path, signature: signature))
      }
      throw .invalid(file: path, field: "JSON, byte \(error.offset)", reason: error.reason)
    }
    guard case .object(let members) = value else {
      throw .invalid(file: path, field: "JSON", reason: "must be an object, not \(value.kind)")
    }
    self.init(path: path, prefix: "", members: members)
  }

  /// The value of a key, `null` included.
  func value(_ key: String) -> JSONValue? {
    members.first { $0.key == key }?.value
  }

  /// The value of a key unless it is `null`.
  subscript(key: String) -> JSONValue? {
    guard let value = value(key), value != .null else { return nil }
    return value
  }

  /// The name of a key in messages.
  func field(_ key: String) -> String { "“\(prefix)\(key)”" }

  func invalid(_ key: String, _ reason: String) -> LoadError {
    .invalid(file: path, field: field(key), reason: reason)
  }

  func unsupported(_ key: String, _ what: String) -> LoadError {
    .unsupported(file: path, field: field(key), what: what)
  }

  /// A whole number; 4096.0 is one.
  func integer(_ key: String) throws(LoadError) -> Int? {
    switch self[key] {
    case nil: return nil
    case .integer(let value): return value
    case .number(let value):
      guard let whole = Int(exactly: value) else {
        throw invalid(key, "must be a whole number, not \(value)")
      }
      return whole
    case .unsigned(let value): throw invalid(key, "\(value) is too large")
    case .some(let value): throw invalid(key, "must be a whole number, not \(value.kind)")
    }
  }

  /// A number.
  func double(_ key: String) throws(LoadError) -> Double? {
    guard let value = self[key] else { return nil }
    guard let number = value.double else {
      throw invalid(key, "must be a number, not \(value.kind)")
    }
    return number
  }

  /// `true` or `false`.
  func bool(_ key: String) throws(LoadError) -> Bool? {
    guard let value = self[key] else { return nil }
    guard case .bool(let flag) = value else {
      throw invalid(key, "must be true or false, not \(value.kind)")
    }
    return flag
  }

  /// A text.
  func string(_ key: String) throws(LoadError) -> String? {
    guard let value = self[key] else { return nil }
    guard case .string(let text) = value else {
      throw invalid(key, "must be a string, not \(value.kind)")
    }
    return text
  }

  /// An object inside this one.
  func object(_ key: String) throws(LoadError) -> JSONFile? {
    guard let value = self[key] else { return nil }
    guard case .object(let members) = value else {
      throw invalid(key, "must be an object, not \(value.kind)")
    }
    return JSONFile(path: path, prefix: "\(prefix)\(key).", members: members)
  }
}
