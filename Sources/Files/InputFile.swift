#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is open for reading, closed with its owner. Every file that the program reads is opened here.
package struct InputFile: ~Copyable, Sendable {
  /// What is taken.
  package enum Kind: Sendable {
    /// Regular files alone, after links: what can be mapped, read twice, and ends.
    case regular
    /// Pipes and devices too: `-f <(…)`.
    case stream
  }

  /// The path that it was opened by.
  package let path: String
  /// The open file.
  package let descriptor: CInt
  /// Its length in bytes; `nil` for what isn't a regular file.
  package let byteCount: Int?

  /// Opens the file at `path`.
  ///
  /// - Throws: where it can't be opened, is a directory, or isn't of the kind that is wanted: the reason of each.
  package init(_ path: String, _ kind: Kind) throws(FileError) {
    // Without O_NONBLOCK, opening a named pipe waits for a writer.
    let flags = O_RDONLY | O_CLOEXEC | (kind == .regular ? O_NONBLOCK : 0)
    var descriptor: CInt
    repeat {
      descriptor = FileName.withPointer(path) { open($0, flags) }
    } while descriptor < 0 && errno == EINTR
    guard descriptor >= 0 else { throw FileError(path, .open, reason: Self.openFailure(path)) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = FileError(path, .open)
      close(descriptor)
      throw error
    }
    let found = FileKind(status)
    guard found == .file || (found == .other && kind == .stream) else {
      close(descriptor)
      throw FileError(
        path, .open,
        reason: found == .directory ? "it is a directory" : "it is not a regular file")
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = found == .file ? Int(status.st_size) : nil
  }

  deinit { close(descriptor) }

  /// Reads the rest of the file.
  ///
  /// - Parameter limit: the most bytes. The length of a regular file is looked at before it is read.
  package func readAll(limit: Int = .max) throws(FileError) -> [UInt8] {
    try Self.readAll(from: descriptor, name: path, byteCount: byteCount, limit: limit)
  }

  /// Reads what is left of an open file, up to `limit` bytes.
  ///
  /// - Parameters:
  ///   - name: what to call it in errors.
  ///   - byteCount: how long it is said to be. It may be longer.
  package static func readAll(
    from descriptor: CInt, name: String, byteCount: Int? = nil, limit: Int = .max
  ) throws(FileError) -> [UInt8] {
    guard (byteCount ?? 0) <= limit else { throw tooLong(name, limit) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity((byteCount ?? 0) + 1)
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try Descriptor.read(descriptor, into: &chunk, name: name)
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= limit else { throw tooLong(name, limit) }
    }
  }

  /// The bytes of the file at `path`.
  package static func read(
    _ path: String, _ kind: Kind, limit: Int = .max
  ) throws(FileError) -> [UInt8] {
    try InputFile(path, kind).readAll(limit: limit)
  }

  private static func tooLong(_ name: String, _ limit: Int) -> FileError {
    FileError(name, .read, reason: "it holds more than \(limit >> 20) MiB; give a shorter one")
  }

  /// Why a file couldn't be opened, from the error number that was left.
  private static func openFailure(_ path: String) -> String {
    let number = errno
    var status = stat()
    let isLink =
      FileName.withPointer(path) { lstat($0, &status) } == 0
      && status.st_mode & S_IFMT == S_IFLNK
    return isLink && number == ENOENT
      ? "it is a link to a file that isn't there; was the download completed?"
      : String(cString: strerror(number))
  }
}
