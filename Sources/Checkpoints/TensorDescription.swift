/// What a file says of a tensor, whether or not its element type can be read.
public struct TensorDescription: Hashable, Sendable {
  /// The tensor's name in the file.
  public let name: String
  /// The element type as the file's format spells it (`F32`, `Q4_K`, `I64`, …).
  public let typeName: String
  /// The element type, or `nil` for one that has no ``TensorView`` (integers, booleans, 8-bit floats).
  public let elementType: ElementType?
  /// Its extents, outermost first.
  public let shape: [Int]
  /// The number of its bytes in the file.
  public let byteCount: Int

  /// A description with every field given.
  public init(
    name: String, typeName: String, elementType: ElementType?, shape: [Int], byteCount: Int
  ) {
    self.name = name
    self.typeName = typeName
    self.elementType = elementType
    self.shape = shape
    self.byteCount = byteCount
  }
}
