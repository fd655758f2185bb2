/// When a block ends before its last step: where the most probable tokens stay the same and the model is sure of them
/// (DiffusionGemma's stable and confident stopping).
public struct CanvasStop: Hashable, Sendable {
  /// For how many steps the most probable token of every position must have been the same; 0: any.
  public var stableSteps: Int
  /// What the mean entropy over the positions must be below, in nats.
  public var meanEntropy: Double

  /// A rule; by default transformers' values for DiffusionGemma.
  public init(stableSteps: Int = 1, meanEntropy: Double = 0.005) {
    self.stableSteps = stableSteps
    self.meanEntropy = meanEntropy
  }
}
