internal import Checkpoints

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A directory that appears under its name only when it is whole: filled under a temporary name beside it, then renamed.
///
/// One that is dropped before ``commit()`` leaves nothing behind.
struct OutputDirectory: ~Copyable {
  private let path: String
  /// Where files are written until then.
  let temporaryPath: String

  /// Makes the temporary directory.
  ///
  /// - Throws: ``LoadError/checkpoint(_:)`` if something stands at `path`, or nothing can be made there.
  init(path: String) throws(LoadError) {
    // A slash at the end would put the temporary directory inside.
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
    temporaryPath = "\(path).\(String(UInt64.random(in: 0...UInt64.max), radix: 36)).partial"
    if case .missing = FileKind(path: path) {
      guard mkdir(temporaryPath, 0o777) == 0 else { throw Self.failure(path) }
    } else {
      throw .checkpoint(
        .cannotWrite(file: path, reason: "it exists already; give a new directory"))
    }
  }

  deinit {
    for name in FileKind.names(inDirectory: temporaryPath) { unlink("\(temporaryPath)/\(name)") }
    rmdir(temporaryPath)
  }

  /// Writes a file.
  func write(_ bytes: [UInt8], to name: String) throws(LoadError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(LoadError) in
      try write(UnsafeRawBufferPointer(buffer), to: name)
    }
  }

  /// Copies a file, an empty one too.
  func copy(_ source: String, to name: String) throws(LoadError) {
    var status = stat()
    if stat(source, &status) == 0, status.st_size == 0 { return try write([], to: name) }
    let file = try LoadError.wrapping { () throws(CheckpointError) in try MappedFile(path: source) }
    try file.withUnsafeBytes { (bytes) throws(LoadError) in try write(bytes, to: name) }
  }

  private func write(_ bytes: UnsafeRawBufferPointer, to name: String) throws(LoadError) {
    try LoadError.wrapping { () throws(CheckpointError) in
      var file = try OutputFile(path: "\(temporaryPath)/\(name)")
      try file.write(bytes)
      try file.commit()
    }
  }

  /// Gives the directory its name.
  consuming func commit() throws(LoadError) {
    // Over a directory that came to be in the meantime this fails, unless it is empty.
    guard rename(temporaryPath, path) == 0 else { throw Self.failure(path) }
  }

  private static func failure(_ path: String) -> LoadError {
    .checkpoint(.cannotWrite(file: path, reason: String(cString: strerror(errno))))
  }
}
