import Checkpoints
import Kernels
import LanguageModeling

/// A projection or an embedding with its updates merged in, one after the other as they are run: W + w s B A, and DoRA's
/// m / ‖…‖ on what is there then.
struct MergedMatrix: Sendable {
  /// A low-rank update at the weight that a mix gives it.
  private struct Update: Sendable {
    let delta: LowRankDelta
    let factor: Float
    let upBias: FloatBlock?
    /// For each output.
    let gains: [Float]?
  }

  private let linear: Linear
  private let updates: [Update]
  private let isEmbedding: Bool
  /// For each row of Hugging Face's layout, the model's; `nil`: the same.
  private let order: [Int]?
  private let biasOfModel: [Float]?

  /// `nil` for a module that has no matrix.
  init?(
    _ module: ModelModule, parts: [(part: AdapterMix.Part, bound: BoundModule)],
    model: TransformerModel
  ) {
    guard let base = model.weights.linear(module) else { return nil }
    linear = parts.lazy.compactMap(\.bound.replacement).first ?? base
    isEmbedding = module.kind == .embedding
    updates = parts.compactMap { part, bound in
      bound.lowRank.map { lowRank in
        Update(
          delta: lowRank.delta(of: module), factor: Float(lowRank.factor(weight: part.weight)),
          upBias: lowRank.upBias,
          gains: lowRank.magnitudes?.gains(weight: Double(part.weight)))
      }
    }
    order =
      model.configuration.rowOrder(
        of: module, from: model.configuration.rotaryEmbedding.pairing,
        to: model.configuration.moduleNames.pairing)
    let replaced = parts.lazy.compactMap(\.bound.bias).first
    biasOfModel = (replaced ?? linear.bias)?.array
  }

  /// The number of columns.
  var columnCount: Int { linear.matrix.columns }

  /// The number of rows.
  var rowCount: Int { linear.matrix.rows }

  /// One row of the merged weight, in Hugging Face's order.
  func row(_ index: Int) -> [Float] {
    let source = order?[index] ?? index
    var row = [Float](repeating: 0, count: linear.matrix.columns)
    linear.read(row: source, into: &row)
    for update in updates {
      update.delta.add(row: source, times: update.factor, to: &row)
      guard let gains = update.gains else { continue }
      for column in row.indices { row[column] *= gains[isEmbedding ? column : source] }
    }
    return row
  }

  /// The merged bias, in Hugging Face's order; `nil` where there is none.
  var bias: [Float]? {
    guard let biasOfModel else { return nil }
    return (0..<rowCount).map { index in
      let source = order?[index] ?? index
      // A gain leaves the bias that the module came with alone, and scales what updates added to it.
      var added: Float = 0
      for update in updates {
        added += update.factor * (update.upBias?[source] ?? 0)
        if let gains = update.gains { added *= gains[source] }
      }
      return biasOfModel[source] + added
    }
  }
}
