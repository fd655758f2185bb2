extension Candidates {
  /// The index of the candidate that a code falls on, where the candidates share its interval in proportion to their
  /// probabilities, in the order of their ids; `nil` where nothing can be taken.
  ///
  /// - Complexity: O(candidates): two passes.
  package func index(chosenBy code: inout ArithmeticCode) -> Int? {
    let maximum = maximum
    guard maximum > -.infinity else { return nil }
    // The sum of this many weights of at most 2^bits stays below 2^63.
    let unit = Float(sign: .plus, exponent: min(44, count.leadingZeroBitCount - 1), significand: 1)
    return withLogits { row in
      let total = RowMath.sumOfWeights(of: row, maximum: maximum, unit: unit)
      return code.choose(total: total) { target in
        RowMath.index(at: target, ofWeightsOf: row, maximum: maximum, unit: unit)
      }
    }
  }
}

extension RowMath {
  /// Σ ⌊exp(*x* − `maximum`) · `unit`⌋.
  static func sumOfWeights(
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
  static func index(
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
