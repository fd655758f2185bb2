import Checkpoints
import Kernels

/// Looks weights up by name, checks that their shapes are those that the configuration calls for, and keeps account of
/// what was asked for.
struct WeightFinder {
  let source: any TensorSource
  private var found: Set<String> = []

  init(source: any TensorSource) {
    self.source = source
  }

  /// The matrix of a module, `rows` × `columns`, and its bias where it has one.
  mutating func linear(
    _ name: String, rows: Int, columns: Int, bias: Bool = false
  ) throws(CheckpointError) -> Linear {
    let weight = try find("\(name).weight", shape: [rows, columns])
    return Linear(
      weight: weight,
      bias: bias ? FloatBlock(Floats.read(try find("\(name).bias", shape: [rows]))) : nil)
  }

  /// The vector of a module, `count` elements.
  mutating func vector(_ name: String, count: Int) throws(CheckpointError) -> FloatBlock {
    FloatBlock(Floats.read(try find("\(name).weight", shape: [count])))
  }

  /// Throws if a layer has a tensor that nobody asked for: leaving out a bias or a norm would change the results.
  func checkThatLayersAreUsedUp(_ naming: TensorNaming, layerCount: Int) throws(CheckpointError) {
    for name in source.tensorNames where !found.contains(name) {
      guard let layer = naming.layer(of: name), layer < layerCount,
        !TensorNaming.derivedSuffixes.contains(where: name.hasSuffix)
      else { continue }
      throw .unsupported(
        file: source.path, field: "tensor '\(name)'", offset: nil,
        what: "a weight that the configured architecture has no place for")
    }
  }

  private mutating func find(_ name: String, shape: [Int]) throws(CheckpointError) -> TensorView {
    let view = try source.requiredTensor(named: name)
    found.insert(name)
    guard view.shape == shape else {
      throw .invalid(
        file: source.path, field: "tensor '\(name)'", offset: view.offset,
        reason: "its shape is \(view.shape), and the model's configuration calls for \(shape)")
    }
    return view
  }
}

/// Tensors brought to float32 outside a session, with the plain kernels.
enum Floats {
  static func read(_ view: TensorView) -> [Float] {
    let type = StorageType(view.elementType)
    let count = view.elementCount
    // A copy, so that the pages around the tensor aren't mapped with it.
    var copy = [UInt8](repeating: 0, count: view.byteCount)
    let isCopied = copy.withUnsafeMutableBytes { view.read(from: 0, into: $0) }
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      copy.withUnsafeBytes { copy in
        let bytes = isCopied ? copy : view.unsafeBytes
        if let out = buffer.baseAddress, let data = bytes.baseAddress {
          InstructionSet.best.dequantize(type, data, count: count, into: out)
        }
      }
      initialized = count
    }
  }

  /// Whether every element is a finite number.
  static func areFinite(_ view: TensorView) -> Bool {
    // A row at a time: a tensor may be large.
    let type = StorageType(view.elementType)
    let columns = view.shape.last ?? 1
    guard columns > 0, let data = view.unsafeBytes.baseAddress else { return true }
    let rows = view.elementCount / columns
    var row = [Float](repeating: 0, count: columns)
    return (0..<rows).allSatisfy { index in
      row.withUnsafeMutableBufferPointer { buffer in
        guard let out = buffer.baseAddress else { return true }
        InstructionSet.best.dequantize(
          type, data + index * (view.byteCount / rows), count: columns, into: out)
        return buffer.allSatisfy(\.isFinite)
      }
    }
  }

  /// The transpose of a row-major matrix.
  static func transposed(_ matrix: [Float], rows: Int, columns: Int) -> [Float] {
    var result = matrix
    for row in 0..<rows {
      for column in 0..<columns { result[column * rows + row] = matrix[row * columns + column] }
    }
    return result
  }
}

extension StorageType {
  /// The kernels' name for a checkpoint's element type.
  init(_ type: ElementType) {
    self =
      switch type {
      case .float32: .float32
      case .float16: .float16
      case .bfloat16: .bfloat16
      case .q4_0: .q4_0
      case .q4_1: .q4_1
      case .q5_0: .q5_0
      case .q5_1: .q5_1
      case .q8_0: .q8_0
      case .q2_K: .q2_K
      case .q3_K: .q3_K
      case .q4_K: .q4_K
      case .q5_K: .q5_K
      case .q6_K: .q6_K
      case .iq4_NL: .iq4_NL
      }
  }
}
