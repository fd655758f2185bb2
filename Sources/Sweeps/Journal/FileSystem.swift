import Files

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What sweeps need of files, with errors of sweeps that name the path.
enum FileSystem {
  /// A file's bytes; `nil` where nothing is there.
  static func contents(of path: String) throws(SweepError) -> [UInt8]? {
    guard FileKind.isTaken(path) else { return nil }
    return try wrapping { () throws(FileError) in try InputFile.read(path, .regular) }
  }

  /// Puts bytes in a file, all at once: a reader sees the old file or the new one.
  static func replace(_ path: String, with bytes: [UInt8]) throws(SweepError) {
    try wrapping { () throws(FileError) in try OutputFile.replace(path, with: bytes) }
  }

  /// Opens a file for reading and writing, which is made if it isn't there.
  static func open(_ path: String, flags: CInt = 0) throws(SweepError) -> CInt {
    // A pipe isn't waited for.
    let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK | flags
    #if canImport(Glibc)
      let descriptor = FileName.withPointer(path) { Glibc.open($0, flags, 0o644) }
    #else
      let descriptor = FileName.withPointer(path) { Darwin.open($0, flags, 0o644) }
    #endif
    guard descriptor >= 0 else { throw .failure(path) }
    return descriptor
  }

  /// Removes a file, if it is there.
  static func remove(_ path: String) throws(SweepError) {
    guard FileName.withPointer(path, { unlink($0) }) == 0 || errno == ENOENT else {
      throw .failure(path)
    }
  }

  /// Gives a file another name, over one that is there.
  static func rename(_ path: String, to other: String) throws(SweepError) {
    guard Descriptor.rename(path, to: other) else { throw .failure(other) }
  }

  /// Makes a folder and those above it; one that is there is left alone.
  static func makeFolder(_ path: String) throws(SweepError) {
    var partial = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      partial += (partial.isEmpty || partial.hasSuffix("/") ? "" : "/") + part
      guard FileName.withPointer(partial, { mkdir($0, 0o755) }) == 0 || errno == EEXIST else {
        throw .failure(partial)
      }
    }
  }

  /// The names in a folder, sorted; `nil` where nothing is there.
  static func names(in path: String) throws(SweepError) -> [String]? {
    guard FileKind.isTaken(path) else { return nil }
    return try wrapping { () throws(FileError) in try FileKind.names(in: path) }
  }

  static func exists(_ path: String) -> Bool { FileKind.isTaken(path) }

  /// Runs `body`; what goes wrong with a file is a sweep's error.
  static func wrapping<Value: ~Copyable>(
    _ body: () throws(FileError) -> Value
  ) throws(SweepError) -> Value {
    do { return try body() } catch {
      throw .file(path: error.path, reason: error.sentence)
    }
  }
}

extension SweepError {
  /// What the system says of its last failure, with the path.
  static func failure(_ path: String) -> SweepError {
    .file(path: path, reason: FileError.lastReason)
  }
}
