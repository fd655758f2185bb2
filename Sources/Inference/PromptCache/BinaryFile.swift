#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A regular file that is read at any place. What it lacks is told, so that a file which is cut short by others while it
/// is read does no harm.
final class BinaryFile {
  let path: String
  let count: Int
  private let descriptor: CInt

  /// Opens the file at `path`; `nil` where nothing is there.
  init?(ifThere path: String) throws(InferenceError) {
    // Without O_NONBLOCK, opening a named pipe waits for a writer.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      guard errno == ENOENT else {
        throw .promptCache(file: path, reason: "can't be opened: \(Self.lastError)")
      }
      return nil
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .promptCache(file: path, reason: "is not a regular file")
    }
    self.path = path
    count = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills `bytes` with what stands from `offset` on.
  ///
  /// - Returns: whether all of it was there.
  func read(at offset: Int, into bytes: UnsafeMutableRawBufferPointer) -> Bool {
    var done = 0
    while done < bytes.count {
      let part = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
      let count = pread(descriptor, part.baseAddress, part.count, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  /// The bytes of a range, or `nil` where they aren't all there.
  func bytes(_ range: Range<Int>) -> [UInt8]? {
    var isRead = false
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      let whole = UnsafeMutableRawBufferPointer(
        rebasing: UnsafeMutableRawBufferPointer(buffer)[..<range.count])
      isRead = read(at: range.lowerBound, into: whole)
      count = isRead ? range.count : 0
    }
    return isRead ? bytes : nil
  }

  private static var lastError: String { String(cString: strerror(errno)) }
}
