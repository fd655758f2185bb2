import Kernels

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
      let total = LogitRow.sumOfWeights(of: row, maximum: maximum, unit: unit)
      return code.choose(total: total) { target in
        LogitRow.index(at: target, ofWeightsOf: row, maximum: maximum, unit: unit)
      }
    }
  }
}
