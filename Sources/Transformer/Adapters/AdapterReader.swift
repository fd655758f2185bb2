import Checkpoints

/// Brings an adapter's tensors to the shapes, the float type and the order of rows that a model wants, and refuses what
/// doesn't fit.
struct AdapterReader {
  let adapter: Adapter
  let configuration: TransformerConfiguration

  func invalid(_ view: TensorView, _ reason: String) -> CheckpointError {
    .invalid(
      file: view.file.path, field: "tensor '\(view.name)'", offset: view.offset, reason: reason)
  }

  /// The elements of a tensor of that shape.
  func floats(
    _ view: TensorView, shape: [Int], of module: ModelModule
  ) throws(CheckpointError) -> [Float] {
    try check(view, shape: shape, of: module)
    let floats = Floats.read(view)
    guard floats.allSatisfy(\.isFinite) else {
      throw invalid(view, "holds a NaN or an infinity: the file is damaged")
    }
    return floats
  }

  /// The elements of a matrix, or a vector, whose first extent is the module's output.
  func outputs(
    _ view: TensorView, shape: [Int], of module: ModelModule
  ) throws(CheckpointError) -> [Float] {
    let floats = try floats(view, shape: shape, of: module)
    guard let order = rowOrder(of: module) else { return floats }
    let width = floats.count / shape[0]
    return order.flatMap { floats[$0 * width..<($0 + 1) * width] }
  }

  /// A matrix that takes the place of a module's weight: a view of the file where the rows are in order.
  func matrix(_ view: TensorView, of module: ModelModule) throws(CheckpointError) -> TensorView {
    let shape = configuration.shape(of: module)
    try check(view, shape: shape, of: module)
    guard Floats.areFinite(view) else {
      throw invalid(view, "holds a NaN or an infinity: the file is damaged")
    }
    guard let order = rowOrder(of: module) else { return view }
    let bytes = view.unsafeBytes
    let width = bytes.count / shape[0]
    let ordered = order.flatMap { bytes[$0 * width..<($0 + 1) * width] }
    return TensorView(
      name: view.name, elementType: view.elementType, shape: shape, offset: 0,
      byteCount: ordered.count,
      file: ordered.withUnsafeBytes { MappedFile(copying: $0, path: view.file.path) })
  }

  private func check(
    _ view: TensorView, shape: [Int], of module: ModelModule
  ) throws(CheckpointError) {
    guard view.shape == shape else {
      throw invalid(
        view,
        "its shape is \(view.shape), and \(configuration.name(of: module)) of this model calls for \(shape): the adapter was made for another model"
      )
    }
  }

  /// For each row of the model's matrix, the row of the adapter's; `nil` where they are the same.
  private func rowOrder(of module: ModelModule) -> [Int]? {
    configuration.rowOrder(
      of: module, from: adapter.naming.pairing, to: configuration.rotaryEmbedding.pairing)
  }
}

extension TransformerConfiguration {
  /// For each row of a module's matrix in one order, the row in another; `nil` where they are the same.
  ///
  /// GGUF files of `llama` hold, inside each head, the pairs that are turned together side by side; Hugging Face's
  /// layout has them half a head apart.
  func rowOrder(
    of module: ModelModule, from source: RotaryEmbedding.Pairing,
    to target: RotaryEmbedding.Pairing
  ) -> [Int]? {
    guard module.isRotated, source != target else { return nil }
    return (0..<shape(of: module)[0]).map { row in
      let place = row % headDimension
      let sourcePlace =
        target == .interleaved
        ? place / 2 + place % 2 * (headDimension / 2)
        : place % (headDimension / 2) * 2 + place / (headDimension / 2)
      return row - place + sourcePlace
    }
  }
}
