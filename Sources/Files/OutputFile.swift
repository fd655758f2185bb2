#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears under its name only when it is whole: written under a temporary name beside it, then renamed.
///
/// One that is dropped before ``commit()`` leaves nothing behind, and what stood under the name stays. So it is where a
/// signal ends the process, if that called ``ProcessGuard/install()``.
package struct OutputFile: ~Copyable {
  private let path: String
  private let temporaryPath: String
  private let descriptor: CInt
  private var buffer: [UInt8] = []
  private let unfinished: UnfinishedPath
  private static let bufferSize = 1 << 20

  /// Creates the temporary file, in the directory of `path`. Where a file stands there already, the new one gets its
  /// permissions.
  package init(path: String) throws(FileError) {
    let temporaryPath = TemporaryName.beside(path)
    let unfinished = UnfinishedPath(temporaryPath)
    let descriptor = FileName.withPointer(temporaryPath) {
      open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    }
    guard descriptor >= 0 else { throw FileError(path, .write) }
    var status = stat()
    if FileName.withPointer(path, { stat($0, &status) }) == 0 {
      // Not every file system has permissions; the new file is readable in any case.
      _ = fchmod(descriptor, status.st_mode & 0o777)
    }
    self.init(
      path: path, temporaryPath: temporaryPath, descriptor: descriptor, unfinished: unfinished)
  }

  /// Takes over a descriptor that is open for writing.
  package init(path: String, temporaryPath: String, descriptor: CInt) {
    self.init(
      path: path, temporaryPath: temporaryPath, descriptor: descriptor,
      unfinished: UnfinishedPath(temporaryPath))
  }

  private init(
    path: String, temporaryPath: String, descriptor: CInt, unfinished: consuming UnfinishedPath
  ) {
    self.path = path
    self.temporaryPath = temporaryPath
    self.descriptor = descriptor
    self.unfinished = unfinished
    buffer.reserveCapacity(Self.bufferSize)
  }

  deinit {
    close(descriptor)
    FileName.withPointer(temporaryPath) { _ = unlink($0) }
  }

  /// Appends bytes.
  package mutating func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    if bytes.count > Self.bufferSize - buffer.count { try flush() }
    if bytes.count > Self.bufferSize {
      try Descriptor.write(bytes, to: descriptor, name: path)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  /// Appends bytes.
  package mutating func write(_ bytes: [UInt8]) throws(FileError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(FileError) in
      try write(UnsafeRawBufferPointer(buffer))
    }
  }

  private mutating func flush() throws(FileError) {
    try buffer.withUnsafeBufferPointer { (bytes) throws(FileError) in
      try Descriptor.write(UnsafeRawBufferPointer(bytes), to: descriptor, name: path)
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes what is buffered to the disk and gives the file its name.
  package consuming func commit() throws(FileError) {
    try flush()
    guard fsync(descriptor) == 0, Descriptor.rename(temporaryPath, to: path) else {
      throw FileError(path, .write)
    }
  }

  /// The path of the regular file that `path` stands for, or would: where a link leads; `nil` for what can't be replaced,
  /// such as a pipe, a device or a link to nothing.
  package static func target(of path: String) -> String? {
    switch FileKind(path: path) {
    case .file:
      FileName.withPointer(path) { realpath($0, nil) }.map { resolved in
        defer { free(resolved) }
        return FileName.text(of: UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
      }
    case .missing: FileKind.isTaken(path) ? nil : path
    case .directory, .other: nil
    }
  }

  /// Puts bytes in a file, all at once: a reader sees the old file or the new one.
  package static func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    var file = try OutputFile(path: path)
    try file.write(bytes)
    try file.commit()
  }
}

/// A name beside a file's for what something else writes there; renamed when that is whole. One that is dropped before
/// ``commit()`` leaves nothing behind.
package struct TemporaryPath: ~Copyable {
  /// Where to write.
  package let path: String
  private let target: String
  private let unfinished: UnfinishedPath

  /// A name that nothing has.
  package init(beside target: String) {
    self.target = target
    path = TemporaryName.beside(target)
    unfinished = UnfinishedPath(path)
  }

  deinit { FileName.withPointer(path) { _ = unlink($0) } }

  /// Gives the file its name.
  package consuming func commit() throws(FileError) {
    guard Descriptor.rename(path, to: target) else { throw FileError(target, .write) }
  }
}

/// Names for what isn't finished.
enum TemporaryName {
  /// A name that nothing has, in the same directory.
  static func beside(_ path: String) -> String {
    "\(path).\(String(UInt64.random(in: 0...UInt64.max), radix: 36)).partial"
  }
}
