/// The expected best of *m* settings out of those that were tried: what a search of that size would have found, on
/// average over all choices of *m* different settings.
///
/// Methods are compared at equal numbers of settings, because the best of many is higher by chance (Dodge et al. 2019,
/// “Show your work”; the dispute about min-p, arXiv 2506.13681). Choices are without replacement, so that the estimate is
/// unbiased (Tang et al. 2020, “Showing your work doesn't always work”); with replacement, as in Dodge et al., it is not.
///
///     ExpectedBest.curve([1, 2, 3])  // 2, 2.67, 3
public enum ExpectedBest {
  /// For m from 1 to the number of settings: the expected value of the one that ranks first among m.
  ///
  /// - Parameter values: by rank, worst first. They may be of other prompts than the ranking: then the curve says what
  ///   the winner of a search is worth on those.
  /// - Complexity: O(n²) for n values.
  public static func curve(_ values: [Double]) -> [Double] {
    let count = values.count
    // The probability that the setting of rank i, from 1, is the best of m: C(i − 1, m − 1) / C(n, m). From m to m + 1
    // it changes by (i − m)(m + 1) / (m (n − m)).
    var weights = values.map { _ in 1 / Double(max(1, count)) }
    return (1...max(1, count)).prefix(count).map { m in
      let expected = zip(weights, values).reduce(0) { $1.0 > 0 ? $0 + $1.0 * $1.1 : $0 }
      if m < count {
        for index in weights.indices {
          weights[index] *=
            Double(max(0, index + 1 - m)) / Double(m) * Double(m + 1) / Double(count - m)
        }
      }
      return expected
    }
  }
}
