import Foundation

/// A new directory that is removed, with all that is in it, when the last reference goes.
public final class TemporaryDirectory: Sendable {
  /// Its absolute path, without a slash at the end.
  public let path: String

  /// Makes an empty directory under the system's temporary one.
  public init() throws {
    let name = "decode-tests-\(UUID().uuidString)"
    path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file of that name in the directory.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file into the directory, over one of the same name, and returns its path.
  @discardableResult
  public func write(_ bytes: some Collection<UInt8>, to name: String) throws -> String {
    let path = file(name)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }
}
