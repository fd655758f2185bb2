/// How often one system's number beats another's: the probability that a number drawn from the one is better than a
/// number drawn from the other, a tie counting for half (the statistic of Mann and Whitney 1947, by the number of pairs).
///
///     WinRate.mean(of: [3, 1], against: [2], goal: .maximize).value  // 0.5
public enum WinRate {
  /// For each number, the share of `others` that it beats; their mean has as its weight the number of `numbers`, so that
  /// prompts add up. The mean of nothing where either is empty.
  ///
  /// - Complexity: O(*nm*).
  public static func mean(of numbers: [Double], against others: [Double], goal: Metric.Goal) -> Mean
  {
    guard !numbers.isEmpty, !others.isEmpty else { return Mean() }
    return Mean(
      of: numbers.map { number in
        let wins = others.reduce(0.0) { sum, other in
          if number == other { return sum + 0.5 }
          return sum + ((number > other) == (goal == .maximize) ? 1 : 0)
        }
        return wins / Double(others.count)
      })
  }
}
