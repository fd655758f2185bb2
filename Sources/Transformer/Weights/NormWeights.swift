import Kernels

/// The weights of a norm. Immutable and shared.
struct NormWeights: Sendable {
  let weight: FloatBlock
  let bias: FloatBlock?

  /// The norm for the kernels; valid as long as this value or a copy of it lives.
  func norm(_ configuration: TransformerConfiguration) -> Norm {
    Norm(
      weight: weight.pointer, bias: bias?.pointer, epsilon: configuration.normEpsilon,
      isCentred: configuration.block.centresNorms)
  }
}
