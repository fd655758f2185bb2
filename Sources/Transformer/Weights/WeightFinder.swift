import Checkpoints
import Kernels

/// Looks weights up by name and checks that their shapes are those that the configuration calls for.
struct WeightFinder {
  let source: any TensorSource

  /// A matrix of `rows` × `columns`, and its bias where a name is given.
  func linear(
    _ name: String, rows: Int, columns: Int, bias: String? = nil
  ) throws(CheckpointError) -> Linear {
    let view = try find(name, shape: [rows, columns])
    return Linear(
      weight: view,
      bias: try bias.map { name throws(CheckpointError) in
        try vector(name, count: rows)
      })
  }

  /// A vector of `count` elements, as floats.
  func vector(_ name: String, count: Int) throws(CheckpointError) -> [Float] {
    let view = try find(name, shape: [count])
    return Floats.read(view)
  }

  private func find(_ name: String, shape: [Int]) throws(CheckpointError) -> TensorView {
    guard let view = source.tensor(named: name) else {
      throw .invalid(
        file: source.path, field: "tensor “\(name)”", offset: nil,
        reason: "the model's configuration calls for it and it is missing")
    }
    guard view.shape == shape else {
      throw .invalid(
        file: source.path, field: "tensor “\(name)”", offset: view.offset,
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
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let out = buffer.baseAddress, let data = view.unsafeBytes.baseAddress {
        Dequantization.float32(type, data, count: count, into: out)
      }
      initialized = count
    }
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
