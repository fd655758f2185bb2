import Kernels

/// The scratch memory of a forward pass over up to ``rowCapacity`` rows.
struct Activations {
  /// The maximum number of rows that pass through the layers together. Longer inputs go in turns.
  static let maximumRowCount = 256

  let rowCapacity: Int
  let residual: AlignedBuffer<Float>  // [rows, hidden]
  let normed: AlignedBuffer<Float>  // [rows, hidden]
  let queries: AlignedBuffer<Float>  // [rows, heads · headDim]
  let keys: AlignedBuffer<Float>  // [rows, kvHeads · headDim]
  let values: AlignedBuffer<Float>  // [rows, kvHeads · headDim]
  let attended: AlignedBuffer<Float>  // [rows, heads · headDim]
  let gate: AlignedBuffer<Float>  // [rows, intermediate]
  let up: AlignedBuffer<Float>  // [rows, intermediate]
  /// `nil` where there are no experts.
  let experts: ExpertActivations?
  let positions: AlignedBuffer<Int32>  // [rows]
  let horizons: AlignedBuffer<Int32>  // [rows]: the last position that each attends to
  let scales: AlignedBuffer<Float>  // [rows]: on the queries, where they grow with the position
  let blockTables: AlignedBuffer<Attention.BlockTable?>  // [rows]

  init(_ configuration: TransformerConfiguration, rowCapacity rows: Int) throws(KernelError) {
    rowCapacity = rows
    residual = try AlignedBuffer(count: rows * configuration.hiddenSize)
    normed = try AlignedBuffer(count: rows * configuration.hiddenSize)
    queries = try AlignedBuffer(count: rows * configuration.queryWidth)
    keys = try AlignedBuffer(count: rows * configuration.keyValueWidth)
    values = try AlignedBuffer(count: rows * configuration.keyValueWidth)
    attended = try AlignedBuffer(count: rows * configuration.queryWidth)
    gate = try AlignedBuffer(count: rows * configuration.intermediateSize)
    up = try AlignedBuffer(count: rows * configuration.intermediateSize)
    experts = try configuration.block.experts.map { (shape) throws(KernelError) in
      try ExpertActivations(shape, configuration, rowCapacity: rows)
    }
    positions = try AlignedBuffer(count: rows)
    horizons = try AlignedBuffer(count: rows)
    scales = try AlignedBuffer(count: rows)
    blockTables = try AlignedBuffer(count: rows)
  }
}

/// The scratch memory of a layer's experts.
struct ExpertActivations {
  let scores: AlignedBuffer<Float>  // [rows, experts]
  let chosen: AlignedBuffer<Int32>  // [rows, perToken]
  let weights: AlignedBuffer<Float>  // [rows, perToken]
  let input: AlignedBuffer<Float>  // [rows, hidden]: of the rows that one expert gets
  let output: AlignedBuffer<Float>  // [rows, hidden]: of the same
  let sum: AlignedBuffer<Float>  // [rows, hidden]
  let members: AlignedBuffer<Int32>  // [rows]: which those are
  let shares: AlignedBuffer<Float>  // [rows]: and what they give that expert

  init(
    _ shape: ExpertShape, _ configuration: TransformerConfiguration, rowCapacity rows: Int
  ) throws(KernelError) {
    scores = try AlignedBuffer(count: rows * shape.count)
    chosen = try AlignedBuffer(count: rows * shape.perToken)
    weights = try AlignedBuffer(count: rows * shape.perToken)
    input = try AlignedBuffer(count: rows * configuration.hiddenSize)
    output = try AlignedBuffer(count: rows * configuration.hiddenSize)
    sum = try AlignedBuffer(count: rows * configuration.hiddenSize)
    members = try AlignedBuffer(count: rows)
    shares = try AlignedBuffer(count: rows)
  }
}
