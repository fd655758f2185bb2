internal import CGuard

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A regular file mapped read-only into memory, and open as long as it is mapped, so that parts can also be copied from
/// it.
///
/// Touching a page that the file no longer has, because another process cut it short, or that its disk can't give, is
/// `SIGBUS`, whose default is to end the process. A program that called ``ProcessGuard/install()`` ends with a sentence
/// that names the file instead. That costs a place in a table for each mapping, and nothing where pages are read.
package final class FileMapping {
  /// The first byte.
  package let base: UnsafeRawPointer
  /// The number of bytes, at least 1.
  package let count: Int
  private let file: InputFile
  private let place: Int32

  /// Maps a file; `nil` where it is empty.
  package init?(_ file: consuming InputFile) throws(FileError) {
    guard let count = file.byteCount, count > 0 else { return nil }
    guard let mapping = mmap(nil, count, PROT_READ, MAP_PRIVATE, file.descriptor, 0),
      mapping != MAP_FAILED
    else { throw FileError(file.path, .open) }
    base = UnsafeRawPointer(mapping)
    self.count = count
    place = FileName.withPointer(file.path) { guard_add_mapping(mapping, count, $0) }
    self.file = file
  }

  deinit {
    guard_remove_mapping(place)
    munmap(UnsafeMutableRawPointer(mutating: base), count)
  }

  /// Copies bytes from `offset` on out of the file itself, so that no memory is held for the mapping of them.
  ///
  /// - Returns: `false`, without an error, where the file can't be read like this.
  package func read(at offset: Int, into bytes: UnsafeMutableRawBufferPointer) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = pread(
        file.descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done,
        off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  /// Frees the memory that was read; it is read again when it is next needed.
  package func releaseMemory() {
    // Advice alone: where the system doesn't take it, memory is merely held longer.
    madvise(UnsafeMutableRawPointer(mutating: base), count, MADV_DONTNEED)
  }
}
