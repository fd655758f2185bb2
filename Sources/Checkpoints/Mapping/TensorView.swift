/// A typed view of a tensor's bytes in a mapped file. Holding it keeps the mapping alive.
///
/// Every view that a reader hands out is checked: its bytes lie inside the file, and their number is what type and
/// shape make it; and they begin at a multiple of ``ElementType/alignment``.
public struct TensorView: Sendable {
  /// The tensor's name in the file.
  public let name: String
  /// How its elements are stored.
  public let elementType: ElementType
  /// Its extents, outermost first (as PyTorch prints them; GGUF files store the reverse). The last is contiguous.
  public let shape: [Int]
  /// Where its bytes begin in ``file``; 0 where they had to be copied to be aligned.
  public let offset: Int
  /// The number of its bytes.
  public let byteCount: Int
  /// The mapped file, or the copy.
  public let file: MappedFile

  /// A view that the caller has checked against the file.
  package init(
    name: String, elementType: ElementType, shape: [Int], offset: Int, byteCount: Int,
    file: MappedFile
  ) {
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.offset = offset
    self.byteCount = byteCount
    self.file = file
  }

  /// The number of elements.
  public var elementCount: Int { shape.reduce(1, *) }

  /// Reads the tensor's bytes. The buffer is valid inside `body` only.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(unsafeBytes)
  }

  /// Copies the tensor's bytes from `start` on without holding memory for them; see ``MappedFile/read(at:into:)``.
  package func read(from start: Int, into bytes: UnsafeMutableRawBufferPointer) -> Bool {
    file.read(at: offset + start, into: bytes)
  }

  /// The tensor's bytes, for owners that keep this view alive as long as they hold the pointer.
  package var unsafeBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: file.unsafeBytes[offset..<offset + byteCount])
  }
}
