#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file, a pipe or a device that is written where it stands, piece by piece, so that others can read along and a run
/// can go on with it. Of a regular file, what stays after a failure is whole pieces, and nothing of one that holds none.
package final class LineFile {
  /// The path that it was opened by.
  package let path: String
  /// The open file.
  package let descriptor: CInt
  /// Bytes of what is whole.
  private var byteCount: off_t
  /// Whether the file may still hold what it held before.
  private var holdsOldContents: Bool
  /// The file as long as it is new and holds nothing whole.
  private var unfinished: NewFile?

  /// Opens the file at `path`, making it where there is none. What it held goes when the first piece is written, so that
  /// a run that fails before leaves it alone.
  package init(_ path: String) throws(FileError) {
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC
    var descriptor = FileName.withPointer(path) { open($0, flags | O_EXCL, 0o666) }
    if descriptor >= 0 {
      unfinished = NewFile(path)
    } else if errno == EEXIST {
      descriptor = FileName.withPointer(path) { open($0, flags, 0o666) }
    }
    guard descriptor >= 0 else { throw FileError(path, .write) }
    self.path = path
    self.descriptor = descriptor
    byteCount = 0
    holdsOldContents = true
  }

  /// Opens the file at `path` to go on after its first `byteCount` bytes; what follows them goes.
  package init(_ path: String, after byteCount: Int) throws(FileError) {
    let descriptor = FileName.withPointer(path) {
      open($0, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    }
    guard descriptor >= 0 else { throw FileError(path, .write) }
    self.path = path
    self.descriptor = descriptor
    self.byteCount = off_t(byteCount)
    holdsOldContents = false
    guard ftruncate(descriptor, off_t(byteCount)) == 0,
      lseek(descriptor, off_t(byteCount), SEEK_SET) >= 0
    else {
      throw FileError(
        path, .write,
        reason: "it can't be gone on with: \(FileError.lastReason); that needs a regular file")
    }
  }

  deinit {
    close(descriptor)
    unfinished?.remove()
  }

  /// Writes a piece. Where that fails, what was written of it goes.
  package func write(_ bytes: [UInt8]) throws(FileError) {
    if holdsOldContents {
      holdsOldContents = false
      // Devices and pipes have nothing to cut off, and refuse.
      _ = ftruncate(descriptor, 0)
    }
    do throws(FileError) {
      try Descriptor.write(bytes, to: descriptor, name: path)
    } catch {
      _ = ftruncate(descriptor, byteCount)
      throw error
    }
    byteCount += off_t(bytes.count)
    unfinished = nil
  }

  /// A file that this process made.
  private final class NewFile {
    private let path: String
    private let unfinished: UnfinishedPath

    init(_ path: String) {
      self.path = path
      unfinished = UnfinishedPath(path)
    }

    func remove() { FileName.withPointer(path) { _ = unlink($0) } }
  }
}
