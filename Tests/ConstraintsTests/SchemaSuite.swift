import Constraints
import Foundation
import JSON

/// The JSON Schema Test Suite, which `.ci/fetch-schema-suite` fetches and `DECODE_TEST_SCHEMA_SUITE` names.
enum SchemaSuite {
  static let path: String? = {
    let path = ProcessInfo.processInfo.environment["DECODE_TEST_SCHEMA_SUITE"] ?? ""
    return path.isEmpty ? nil : path
  }()

  struct Group {
    let file: String
    let name: String
    let schema: JSONValue
    let tests: [Case]
  }
  struct Case {
    let name: String
    let value: JSONValue
    let isValid: Bool
  }

  /// The required tests of a draft.
  static func groups(of draft: String) throws -> [Group] {
    let directory = URL(fileURLWithPath: path ?? "").appendingPathComponent("tests/\(draft)")
    return try files(in: directory, recursively: false).flatMap { file in
      guard case .array(let groups) = try read(file) else { return [Group]() }
      return groups.map { group in
        Group(
          file: file.lastPathComponent, name: group["description"]?.string ?? "",
          schema: group["schema"] ?? .null,
          tests: group.elements("tests").map {
            Case(
              name: $0["description"]?.string ?? "", value: $0["data"] ?? .null,
              isValid: $0["valid"] == .bool(true))
          })
      }
    }
  }

  /// The documents that tests refer to: those of the draft, and those of none.
  static func references(of draft: String) throws -> [String: JSONValue] {
    let directory = URL(fileURLWithPath: path ?? "").appendingPathComponent("remotes")
    var result: [String: JSONValue] = [:]
    for file in try files(in: directory, recursively: true) {
      let name = String(file.path.dropFirst(directory.path.count + 1))
      if name.hasPrefix("draft"), !name.hasPrefix(draft) { continue }
      result["http://localhost:1234/" + name] = try read(file)
    }
    return result
  }

  private static func files(in directory: URL, recursively: Bool) throws -> [URL] {
    var result: [URL] = []
    for entry in try FileManager.default.contentsOfDirectory(
      at: directory, includingPropertiesForKeys: [.isDirectoryKey])
    {
      if entry.pathExtension == "json" {
        result.append(entry)
      } else if recursively,
        try entry.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true
      {
        result += try files(in: entry, recursively: true)
      }
    }
    return result.sorted { $0.path < $1.path }
  }

  private static func read(_ file: URL) throws -> JSONValue {
    try JSONValue(parsing: Array(Data(contentsOf: file)))
  }
}
