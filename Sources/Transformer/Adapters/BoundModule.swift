import Checkpoints
import Kernels

/// What an adapter does to one module of a model, ready to run.
struct BoundModule: Sendable {
  /// The low-rank update.
  let lowRank: LowRank?
  /// Takes the module's place where it is a projection or the embedding.
  let replacement: Linear?
  /// Takes the module's place where it is a norm.
  let norm: NormWeights?
  /// Takes the place of the module's bias.
  let bias: FloatBlock?
  /// The new bias less the model's own.
  let biasShift: FloatBlock?
  /// The rows of the weight that ``lowRank`` replaces, where it is made of new rows.
  let replacedRows: Set<Int>

  /// The factors of a low-rank update in float32.
  struct LowRank: Sendable {
    /// A, `[rank, inputs]`; for an embedding its transpose, `[vocabulary, rank]`, for rows are looked up.
    let down: FloatBlock
    /// The transpose of B, `[rank, outputs]`.
    let up: FloatBlock
    /// `[outputs]`
    let upBias: FloatBlock?
    let rank: Int
    let scale: Double
    let magnitudes: DoRAMagnitudes?
    /// Whether it stands for new rows, which hold whatever weight a mix gives the adapter.
    let replacesRows: Bool

    /// s, times the weight that a mix gives the adapter.
    func factor(weight: Float) -> Double { replacesRows ? scale : Double(weight) * scale }
  }

  init(
    _ change: ModuleChange, reader: AdapterReader, weights: TransformerWeights
  ) throws(CheckpointError) {
    let module = change.module
    guard let base = weights.linear(module) else {
      lowRank = nil
      replacement = nil
      bias = nil
      biasShift = nil
      replacedRows = []
      norm = try weights.norm(module).flatMap { (base) throws(CheckpointError) in
        try Self.norm(change, of: base, reader: reader)
      }
      return
    }
    norm = nil
    var newBias: FloatBlock?
    if let tensor = change.bias {
      newBias = FloatBlock(
        try reader.outputs(tensor, shape: [base.matrix.rows], of: module))
    }
    bias = newBias
    if let weight = change.weight {
      let linear = Linear(
        weight: try reader.matrix(weight, of: module), bias: newBias ?? base.bias)
      // PEFT stores a copy of the embedding beside an update of it; a copy changes nothing.
      replacement = newBias == nil && linear.hasElements(of: base) ? nil : linear
      biasShift = nil
    } else {
      replacement = nil
      biasShift = newBias.map { new in
        FloatBlock(zip(new.array, base.bias?.array ?? []).map { $0 - $1 })
      }
    }
    replacedRows = Set(change.rows?.tokens ?? [])
    lowRank =
      if let factors = change.lowRank {
        try LowRank(factors, of: module, on: replacement ?? base, reader: reader)
      } else if let rows = change.rows {
        try LowRank(rows, of: module, on: replacement ?? base, reader: reader)
      } else {
        nil
      }
  }
}

extension BoundModule {
  /// A norm with an adapter's weight or bias instead of its own; `nil` where it changes nothing.
  private static func norm(
    _ change: ModuleChange, of base: NormWeights, reader: AdapterReader
  ) throws(CheckpointError) -> NormWeights? {
    let shape = reader.configuration.shape(of: change.module)
    var weight: FloatBlock?
    if let tensor = change.weight {
      let offset = reader.adapter.naming.normOffset
      weight = FloatBlock(
        try reader.floats(tensor, shape: shape, of: change.module).map { $0 + offset })
    }
    var bias: FloatBlock?
    if let tensor = change.bias {
      bias = FloatBlock(try reader.floats(tensor, shape: shape, of: change.module))
    }
    guard weight != nil || bias != nil else { return nil }
    return NormWeights(weight: weight ?? base.weight, bias: bias ?? base.bias)
  }
}

extension BoundModule.LowRank {
  init(
    _ factors: LowRankFactors, of module: ModelModule, on base: Linear, reader: AdapterReader
  ) throws(CheckpointError) {
    let isEmbedding = module.kind == .embedding
    let shape = reader.configuration.shape(of: module)
    let (outputs, inputs) = isEmbedding ? (shape[1], shape[0]) : (shape[0], shape[1])
    guard factors.down.shape.count == 2, factors.up.shape.count == 2 else {
      let view = factors.down.shape.count == 2 ? factors.up : factors.down
      throw reader.invalid(view, "its shape is \(view.shape), where a matrix is called for")
    }
    let rank = factors.down.shape[factors.downIsTransposed ? 1 : 0]
    guard rank > 0 else { throw reader.invalid(factors.down, "its rank is 0") }
    let down = try reader.floats(
      factors.down, shape: factors.downIsTransposed ? [inputs, rank] : [rank, inputs], of: module)
    let up = try reader.outputs(factors.up, shape: [outputs, rank], of: module)
    guard Float(factors.scale).isFinite else {
      throw reader.invalid(factors.down, "its scale is \(factors.scale)")
    }
    self.rank = rank
    scale = factors.scale
    replacesRows = false
    self.down = FloatBlock(
      factors.downIsTransposed == isEmbedding
        ? down
        : Floats.transposed(down, rows: factors.down.shape[0], columns: factors.down.shape[1]))
    self.up = FloatBlock(Floats.transposed(up, rows: outputs, columns: rank))
    upBias =
      if let tensor = factors.upBias {
        FloatBlock(try reader.outputs(tensor, shape: [outputs], of: module))
      } else {
        nil
      }
    guard let tensor = factors.magnitude else {
      magnitudes = nil
      return
    }
    let delta = LowRankDelta(down: self.down, up: self.up, rank: rank, isEmbedding: isEmbedding)
    magnitudes = DoRAMagnitudes(
      try reader.outputs(tensor, shape: [outputs], of: module), of: base, delta: delta,
      scale: scale)
    if let output = magnitudes?.firstWithoutLength {
      throw reader.invalid(
        tensor,
        "output \(output) of \(reader.configuration.name(of: module)) has a weight of length 0 or NaN"
      )
    }
  }

  /// B A, row by row of the module's weight.
  func delta(of module: ModelModule) -> LowRankDelta {
    LowRankDelta(down: down, up: up, rank: rank, isEmbedding: module.kind == .embedding)
  }
}

extension Linear {
  /// Whether every element is the same number.
  fileprivate func hasElements(of other: Linear) -> Bool {
    let count = matrix.columns
    var mine = [Float](repeating: 0, count: count)
    var theirs = mine
    for row in 0..<matrix.rows {
      read(row: row, into: &mine)
      other.read(row: row, into: &theirs)
      if mine != theirs { return false }
    }
    return true
  }
}
