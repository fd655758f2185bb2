internal import Files

/// A file mapped read-only into memory; unmapped when the last tensor that views it is gone.
///
/// A file that another process shortens while it is mapped can't be read safely by anyone: the operating system
/// ends the process that touches the missing pages (`SIGBUS`). The `decode` command says which file it was.
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
  /// What `base` belongs to; `nil`: memory of our own, to be freed.
  private let mapping: FileMapping?

  /// Maps the regular file at `path`.
  ///
  /// - Throws: ``CheckpointError`` if it can't be opened, isn't a regular file, is empty, or can't be mapped.
  public init(path: String) throws(CheckpointError) {
    let mapping: FileMapping?
    do throws(FileError) {
      mapping = try FileMapping(InputFile(path, .regular))
    } catch {
      throw CheckpointError(error)
    }
    guard let mapping else {
      throw .truncated(file: path, field: "the file", offset: 0, needed: 1, available: 0)
    }
    self.path = path
    self.mapping = mapping
    base = mapping.base
    count = mapping.count
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
    mapping = nil
  }

  /// Memory of that many bytes, which `fill` must set, under a path for messages: for tensors that are stored as
  /// something else.
  init(byteCount: Int, path: String, fill: (UnsafeMutableRawBufferPointer) -> Void) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
    fill(memory)
    self.path = path
    count = byteCount
    base = UnsafeRawPointer(memory.baseAddress.unsafelyUnwrapped)
    mapping = nil
  }

  deinit {
    if mapping == nil { base.deallocate() }
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
    mapping?.read(at: offset, into: bytes) ?? false
  }

  /// Frees the memory that was read of a mapping; it is read again when it is next needed.
  package func releaseMemory() { mapping?.releaseMemory() }

  /// The mapped bytes, for owners that keep this object alive as long as they hold the pointer.
  package var unsafeBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base, count: count)
  }
}
