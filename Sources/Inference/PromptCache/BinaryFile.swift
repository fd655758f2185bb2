import Files

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A regular file that is read at any place. What it lacks is told, so that a file which is cut short by others while it
/// is read does no harm.
final class BinaryFile: Sendable {
  let count: Int
  private let file: InputFile

  /// What is read at a time where it is looked at at once: it stays in the second-level cache.
  private static let pieceBytes = 128 << 10

  /// Opens the file at `path`; `nil` where nothing is there.
  init?(ifThere path: String) throws(InferenceError) {
    guard FileKind.isTaken(path) else { return nil }
    do throws(FileError) {
      file = try InputFile(path, .regular)
    } catch {
      throw .promptCache(file: path, reason: error.sentence)
    }
    count = file.byteCount ?? 0
  }

  /// Fills `bytes` with what stands from `offset` on.
  ///
  /// - Returns: whether all of it was there.
  func read(at offset: Int, into bytes: UnsafeMutableRawBufferPointer) -> Bool {
    var done = 0
    while done < bytes.count {
      let part = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
      let count = pread(file.descriptor, part.baseAddress, part.count, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  /// Fills `bytes` with what stands from `offset` on, and adds them to a digest while they are in the processor's cache.
  ///
  /// - Returns: whether all of it was there.
  func read(
    at offset: Int, into bytes: UnsafeMutableRawBufferPointer, adding digest: inout ContentDigest
  ) -> Bool {
    for start in stride(from: 0, to: bytes.count, by: Self.pieceBytes) {
      let end = min(start + Self.pieceBytes, bytes.count)
      let piece = UnsafeMutableRawBufferPointer(rebasing: bytes[start..<end])
      guard read(at: offset + start, into: piece) else { return false }
      digest.update(UnsafeRawBufferPointer(piece))
    }
    return true
  }

  /// The digest of `count` bytes from `offset` on; `nil` where they aren't all there.
  func digest(at offset: Int, count: Int) -> UInt64? {
    withUnsafeTemporaryAllocation(byteCount: Self.pieceBytes, alignment: 64) { buffer in
      var digest = ContentDigest()
      for start in stride(from: offset, to: offset + count, by: buffer.count) {
        let rest = min(buffer.count, offset + count - start)
        let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<rest])
        guard read(at: start, into: piece) else { return nil }
        digest.update(UnsafeRawBufferPointer(piece))
      }
      return digest.value
    }
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
}
