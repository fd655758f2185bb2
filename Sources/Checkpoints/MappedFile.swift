#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file mapped read-only into memory; unmapped when the last tensor that views it is gone.
///
/// `@unchecked Sendable`: the mapping is never written and never moves until `deinit`, so any thread may read it.
public final class MappedFile: @unchecked Sendable {
  /// The path it was opened by.
  public let path: String
  /// Its length in bytes.
  public let count: Int
  private let base: UnsafeRawPointer

  /// Maps the regular file at `path`.
  ///
  /// - Throws: ``CheckpointError`` if it can't be opened, isn't a regular file, or can't be mapped.
  public init(path: String) throws(CheckpointError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotOpen(file: path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .cannotOpen(file: path, reason: String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .cannotOpen(file: path, reason: "it is not a regular file")
    }
    self.path = path
    count = Int(status.st_size)
    guard count > 0 else { throw .truncated(file: path, field: "the file", offset: 0, needed: 1, available: 0) }
    guard let mapping = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), mapping != MAP_FAILED else {
      throw .cannotOpen(file: path, reason: String(cString: strerror(errno)))
    }
    base = UnsafeRawPointer(mapping)
  }

  deinit {
    munmap(UnsafeMutableRawPointer(mutating: base), count)
  }

  /// Reads the mapped bytes. The buffer is valid inside `body` only.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: base, count: count))
  }

  /// The mapped bytes, for owners that keep this object alive as long as they hold the pointer.
  package var unsafeBytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }
}
