package import Checkpoints
import Kernels

/// Looks weights up by name, checks that their shapes are those that the configuration calls for, and keeps account of
/// what was asked for.
struct WeightFinder {
  let source: any TensorSource
  let naming: TensorNaming
  let configuration: TransformerConfiguration
  private var found: Set<String> = []

  init(source: any TensorSource, naming: TensorNaming, configuration: TransformerConfiguration) {
    self.source = source
    self.naming = naming
    self.configuration = configuration
  }

  /// The matrix of a module, and its bias where it has one.
  mutating func linear(_ module: ModelModule) throws(CheckpointError) -> Linear {
    let weight =
      if case .layer(let layer, let part) = module, let fused = naming.fused(part) {
        try slice(of: fused, part, layer: layer)
      } else if case .expert(_, let expert, let part) = module, let stacked = naming.stacked(part) {
        try slice(of: stacked, part, expert: expert, name: naming.name(of: module))
      } else {
        try matrix(
          "\(naming.name(of: module)).weight", shape: configuration.shape(of: module),
          isTransposed: naming.isTransposed && module.isOfLayer)
      }
    return Linear(weight: weight, bias: configuration.hasBias(module) ? try bias(module) : nil)
  }

  /// The bias of a module.
  mutating func bias(_ module: ModelModule) throws(CheckpointError) -> FloatBlock {
    let count = configuration.shape(of: module)[0]
    guard case .layer(let layer, let part) = module, let fused = naming.fused(part) else {
      return FloatBlock(Floats.read(try find("\(naming.name(of: module)).bias", shape: [count])))
    }
    let whole = Floats.read(
      try find(
        "\(naming.name(of: .layer(layer, part))).bias", shape: [fused.rowCount(configuration)]))
    return FloatBlock(fused.rows(of: part, configuration).flatMap { whole[$0] })
  }

  /// The weights of a norm; ones where norms have none.
  mutating func norm(_ module: ModelModule) throws(CheckpointError) -> NormWeights {
    let shape = configuration.shape(of: module)
    guard configuration.block.normsHaveWeights else {
      return NormWeights(
        weight: FloatBlock([Float](repeating: 1, count: shape.reduce(1, *))), bias: nil)
    }
    var weight = Floats.read(try find("\(naming.name(of: module)).weight", shape: shape))
    if naming.normOffset != 0 { for index in weight.indices { weight[index] += naming.normOffset } }
    return NormWeights(
      weight: FloatBlock(weight), bias: configuration.hasBias(module) ? try bias(module) : nil)
  }

  /// The vectors that are added for positions.
  mutating func positions() throws(CheckpointError) -> Linear {
    Linear(
      weight: try find(
        "\(naming.positions ?? "positions").weight",
        shape: [configuration.contextLength, configuration.hiddenSize]), bias: nil)
  }

  /// Throws if a layer has a tensor that isn't used: leaving out a bias or a norm would change the results.
  func checkThatLayersAreUsedUp() throws(CheckpointError) {
    for name in source.tensorNames where !found.contains(name) {
      guard let layer = naming.layer(of: name), layer < configuration.layerCount,
        !TensorNaming.derivedSuffixes.contains(where: name.hasSuffix)
      else { continue }
      throw .unsupported(
        file: source.path, field: "tensor '\(name)'", offset: nil,
        what: "a weight that the configured architecture has no place for")
    }
  }

  /// A part's rows of a tensor that it shares: a view where they lie together, else a copy.
  private mutating func slice(
    of fused: FusedTensor, _ part: LayerPart, layer: Int
  ) throws(CheckpointError) -> TensorView {
    let columns = configuration.shape(of: .layer(layer, part))[1]
    let whole = try matrix(
      "\(naming.name(of: .layer(layer, part))).weight",
      shape: [fused.rowCount(configuration), columns], isTransposed: naming.isTransposed)
    return whole.rows(fused.rows(of: part, configuration))
  }

  /// One expert's rows of a tensor of all experts.
  private mutating func slice(
    of stacked: FusedTensor, _ part: LayerPart, expert: Int, name: String
  ) throws(CheckpointError) -> TensorView {
    let count = stacked.rowCount(configuration)
    let columns = configuration.shape(of: .layer(0, part))[1]
    let whole = try find(
      "\(name).weight", shape: [configuration.block.experts?.count ?? 0, count, columns])
    let matrix = TensorView(
      name: whole.name, elementType: whole.elementType, shape: [whole.shape[0] * count, columns],
      offset: whole.offset, byteCount: whole.byteCount, file: whole.file)
    let start = expert * count
    return matrix.rows(
      stacked.rows(of: part, configuration).map { start + $0.lowerBound..<start + $0.upperBound })
  }

  private mutating func matrix(
    _ name: String, shape: [Int], isTransposed: Bool
  ) throws(CheckpointError) -> TensorView {
    guard isTransposed else { return try find(name, shape: shape) }
    let view = try find(name, shape: shape.reversed())
    guard let transposed = view.transpose() else {
      throw .unsupported(
        file: source.path, field: "tensor '\(name)'", offset: view.offset,
        what: "a quantised matrix in this family's order")
    }
    return transposed
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

extension TensorView {
  /// Some rows of a matrix: a view of the same memory where they lie together, else a copy.
  package func rows(_ ranges: [Range<Int>]) -> TensorView {
    let rowBytes = shape[0] > 0 ? byteCount / shape[0] : 0
    let count = ranges.reduce(0) { $0 + $1.count }
    let shape = [count] + shape.dropFirst()
    if ranges.count == 1, let range = ranges.first {
      let start = offset + range.lowerBound * rowBytes
      if start.isMultiple(of: elementType.alignment) {
        return TensorView(
          name: name, elementType: elementType, shape: shape, offset: start,
          byteCount: count * rowBytes, file: file)
      }
    }
    let bytes = unsafeBytes
    let copy = ranges.flatMap { bytes[$0.lowerBound * rowBytes..<$0.upperBound * rowBytes] }
    return TensorView(
      name: name, elementType: elementType, shape: shape, offset: 0, byteCount: copy.count,
      file: copy.withUnsafeBytes { MappedFile(copying: $0, path: file.path) })
  }

  /// The transpose of a matrix of plain floats, as a copy; `nil` for blocks.
  package func transpose() -> TensorView? {
    guard elementType.blockElements == 1, shape.count == 2 else { return nil }
    let (rows, columns, size) = (shape[0], shape[1], elementType.blockBytes)
    var copy = [UInt8](repeating: 0, count: byteCount)
    withUnsafeBytes { bytes in
      copy.withUnsafeMutableBytes { copy in
        guard let from = bytes.baseAddress, let to = copy.baseAddress else { return }
        for row in 0..<rows {
          for column in 0..<columns {
            (to + (column * rows + row) * size).copyMemory(
              from: from + (row * columns + column) * size, byteCount: size)
          }
        }
      }
    }
    return TensorView(
      name: name, elementType: elementType, shape: [columns, rows], offset: 0,
      byteCount: copy.count,
      file: copy.withUnsafeBytes { MappedFile(copying: $0, path: file.path) })
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
