/// A score and its interval on the scale that all rows of a table share.
struct IntervalBar {
  let interval: ConfidenceInterval
  let scale: LinearScale
  /// Where the baseline stands, to compare.
  let reference: Double?
  /// What the interval says.
  var standing = TrialStanding.unclear

  private static let width = 140.0

  var markup: String {
    var svg = SVG(
      width: Self.width, height: 18,
      label:
        "\(ScoreText.number(interval.lower)) to \(ScoreText.number(interval.upper))")
    if let reference, reference.isFinite {
      let x = scale.place(reference) * Self.width
      svg.line((x, 0), (x, 18), "reference")
    }
    if interval.lower.isFinite, interval.upper.isFinite {
      svg.line(
        (scale.place(interval.lower) * Self.width, 9),
        (scale.place(interval.upper) * Self.width, 9), "interval " + standing.style)
    }
    if interval.estimate.isFinite {
      svg.circle((scale.place(interval.estimate) * Self.width, 9), radius: 4, standing.style)
    }
    return svg.markup
  }
}
