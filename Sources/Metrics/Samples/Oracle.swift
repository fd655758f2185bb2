/// oracle@n: the best that a choice among samples could reach.
///
///     Oracle.value(of: [0.2, 0.9, 0.5])  // 0.9
public enum Oracle {
  /// The best of the samples' values, of which NaN counts as none; average it over prompts. It grows with the number of
  /// samples, so that only equal numbers compare. `nil` without samples.
  public static func value(of values: some Sequence<Double>) -> Double? {
    values.filter { !$0.isNaN }.max()
  }
}
