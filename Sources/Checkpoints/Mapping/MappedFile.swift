#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file mapped read-only into memory; unmapped when the last tensor that views it is gone.
///
/// A file that another process shortens while it is mapped can't be read safely by anyone: the operating system
/// ends the process that touches the missing pages (`SIGBUS`).
///
/// The file stays open as long as it is mapped, so that parts can also be copied from it.
///
/// `@unchecked Sendable`: the bytes are never written and never move until `deinit`, so any thread may read them.
public final class MappedFile: @unchecked Sendable {
  /// The path it was opened by.
  public let path: String
  /// Its length in bytes.
  public let count: Int
  private let base: UnsafeRawPointer
  /// The open file where `base` is a mapping of it, to be unmapped; `nil`: memory of our own, to be freed.
  private let descriptor: CInt?

  /// Maps the regular file at `path`.
  ///
  /// - Throws: ``CheckpointError`` if it can't be opened, isn't a regular file, is empty, or can't be mapped.
  public init(path: String) throws(CheckpointError) {
    // Without O_NONBLOCK, opening a named pipe waits for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .cannotOpen(file: path, reason: openFailure(path)) }
    var isMapped = false
    defer { if !isMapped { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .cannotOpen(file: path, reason: systemErrorText(errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let isDirectory = status.st_mode & S_IFMT == S_IFDIR
      throw .cannotOpen(
        file: path, reason: isDirectory ? "it is a directory" : "it is not a regular file")
    }
    self.path = path
    count = Int(status.st_size)
    guard count > 0 else {
      throw .truncated(file: path, field: "the file", offset: 0, needed: 1, available: 0)
    }
    guard let mapping = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
      mapping != MAP_FAILED
    else {
      throw .cannotOpen(file: path, reason: systemErrorText(errno))
    }
    base = UnsafeRawPointer(mapping)
    self.descriptor = descriptor
    isMapped = true
  }

  /// A copy of bytes, aligned for any element type, under a path for messages: for tensors that begin at an odd
  /// address, and for files that are in memory already.
  package init(copying bytes: UnsafeRawBufferPointer, path: String) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    copy.copyMemory(from: bytes)
    self.path = path
    count = bytes.count
    // Swift's allocation never fails, and gives an address even for no bytes.
    base = UnsafeRawPointer(copy.baseAddress.unsafelyUnwrapped)
    descriptor = nil
  }

  /// Memory of that many bytes, which `fill` must set, under a path for messages: for tensors that are stored as
  /// something else.
  init(byteCount: Int, path: String, fill: (UnsafeMutableRawBufferPointer) -> Void) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
    fill(memory)
    self.path = path
    count = byteCount
    base = UnsafeRawPointer(memory.baseAddress.unsafelyUnwrapped)
    descriptor = nil
  }

  deinit {
    if let descriptor {
      close(descriptor)
      munmap(UnsafeMutableRawPointer(mutating: base), count)
    } else {
      base.deallocate()
    }
  }

  /// Reads the mapped bytes. The buffer is valid inside `body` only.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: base, count: count))
  }

  /// Copies bytes from `offset` on out of the file itself, so that no memory is held for the mapping of them.
  ///
  /// - Returns: `false`, without an error, where the bytes are in memory already or the file can't be read like this.
  func read(at offset: Int, into bytes: UnsafeMutableRawBufferPointer) -> Bool {
    guard let descriptor else { return false }
    var done = 0
    while done < bytes.count {
      let count = pread(
        descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  /// Frees the memory that was read of a mapping; it is read again when it is next needed.
  package func releaseMemory() {
    guard descriptor != nil else { return }
    // Advice alone: where the system doesn't take it, memory is merely held longer.
    madvise(UnsafeMutableRawPointer(mutating: base), count, MADV_DONTNEED)
  }

  /// The mapped bytes, for owners that keep this object alive as long as they hold the pointer.
  package var unsafeBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base, count: count)
  }
}

extension MappedFile {
  /// Whether anything is at that path, links followed.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}

/// Why a file couldn't be opened, from the error number that was left.
private func openFailure(_ path: String) -> String {
  let number = errno
  var status = stat()
  let isLink = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  return isLink && number == ENOENT
    ? "it is a link to a file that isn't there; was the download completed?"
    : systemErrorText(number)
}

/// What the system says of an error number.
func systemErrorText(_ number: CInt) -> String { String(cString: strerror(number)) }
