#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears under its name only when it is whole: written under a temporary name beside it, then renamed.
///
/// One that is dropped before ``commit()`` leaves nothing behind, and what stood under the name stays.
package struct OutputFile: ~Copyable {
  private let path: String
  private let temporaryPath: String
  private let descriptor: CInt
  private var buffer: [UInt8] = []
  private static let bufferSize = 1 << 20

  /// Creates the temporary file, in the directory of `path`.
  package init(path: String) throws(CheckpointError) {
    var suffix: UInt64 = .random(in: 0...UInt64.max)
    var temporaryPath = ""
    var descriptor: CInt = -1
    repeat {
      temporaryPath = "\(path).\(String(suffix, radix: 36)).partial"
      descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      suffix &+= 1
    } while descriptor < 0 && errno == EEXIST
    guard descriptor >= 0 else {
      throw .cannotWrite(file: path, reason: systemErrorText(errno))
    }
    self.init(path: path, temporaryPath: temporaryPath, descriptor: descriptor)
  }

  /// Takes over a descriptor that is open for writing.
  package init(path: String, temporaryPath: String, descriptor: CInt) {
    self.path = path
    self.temporaryPath = temporaryPath
    self.descriptor = descriptor
    buffer.reserveCapacity(Self.bufferSize)
  }

  deinit {
    close(descriptor)
    unlink(temporaryPath)
  }

  /// Appends bytes.
  package mutating func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    if bytes.count > Self.bufferSize - buffer.count { try flush() }
    if bytes.count > Self.bufferSize {
      try Self.writeAll(bytes, to: descriptor, path: path)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  private mutating func flush() throws(CheckpointError) {
    try buffer.withUnsafeBufferPointer { (bytes) throws(CheckpointError) in
      try Self.writeAll(UnsafeRawBufferPointer(bytes), to: descriptor, path: path)
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private static func writeAll(
    _ bytes: UnsafeRawBufferPointer, to descriptor: CInt, path: String
  ) throws(CheckpointError) {
    #if canImport(Darwin)
      let systemWrite = Darwin.write
    #elseif canImport(Musl)
      let systemWrite = Musl.write
    #else
      let systemWrite = Glibc.write
    #endif
    // Linux writes at most 2^31 - 4096 bytes at once, macOS refuses more than 2^31 - 1.
    let largest = 1 << 30
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done..<min(done + largest, bytes.count)])
      let written = systemWrite(descriptor, rest.baseAddress, rest.count)
      if written < 0, errno == EINTR { continue }
      guard written >= 0 else { throw .cannotWrite(file: path, reason: systemErrorText(errno)) }
      done += written
    }
  }

  /// Writes what is buffered to the disk and gives the file its name.
  package consuming func commit() throws(CheckpointError) {
    try flush()
    guard fsync(descriptor) == 0, rename(temporaryPath, path) == 0 else {
      throw .cannotWrite(file: path, reason: systemErrorText(errno))
    }
  }
}
