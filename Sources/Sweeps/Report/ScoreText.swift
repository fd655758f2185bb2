import Metrics

/// Numbers of reports, with four significant digits or so.
public enum ScoreText {
  /// A score; a dash where it is undefined.
  public static func number(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let size = value.magnitude
    if size >= 1e7 || size > 0 && size < 1e-4 { return "\(Distribution.rounded(value, digits: 3))" }
    return FixedPoint.text(value, places: size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3)
  }

  /// A difference, with its sign.
  public static func signed(_ value: Double) -> String {
    (value > 0 ? "+" : "") + number(value)
  }

  /// A p-value.
  public static func probability(_ value: Double) -> String {
    value < 0.001 ? "<0.001" : number(value)
  }
}
