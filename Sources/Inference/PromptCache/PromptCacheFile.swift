import Checkpoints
import Files
import JSON
package import LanguageModeling

/// The file of a prompt cache, read.
///
///     byte 0   "decodeKV", the version (4 bytes), 0 (4 bytes)
///     byte 16  lengths of 8 bytes each: of the key, in tokens, in blocks, of a block in bytes
///     byte 48  the digest of everything before the blocks but itself (8 bytes)
///     byte 56  the key (JSON); the tokens (4 bytes each); a digest of each block (8 bytes each); zeros up to a
///              multiple of 4096
///     then     the blocks of keys and values, as they lie in memory
///
/// Numbers are little-endian. A file ends with its last block.
package struct PromptCacheFile: Sendable {
  /// What keys and values were computed with.
  package let key: PromptCacheKey
  /// The tokens that they stand for.
  package let tokens: [TokenID]
  /// Bytes of all keys and values.
  package var byteCount: Int { blockBytes * digests.count }
  let blockBytes: Int
  private let digests: [UInt64]
  private let start: Int
  private let file: BinaryFile

  /// What a file begins with.
  package static let magic = Array("decodeKV".utf8)
  private static let version: UInt32 = 2
  private static let fixedCount = 56
  private static let alignment = 4096
  /// A key is a few hundred bytes.
  private static let longestKey = 1 << 20

  /// Whether a file begins as prompt caches do.
  package static func isThere(_ path: String) -> Bool {
    guard let file = try? BinaryFile(ifThere: path) else { return false }
    return file.bytes(0..<min(magic.count, file.count)) == magic
  }

  /// Reads what stands before the blocks; `nil` where there is no file.
  ///
  /// - Throws: ``InferenceError/promptCache(file:reason:)`` for a file that is no prompt cache, or damaged.
  package init?(ifThere path: String) throws(InferenceError) {
    guard let file = try BinaryFile(ifThere: path) else { return nil }
    func damaged(_ what: String) -> InferenceError {
      .promptCache(file: path, reason: "is damaged: \(what); remove it")
    }
    guard let fixed = file.bytes(0..<min(Self.fixedCount, file.count)),
      fixed.starts(with: Self.magic)
    else {
      throw .promptCache(file: path, reason: "is no prompt cache; give another name")
    }
    guard fixed.count == Self.fixedCount else { throw damaged("it ends in its header") }
    let version = fixed.number(at: 8) & 0xFFFF_FFFF
    guard version == UInt64(Self.version) else {
      throw .promptCache(
        file: path,
        reason: "is of version \(version), and this program reads \(Self.version); remove it")
    }
    let lengths = (0..<4).map { fixed.number(at: 16 + 8 * $0) }
    // Nothing is longer than the file, so that sums of lengths fit.
    guard lengths.allSatisfy({ $0 <= UInt64(file.count) }), lengths[0] <= UInt64(Self.longestKey)
    else { throw damaged("it is shorter than its header says") }
    let (keyCount, tokenCount, blockCount) = (
      Int(lengths[0]), Int(lengths[1]), Int(lengths[2])
    )
    let tokenStart = Self.fixedCount + keyCount
    let digestStart = tokenStart + 4 * tokenCount
    let end = digestStart + 8 * blockCount
    start = Self.aligned(end)
    blockBytes = Int(lengths[3])
    let (size, isBeyond) = blockBytes.multipliedReportingOverflow(by: blockCount)
    guard !isBeyond, start <= file.count, size == file.count - start,
      let rest = file.bytes(Self.fixedCount..<start)
    else { throw damaged("its length is not what its header says") }
    guard Self.digest(fixed, rest) == fixed.number(at: 48) else {
      throw damaged("its header is not what was written")
    }
    guard let json = try? JSONValue(parsing: Array(rest[..<keyCount])),
      let key = PromptCacheKey(json)
    else { throw damaged("its key can't be read") }
    self.key = key
    let skipped = Self.fixedCount
    tokens = (0..<tokenCount).map { index in
      TokenID(
        truncatingIfNeeded: rest.number(at: tokenStart - skipped + 4 * index, byteCount: 4))
    }
    digests = (0..<blockCount).map { rest.number(at: digestStart - skipped + 8 * $0) }
    self.file = file
  }

  /// Reads a block, and its digest while it is in the processor's cache.
  ///
  /// - Returns: whether it is what was written.
  func read(block index: Int, into bytes: inout MutableRawSpan) -> Bool {
    guard digests.indices.contains(index), bytes.byteCount == blockBytes else { return false }
    return bytes.withUnsafeMutableBytes { bytes in
      var digest = ContentDigest()
      return file.read(at: start + index * blockBytes, into: bytes, adding: &digest)
        && digest.value == digests[index]
    }
  }

  private static func aligned(_ count: Int) -> Int {
    (count + alignment - 1) / alignment * alignment
  }

  /// The digest of the fixed part but its own place, and of what follows.
  private static func digest(_ fixed: [UInt8], _ rest: [UInt8]) -> UInt64 {
    var digest = ContentDigest()
    fixed[..<48].withUnsafeBytes { digest.update($0) }
    rest.withUnsafeBytes { digest.update($0) }
    return digest.value
  }

  // MARK: - Writing

  /// Writes a file in the place of the one that stands at `path`, all at once: who reads it meanwhile, and who comes after
  /// a crash, finds the old or the new one.
  ///
  /// - Parameter blocks: hands out each block in order; it is called twice, for digests and for bytes.
  /// - Throws: ``InferenceError/promptCache(file:reason:)`` where it can't be written.
  static func write(
    _ key: PromptCacheKey, _ tokens: [TokenID], blockBytes: Int, to path: String,
    blocks: ((RawSpan) -> Bool) throws(InferenceError) -> Void
  ) throws(InferenceError) {
    var digests: [UInt64] = []
    try blocks { block in
      digests.append(block.withUnsafeBytes { ContentDigest.value(of: $0) })
      return true
    }
    let keyBytes = Array(key.json.text.utf8)
    var rest = keyBytes
    for token in tokens { rest.append(number: UInt64(UInt32(bitPattern: token)), byteCount: 4) }
    for digest in digests { rest.append(number: digest) }
    let padding = aligned(fixedCount + rest.count) - fixedCount - rest.count
    rest.append(contentsOf: repeatElement(0, count: padding))
    var fixed = magic
    fixed.append(number: UInt64(version))
    for length in [keyBytes.count, tokens.count, digests.count, blockBytes] {
      fixed.append(number: UInt64(length))
    }
    fixed.append(number: digest(fixed, rest))
    do throws(FileError) {
      var output = try OutputFile(path: path)
      try output.write(fixed + rest)
      var failure: FileError?
      var lost: InferenceError?
      do throws(InferenceError) {
        try blocks { block in
          block.withUnsafeBytes { bytes in
            do throws(FileError) { try output.write(bytes) } catch { failure = error }
          }
          return failure == nil
        }
      } catch {
        lost = error
      }
      if let failure { throw failure }
      if let lost { throw FileError(path, .write, reason: "\(lost)") }
      try output.commit()
    } catch {
      throw .promptCache(file: path, reason: error.sentence)
    }
  }
}

extension [UInt8] {
  /// A little-endian number.
  fileprivate func number(at offset: Int, byteCount: Int = 8) -> UInt64 {
    self[offset..<offset + byteCount].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  fileprivate mutating func append(number: UInt64, byteCount: Int = 8) {
    for index in 0..<byteCount { append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index))) }
  }
}
