package import Checkpoints

/// What a LoRA adapter changes, as its files say it: for each module two small matrices, or a weight that takes the
/// place of the model's own. Read by `Models`; ``TransformerModel/adding(_:named:)`` fits it to a model.
public struct Adapter: Sendable {
  /// The file or directory, for messages.
  public let path: String
  /// What the files call modules, and how they store them.
  package let naming: TensorNaming
  /// The changes, each module at most once.
  package let changes: [ModuleChange]

  /// An adapter that its reader has put together.
  package init(path: String, naming: TensorNaming, changes: [ModuleChange]) {
    self.path = path
    self.naming = naming
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
  /// Take the place of some rows of the module's weight.
  package var rows: ReplacedRows?

  /// No change yet.
  package init(_ module: ModelModule) {
    self.module = module
  }
}

/// New rows of the embedding, or of the output head, for some tokens.
package struct ReplacedRows: Sendable {
  /// The tokens, each once.
  package var tokens: [Int]
  /// `[tokens, hidden]`
  package var values: TensorView

  /// The rows of `values`, for `tokens` in that order.
  package init(tokens: [Int], values: TensorView) {
    self.tokens = tokens
    self.values = values
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

  /// Factors without bias and magnitudes.
  package init(down: TensorView, up: TensorView, scale: Double, downIsTransposed: Bool = false) {
    self.down = down
    self.up = up
    self.scale = scale
    self.downIsTransposed = downIsTransposed
  }
}
