import JSON
import Metrics

/// A mapping of the sweep file on its way to a value: each field is read once, with its type, and what nobody read is
/// an error. Messages name the field by its path.
struct FieldReader {
  let file: String
  /// Where the mapping stands, such as `data` or `parameters.top_p`; empty for the file itself.
  let path: String
  private let members: [JSONMember]
  private var known: [String] = []

  init(_ value: JSONValue, file: String, path: String) throws(SweepError) {
    guard let members = value.members else {
      throw .invalidSpecification(
        file: file, field: path.isEmpty ? "the file" : path,
        reason: "is \(value.kind); write keys and values, one `key: value` a line")
    }
    var seen: Set<String> = []
    for member in members where !seen.insert(member.key).inserted {
      throw .invalidSpecification(
        file: file, field: path.isEmpty ? member.key : "\(path).\(member.key)",
        reason: "is there twice; keep one")
    }
    self.file = file
    self.path = path
    self.members = members
  }

  /// The path of a field of this mapping.
  func path(of key: String) -> String {
    path.isEmpty ? key : "\(path).\(key)"
  }

  func refusal(_ key: String, _ reason: String) -> SweepError {
    .invalidSpecification(file: file, field: path(of: key), reason: reason)
  }

  /// The members, in their order.
  var all: [JSONMember] { members }

  /// Whether the field is there, with something in it.
  func has(_ key: String) -> Bool {
    members.contains { $0.key == key && $0.value != .null }
  }

  /// The field's value; `nil` where it is missing or null.
  mutating func value(_ key: String) -> JSONValue? {
    known.append(key)
    return members.first { $0.key == key && $0.value != .null }?.value
  }

  mutating func text(_ key: String) throws(SweepError) -> String? {
    guard let value = value(key) else { return nil }
    guard let text = value.string, !text.isEmpty else {
      throw refusal(key, "must be a text, not \(value.text)")
    }
    return text
  }

  /// The most trials, repeats and points of a grid: beyond what anybody runs, and small enough that their products
  /// fit a number.
  static let maximumRunCount = 1_000_000

  /// A whole number of at least `minimum` and at most ``maximumRunCount``.
  mutating func runCount(_ key: String, atLeast minimum: Int) throws(SweepError) -> Int? {
    guard let number = value(key) else { return nil }
    guard case .integer(let count) = number, (minimum...Self.maximumRunCount).contains(count) else {
      throw refusal(
        key, "must be a whole number from \(minimum) to \(Self.maximumRunCount), not \(number.text)"
      )
    }
    return count
  }

  /// A whole number of at least `minimum`.
  mutating func integer(_ key: String, atLeast minimum: Int) throws(SweepError) -> Int? {
    guard let value = value(key) else { return nil }
    guard case .integer(let number) = value, number >= minimum else {
      throw refusal(key, "must be a whole number, \(minimum) or above, not \(value.text)")
    }
    return number
  }

  /// A finite number.
  mutating func number(_ key: String) throws(SweepError) -> Double? {
    guard let value = value(key) else { return nil }
    guard let number = value.double, number.isFinite else {
      throw refusal(key, "must be a number, not \(value.text)")
    }
    return number
  }

  /// `true` or `false`.
  mutating func truth(_ key: String) throws(SweepError) -> Bool? {
    guard let value = value(key) else { return nil }
    guard case .bool(let truth) = value else {
      throw refusal(key, "must be true or false, not \(value.text)")
    }
    return truth
  }

  mutating func list(_ key: String) throws(SweepError) -> [JSONValue]? {
    guard let value = value(key) else { return nil }
    guard case .array(let values) = value else {
      throw refusal(key, "must be a list, not \(value.kind)")
    }
    return values
  }

  /// A nested mapping.
  mutating func mapping(_ key: String) throws(SweepError) -> FieldReader? {
    guard let value = value(key) else { return nil }
    return try FieldReader(value, file: file, path: path(of: key))
  }

  /// One of a few words.
  mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: String, of type: Choice.Type
  ) throws(SweepError) -> Choice? {
    guard let value = value(key) else { return nil }
    guard let choice = value.string.flatMap(Choice.init) else {
      let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw refusal(key, "must be one of \(words), not \(value.text)")
    }
    return choice
  }

  /// Refuses fields that weren't read.
  func checkThatAllIsKnown() throws(SweepError) {
    try check(against: known)
  }

  /// Refuses keys other than these.
  func check(against known: [String]) throws(SweepError) {
    for member in members where !known.contains(member.key) {
      let suggestion =
        NearestName.nearest(to: member.key, in: known).map { "did you mean `\($0)`?" }
        ?? "known are \(known.joined(separator: ", "))"
      throw refusal(member.key, "is unknown; \(suggestion)")
    }
  }
}
