import Kernels

extension Candidates {
  /// Writes exp(logit − greatest logit) of each candidate into the masses, where it stays until a selection.
  ///
  /// - Returns: the greatest logit and the sum of what was written; `nil` where nothing can be taken.
  /// - Complexity: O(candidates).
  mutating func writeExponentials() -> (maximum: Float, sum: Double)? {
    let maximum = maximum
    guard maximum > -.infinity else { return nil }
    let count = count
    logits.withUnsafeBufferPointer { logits in
      masses.withUnsafeMutableBufferPointer { masses in
        LogitRow.exponentials(
          of: UnsafeBufferPointer(rebasing: logits[..<count]), maximum: maximum,
          into: UnsafeMutableBufferPointer(rebasing: masses[..<count]))
      }
    }
    return (maximum, withLogits { LogitRow.sumOfExponentials(of: $0, maximum: maximum) })
  }
}
