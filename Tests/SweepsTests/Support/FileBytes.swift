import Foundation

/// Files as tests need them.
enum FileBytes {
  static func read(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  static func lines(_ path: String) throws -> [String] {
    String(decoding: try read(path), as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
