extension LogitRow {
  /// Σ ⌊exp(*x* − `maximum`) · `unit`⌋.
  package static func sumOfWeights(
    of row: UnsafeBufferPointer<Float>, maximum: Float, unit: Float
  ) -> UInt64 {
    var sum = SIMD8<UInt64>(repeating: 0)
    forEachVector(of: row) { _, x in
      sum &+= SIMD8<UInt64>(truncatingIfNeeded: SIMD8<Int64>(exponential(x - maximum) * unit))
    }
    return sum.wrappedSum()
  }

  /// The index of the first logit whose weight, added to those before, exceeds `target`, which is below the sum of all;
  /// and that sum without it and with it.
  package static func index(
    at target: UInt64, ofWeightsOf row: UnsafeBufferPointer<Float>, maximum: Float, unit: Float
  ) -> (part: Int, lower: UInt64, upper: UInt64) {
    var sum: UInt64 = 0
    var found = (part: 0, lower: UInt64(0), upper: UInt64(0))
    for start in stride(from: 0, to: row.count, by: 512) where sum <= target {
      let block = UnsafeBufferPointer(rebasing: row[start..<min(start + 512, row.count)])
      let next = sum &+ sumOfWeights(of: block, maximum: maximum, unit: unit)
      if next > target {
        for index in block.indices where sum <= target {
          let weight = exponential(SIMD8(repeating: block[index] - maximum))[0] * unit
          found = (start + index, sum, sum &+ UInt64(weight))
          sum = found.upper
        }
      }
      sum = next
    }
    return found
  }
}
