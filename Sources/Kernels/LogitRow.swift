import CKernels

/// Passes over a row of logits, with the same bits on every machine.
package enum LogitRow {
  /// The greatest logit, −∞ for none, and whether the row holds no NaN.
  package static func maximum(
    of row: UnsafeBufferPointer<Float>, on instructionSet: InstructionSet = .best
  ) -> (value: Float, isOrdered: Bool) {
    guard let base = row.baseAddress else { return (-.infinity, true) }
    var isOrdered = true
    let value = instructionSet.table.pointee.row_maximum(base, Int64(row.count), &isOrdered)
    return (value, isOrdered)
  }

  /// Logits that have one maximum among ``blockMaxima(of:into:on:)``.
  package static let maximumBlock = Int(CK_MAXIMUM_BLOCK)

  /// The greatest of each ``maximumBlock`` logits, the last block being what is left. No logit may be NaN.
  ///
  /// - Returns: the number of blocks; `maxima` has room for them.
  package static func blockMaxima(
    of row: UnsafeBufferPointer<Float>, into maxima: UnsafeMutableBufferPointer<Float>,
    on instructionSet: InstructionSet = .best
  ) -> Int {
    let blocks = (row.count + maximumBlock - 1) / maximumBlock
    guard let base = row.baseAddress, let out = maxima.baseAddress, blocks <= maxima.count else {
      return 0
    }
    instructionSet.table.pointee.block_maxima(base, Int64(row.count), out)
    return blocks
  }

  /// Σ exp(*x* − `maximum`), where `maximum` is at least the greatest logit.
  package static func sumOfExponentials(
    of row: UnsafeBufferPointer<Float>, maximum: Float,
    on instructionSet: InstructionSet = .best
  ) -> Double {
    guard let base = row.baseAddress else { return 0 }
    return instructionSet.table.pointee.exponential_sum(base, Int64(row.count), maximum)
  }
}
