/// pass@k (Chen et al. 2021): the probability that at least one of *k* samples is correct, estimated without bias from
/// *n* of which *c* are: 1 − C(*n* − *c*, *k*) / C(*n*, *k*).
///
///     PassAtK.estimate(samples: 4, correct: 2, k: 2)  // 0.833: one pair of six has none correct
public enum PassAtK {
  /// The estimate for one prompt; average it over prompts.
  ///
  /// - Returns: 0 to 1; 1 where fewer than *k* samples are wrong; `nil` unless 0 ≤ *c* ≤ *n* and 1 ≤ *k* ≤ *n*.
  /// - Complexity: O(*c*).
  public static func estimate(samples n: Int, correct c: Int, k: Int) -> Double? {
    guard (0...max(0, n)).contains(c), (1...max(1, n)).contains(k), n > 0 else { return nil }
    if n - c < k { return 1 }
    // The product of the ratios, so that no binomial coefficient overflows.
    var allWrong = 1.0
    for i in stride(from: n - c + 1, through: n, by: 1) {
      allWrong *= 1 - Double(k) / Double(i)
    }
    return 1 - allWrong
  }
}
