package import Checkpoints

/// What a LoRA adapter changes, as its files say it: for each module two small matrices, or a weight that takes the
/// place of the model's own. Read by `Models`; ``TransformerModel/adding(_:named:)`` fits it to a model.
public struct Adapter: Sendable {
  /// The file or directory, for messages.
  public let path: String
  /// The order of the query and key rows in the files.
  package let pairing: RotaryEmbedding.Pairing
  /// What is added to the weights of norms in the files.
  package let normOffset: Float
  /// The changes, each module at most once.
  package let changes: [ModuleChange]

  /// An adapter that its reader has put together.
  package init(
    path: String, pairing: RotaryEmbedding.Pairing, normOffset: Float, changes: [ModuleChange]
  ) {
    self.path = path
    self.pairing = pairing
    self.normOffset = normOffset
    self.changes = changes
  }
}

/// What an adapter does to one module.
package struct ModuleChange: Sendable {
  /// The module.
  package var module: ModelModule
  /// The low-rank update.
  package var lowRank: LowRankFactors?
  /// Takes the place of the module's weight.
  package var weight: TensorView?
  /// Takes the place of the module's bias.
  package var bias: TensorView?

  /// No change yet.
  package init(_ module: ModelModule) {
    self.module = module
  }
}

/// The factors of y = W x + s (B (A x) + b), as a file has them.
package struct LowRankFactors: Sendable {
  /// A, `[rank, inputs]`; for an embedding `[rank, vocabulary]`.
  package var down: TensorView
  /// Whether `down` is stored the other way round.
  package var downIsTransposed: Bool
  /// B, `[outputs, rank]`.
  package var up: TensorView
  /// b, `[outputs]`.
  package var upBias: TensorView?
  /// DoRA's magnitudes, `[outputs]`.
  package var magnitude: TensorView?
  /// s.
  package var scale: Double

  /// The same for some of the outputs alone: those of a module that shares its tensor with others.
  package func outputs(_ rows: [Range<Int>]) -> LowRankFactors {
    var factors = self
    factors.up = up.rows(rows)
    factors.upBias = upBias?.rows(rows)
    factors.magnitude = magnitude?.rows(rows)
    return factors
  }

  /// Factors without bias and magnitudes.
  package init(down: TensorView, up: TensorView, scale: Double, downIsTransposed: Bool = false) {
    self.down = down
    self.up = up
    self.scale = scale
    self.downIsTransposed = downIsTransposed
  }
}
