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

  /// Σ exp(*x* − `maximum`), where `maximum` is at least the greatest logit.
  package static func sumOfExponentials(
    of row: UnsafeBufferPointer<Float>, maximum: Float,
    on instructionSet: InstructionSet = .best
  ) -> Double {
    guard let base = row.baseAddress else { return 0 }
    return instructionSet.table.pointee.exponential_sum(base, Int64(row.count), maximum)
  }
}
