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

  /// A number beside an axis whose ticks are `step` apart, with the decimals that these need.
  static func tick(_ value: Double, step: Double) -> String {
    var (places, unit) = (0, step)
    while places < 6, abs(unit - unit.rounded()) > 1e-6 * unit {
      unit *= 10
      places += 1
    }
    return places > 5 ? number(value) : FixedPoint.text(value, places: places)
  }

  /// A difference, with its sign.
  public static func signed(_ value: Double) -> String {
    (value > 0 ? "+" : "") + number(value)
  }

  /// The ends of an interval; a dash where it is undefined.
  public static func range(_ interval: ConfidenceInterval?) -> String {
    guard let interval, interval.lower.isFinite, interval.upper.isFinite else { return "–" }
    return "\(number(interval.lower)) to \(number(interval.upper))"
  }

  /// A share in whole per cent.
  public static func percent(_ share: Double) -> String {
    FixedPoint.text(100 * share, places: 0) + " %"
  }

  /// A p-value.
  public static func probability(_ value: Double) -> String {
    value < 0.001 ? "<0.001" : number(value)
  }
}
