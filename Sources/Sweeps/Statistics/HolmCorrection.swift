/// Holm's step-down correction for many comparisons (Holm 1979): the probability of one false finding among all stays
/// below the level, whatever the dependence between them.
public enum HolmCorrection {
  /// Adjusted p-values, in the order of `pValues`. NaN stays NaN and doesn't count as a comparison.
  ///
  /// - Complexity: O(n log n).
  public static func adjusted(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.filter { !pValues[$0].isNaN }
      .sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    var adjusted = pValues
    var greatest = 0.0
    for (rank, index) in order.enumerated() {
      greatest = max(greatest, min(1, pValues[index] * Double(order.count - rank)))
      adjusted[index] = greatest
    }
    return adjusted
  }
}
