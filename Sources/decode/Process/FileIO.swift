import Files

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whole files in, and bytes out, with the command's errors.
enum FileIO {
  /// More than any prompt or configuration: what is longer is most likely endless.
  static let mostBytes = 1 << 28

  /// Everything that can be read from `descriptor`, up to ``mostBytes``.
  ///
  /// - Parameter name: what to call it in messages.
  static func readAll(from descriptor: Int32, name: String) throws(CommandFailure) -> [UInt8] {
    try wrapping { () throws(FileError) in
      try InputFile.readAll(from: descriptor, name: name, limit: mostBytes)
    }
  }

  /// The bytes of the file at `path`, which may be a pipe.
  static func readFile(_ path: String) throws(CommandFailure) -> [UInt8] {
    try wrapping { () throws(FileError) in
      try InputFile.read(path, .stream, limit: mostBytes)
    }
  }

  /// Writes all of `text`.
  static func write(_ text: String, to descriptor: Int32, name: String) throws(CommandFailure) {
    try wrapping { () throws(FileError) in
      try Descriptor.write(Array(text.utf8), to: descriptor, name: name)
    }
  }

  /// What can stand at a path.
  enum Kind {
    case file, directory, nothing
  }

  /// What stands at `path`, links followed.
  static func kind(of path: String) -> Kind {
    switch FileKind(path: path) {
    case .missing: .nothing
    case .directory: .directory
    case .file, .other: .file
    }
  }

  /// Whether a regular file stands at `path`, links followed: one that can be read twice.
  static func isRegularFile(_ path: String) -> Bool { FileKind(path: path) == .file }

  /// Whether `descriptor` is a pipe or a regular file: something that was given on purpose, and that ends.
  static func isPipeOrFile(_ descriptor: Int32) -> Bool {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return false }
    return [S_IFIFO, S_IFREG].contains(status.st_mode & S_IFMT)
  }

  /// What the last system call complained of.
  static var lastError: String { FileError.lastReason }

  /// Runs `body`; what goes wrong with a file is a failure of the command.
  static func wrapping<Value: ~Copyable>(
    _ body: () throws(FileError) -> Value
  ) throws(CommandFailure) -> Value {
    do { return try body() } catch { throw .failure("\(error)") }
  }
}
