import Foundation
import TestSupport

/// A copy of a fixture that a test may change; removed with the last reference.
struct ModelCopy {
  let directory: TemporaryDirectory
  /// What to load: the directory, or the file in it.
  let path: String

  /// Copies the files of a fixture's directory, those of references aside.
  init(directory name: String) throws {
    directory = try TemporaryDirectory()
    path = directory.path
    for file in try Self.files(name) {
      try FileManager.default.copyItem(
        atPath: "\(Fixtures.path(name))/\(file)", toPath: directory.file(file))
    }
  }

  /// Copies one file.
  init(file name: String) throws {
    directory = try TemporaryDirectory()
    path = directory.file("model.gguf")
    try FileManager.default.copyItem(atPath: Fixtures.path(name), toPath: path)
  }

  /// The names of a fixture's files, those of references aside.
  static func files(_ name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: Fixtures.path(name)).sorted()
      .filter { $0 != "reference.json" }
  }

  func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: directory.file(name))))
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: directory.file(name))
  }

  /// Replaces the first occurrence of a text by another.
  func replace(_ text: String, by other: String, in name: String) throws {
    var bytes = try bytes(name)
    guard let range = bytes.firstRange(of: Array(text.utf8)) else { throw NotThere(text: text) }
    bytes.replaceSubrange(range, with: other.utf8)
    try directory.write(bytes, to: name)
  }

  /// Overwrites the 32-bit value of a key of GGUF metadata.
  func setGGUF(_ key: String, to value: UInt32) throws {
    var bytes = try bytes("model.gguf")
    guard let range = bytes.firstRange(of: Array(key.utf8)) else { throw NotThere(text: key) }
    withUnsafeBytes(of: value.littleEndian) { little in
      // The value's type stands between the key and the value, in four bytes.
      bytes.replaceSubrange(range.upperBound + 4..<range.upperBound + 8, with: little)
    }
    try directory.write(bytes, to: "model.gguf")
  }

  struct NotThere: Error {
    let text: String
  }
}

/// What loading a path throws, as the user reads it; fails the test where it throws nothing.
func loadFailure(_ body: () throws -> some Any) -> String {
  do {
    _ = try body()
    return "nothing was thrown"
  } catch {
    return "\(error)"
  }
}
