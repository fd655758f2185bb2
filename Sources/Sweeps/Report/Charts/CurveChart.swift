/// A metric over the temperature: the curve of a path with its band, the baseline, and the best temperatures.
struct CurveChart {
  let curve: MetricCurve
  /// The score of the baseline on the same prompts.
  let baseline: Double?

  private static let size = (width: 720.0, height: 340.0)
  private static let margin = (left: 64.0, right: 20.0, top: 20.0, bottom: 52.0)

  var markup: String {
    var svg = SVG(
      width: Self.size.width, height: Self.size.height,
      label: "\(curve.metric) over the temperature")
    let range = curve.trial.temperatures ?? 0...1
    let (low, high) = (Double(range.lowerBound), Double(range.upperBound))
    // One temperature for each half pixel.
    let count = Int(2 * (Self.size.width - Self.margin.left - Self.margin.right))
    let temperatures = (0...count).map { low + (high - low) * Double($0) / Double(count) }
    func clamped(_ temperature: Double) -> Float {
      min(range.upperBound, max(range.lowerBound, Float(temperature)))
    }
    let points = temperatures.map {
      (temperature: $0, score: curve.score(at: clamped($0)))
    }
    let band = temperatures.compactMap { temperature in
      curve.band(at: clamped(temperature)).flatMap { piece in
        piece.lower.isFinite ? (temperature, piece.lower, piece.upper) : nil
      }
    }
    let y = LinearScale(
      points.map(\.score) + band.flatMap { [$0.1, $0.2] }
        + [baseline ?? .nan, curve.bestScore?.lower ?? .nan, curve.bestScore?.upper ?? .nan])
    func place(_ temperature: Double, _ score: Double) -> (x: Double, y: Double) {
      let share = high > low ? (temperature - low) / (high - low) : 0.5
      return Self.point(share, y.place(score))
    }
    for tick in LinearScale([low, high]).ticks where tick >= low && tick <= high {
      let bottom = place(tick, y.low)
      svg.line(bottom, place(tick, y.high), "grid")
      svg.text(ScoreText.number(tick), at: (bottom.x, bottom.y + 16), "tick", anchor: .middle)
    }
    for tick in y.ticks {
      let left = Self.point(0, y.place(tick))
      svg.line(left, Self.point(1, y.place(tick)), "grid")
      svg.text(ScoreText.number(tick), at: (left.x - 6, left.y + 4), "tick", anchor: .end)
    }
    svg.text(
      "temperature", at: (Self.size.width - Self.margin.right, Self.size.height - 12), "label",
      anchor: .end)
    svg.text(curve.metric, at: (16, Self.margin.top), "label", anchor: .end, turned: -90)
    if !band.isEmpty {
      svg.polyline(
        band.map { place($0.0, $0.2) } + band.reversed().map { place($0.0, $0.1) }, "band",
        title: "95 % band over all temperatures together")
    }
    if let baseline, baseline.isFinite {
      svg.line(place(low, baseline), place(high, baseline), "reference")
      svg.text("baseline", at: (place(low, baseline).x + 4, place(low, baseline).y - 4), "tick")
    }
    svg.polyline(points.filter(\.score.isFinite).map { place($0.temperature, $0.score) }, "curve")
    if let best = curve.best, let score = curve.bestScore, score.estimate.isFinite {
      let middle = (Double(best.lowerBound) + Double(best.upperBound)) / 2
      if score.lower.isFinite {
        svg.line(place(middle, score.lower), place(middle, score.upper), "axis")
      }
      svg.circle(
        place(middle, score.estimate), radius: 4.5, "best",
        title: "best: \(best.lowerBound) to \(best.upperBound), \(ScoreText.number(score.estimate))"
      )
    }
    return svg.markup
  }

  private static func point(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (
      margin.left + x * (size.width - margin.left - margin.right),
      size.height - margin.bottom - y * (size.height - margin.top - margin.bottom)
    )
  }
}
