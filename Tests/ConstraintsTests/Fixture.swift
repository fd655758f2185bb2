import Foundation
import JSON

/// The files beside these tests.
enum Fixture {
  /// A file of JSON in `Fixtures`.
  static func json(_ name: String) throws -> JSONValue {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/\(name)")
    return try JSONValue(parsing: Array(Data(contentsOf: url)))
  }
}

extension JSONValue {
  /// The items of a list that a member holds; none where there is no such list.
  func elements(_ key: String) -> [JSONValue] {
    if case .array(let values)? = self[key] { values } else { [] }
  }
}
