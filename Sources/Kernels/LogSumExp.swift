import CKernels

/// ln Σ exp(x), and the maximum: what turns a row of logits into log-probabilities.
public struct LogSumExp: Hashable, Sendable {
  /// ln Σ exp(x); -∞ for an empty row.
  public let value: Float
  /// The largest element; -∞ for an empty row.
  public let maximum: Float

  /// Sums a row in one fixed order, whichever thread asks.
  ///
  /// - Complexity: O(*n*), two passes.
  public init(of row: Span<Float>) {
    let table = InstructionSet.bestTable
    var maximum: Float = 0
    value = row.withUnsafeBufferPointer { buffer in
      table.pointee.log_sum_exp(buffer.baseAddress, Int64(buffer.count), &maximum)
    }
    self.maximum = maximum
  }
}
