/// The weights of a directory whose matrices mlx quantised: for a module X the tensors `X.weight`, packed into words of
/// 32 bits, and `X.scales` and `X.biases`, one each for a group of a row.
///
/// Each matrix is handed out in a type of this package that stands for the very same numbers: 4 bits as
/// ``ElementType/q4_1``, whose blocks have a scale and a bias too, where those are half floats without loss, as they
/// nearly always are; and as ``ElementType/float32`` else, and for 8 bits. (A copy is made: memory is taken for it.)
/// Tensors that aren't quantised are those of the files.
public struct MLXCheckpoint: TensorSource {
  /// A matrix in its three tensors, checked against each other.
  private struct Matrix: Sendable {
    let name: String
    let format: MLXQuantization.Format
    /// Rows and columns of the matrix that it stands for.
    let shape: [Int]
    let packed: RawTensor
    /// One for a group, row after row.
    let scales: [Float]
    let biases: [Float]

    /// What it is handed out as.
    var elementType: ElementType {
      let isHalf = { (value: Float) in Float(Float16(value)) == value }
      return format.bits == 4 && scales.allSatisfy(isHalf) && biases.allSatisfy(isHalf)
        ? .q4_1 : .float32
    }
  }

  private let base: SafetensorsCheckpoint
  private let matrices: [String: Matrix]
  /// Every tensor's name, scales and biases of matrices aside.
  public let tensorNames: [String]

  /// The directory.
  public var path: String { base.path }

  /// Checks that every quantised matrix has its scales and biases, in shapes that agree.
  ///
  /// - Throws: ``CheckpointError`` that names the tensor.
  public init(
    _ checkpoint: SafetensorsCheckpoint, quantization: MLXQuantization
  ) throws(CheckpointError) {
    base = checkpoint
    var matrices: [String: Matrix] = [:]
    var parts: Set<String> = []
    for name in checkpoint.tensorNames where name.hasSuffix(".scales") {
      let module = String(name.dropLast(".scales".count))
      let matrix = try Self.matrix(
        module, quantization.format(of: module), in: checkpoint)
      matrices[matrix.name] = matrix
      parts.formUnion([name, "\(module).biases"])
    }
    self.matrices = matrices
    tensorNames = checkpoint.tensorNames.filter { !parts.contains($0) }
  }

  private static func matrix(
    _ module: String, _ format: MLXQuantization.Format, in checkpoint: SafetensorsCheckpoint
  ) throws(CheckpointError) -> Matrix {
    let name = "\(module).weight"
    let scales = try checkpoint.requiredTensor(named: "\(module).scales")
    let biases = try checkpoint.requiredTensor(named: "\(module).biases")
    guard let packed = checkpoint.rawTensor(named: name) else {
      throw .invalid(
        file: checkpoint.path, field: "tensor \(quoted(name))", offset: nil, reason: "is missing")
    }
    func invalid(_ reason: String) -> CheckpointError {
      .invalid(
        file: packed.file.path, field: "tensor \(quoted(name))", offset: packed.offset,
        reason: reason)
    }
    guard packed.typeName == "U32", packed.shape.count == 2 else {
      throw invalid(
        "is of type \(packed.typeName) and shape \(packed.shape), "
          + "where its scales call for a matrix of packed words (U32)")
    }
    let (words, overflow) = packed.shape[1].multipliedReportingOverflow(by: 32)
    let columns = words / format.bits
    guard !overflow, columns % format.groupSize == 0,
      scales.shape == [packed.shape[0], columns / format.groupSize], biases.shape == scales.shape
    else {
      throw invalid(
        "its shape is \(packed.shape), of its scales \(scales.shape) and biases \(biases.shape), "
          + "which don't agree for \(format.bits) bits in groups of \(format.groupSize)")
    }
    return Matrix(
      name: name, format: format, shape: [packed.shape[0], columns], packed: packed,
      scales: MLXUnpacking.floats(scales), biases: MLXUnpacking.floats(biases))
  }

  /// What the files say of each tensor; of a quantised matrix, what it is handed out as.
  public var tensorDescriptions: [TensorDescription] {
    let known = Set(tensorNames)
    return base.tensorDescriptions.filter { known.contains($0.name) }.map { description in
      guard let matrix = matrices[description.name] else { return description }
      let type = matrix.elementType
      return TensorDescription(
        name: matrix.name, typeName: type.rawValue, elementType: type, shape: matrix.shape,
        byteCount: type.byteCount(shape: matrix.shape) ?? 0)
    }
  }

  /// The tensor of that name, a quantised matrix as floats or blocks.
  public func tensor(named name: String) -> TensorView? {
    guard let matrix = matrices[name] else { return base.tensor(named: name) }
    return Self.view(of: matrix)
  }

  private static func view(of matrix: Matrix) -> TensorView? {
    let (scales, biases) = (matrix.scales, matrix.biases)
    let type = matrix.elementType
    guard let byteCount = type.byteCount(shape: matrix.shape) else { return nil }
    let packed = matrix.packed.unsafeBytes
    let file = MappedFile(byteCount: byteCount, path: matrix.packed.file.path) { bytes in
      if type == .q4_1 {
        MLXUnpacking.blocks(
          packed, scales: scales, biases: biases, groupSize: matrix.format.groupSize, into: bytes)
      } else {
        MLXUnpacking.elements(
          packed, scales: scales, biases: biases, format: matrix.format, into: bytes)
      }
    }
    return TensorView(
      name: matrix.name, elementType: type, shape: matrix.shape, offset: 0, byteCount: byteCount,
      file: file)
  }
}
