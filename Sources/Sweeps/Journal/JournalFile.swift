import Files
public import JSON

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file of JSON lines that only grows. A line is written with one `write`, so that what is there when the process
/// ends, however it ends, is whole lines and at most one torn one at the end.
public final class JournalFile {
  /// The file's path.
  public let path: String
  private let descriptor: CInt

  /// Opens a file to append to, which is made if it isn't there. A torn line at its end is cut off.
  public init(appendingTo path: String) throws(SweepError) {
    self.path = path
    descriptor = try FileSystem.open(path, flags: O_APPEND)
    try Self.cutTornLine(descriptor, path: path)
  }

  deinit { close(descriptor) }

  /// Appends a line.
  ///
  /// - Throws: ``SweepError/file(path:reason:)`` where the disk is full, say. What was there stays whole.
  public func append(_ line: JSONValue) throws(SweepError) {
    let bytes = Array((line.text + "\n").utf8)
    try FileSystem.wrapping { () throws(FileError) in
      try Descriptor.write(bytes, to: descriptor, name: path)
    }
  }

  private static func cutTornLine(_ descriptor: CInt, path: String) throws(SweepError) {
    let size = lseek(descriptor, 0, SEEK_END)
    guard size >= 0 else { throw .failure(path) }
    var end = size
    var buffer = Array(repeating: UInt8(0), count: 1 << 16)
    while end > 0 {
      let start = max(0, end - off_t(buffer.count))
      let count = pread(descriptor, &buffer, Int(end - start), start)
      guard count == Int(end - start) else { throw .failure(path) }
      if let newline = buffer[..<count].lastIndex(of: 0x0A) {
        end = start + off_t(newline) + 1
        break
      }
      end = start
    }
    guard end == size || ftruncate(descriptor, end) == 0 else { throw .failure(path) }
  }
}

extension JournalFile {
  /// The lines of a journal. An unfinished line at the end, which a killed process leaves, is left out.
  ///
  /// - Returns: the lines; none for a file that isn't there.
  /// - Throws: ``SweepError/invalidData(file:line:reason:)`` for a finished line that isn't JSON.
  public static func lines(of path: String) throws(SweepError) -> [JSONValue] {
    guard let bytes = try FileSystem.contents(of: path) else { return [] }
    var lines: [JSONValue] = []
    var start = 0
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      do {
        lines.append(try JSONValue(parsing: Array(bytes[start..<end])))
      } catch {
        throw .invalidData(file: path, line: lines.count + 1, reason: "is not JSON: \(error)")
      }
      start = end + 1
    }
    return lines
  }
}
