/// Lines over a whole number from 1: how a score grows with the number of settings, or of trials.
struct LineChart {
  struct Line {
    var name: String
    var values: [Double]
  }

  let label: String
  let lines: [Line]
  /// Dots over the same axis; empty for none.
  var dots: [(value: Double, style: String, title: String)] = []
  let horizontal: String
  let vertical: String
  /// The baseline's score.
  let reference: Double?

  private static let size = (width: 440.0, height: 280.0)
  private static let margin = (left: 54.0, right: 14.0, top: 30.0, bottom: 46.0)

  var markup: String {
    var svg = SVG(width: Self.size.width, height: Self.size.height, label: label)
    let count = max(2, dots.count, lines.map(\.values.count).max() ?? 0)
    let x = LinearScale(from: 1, through: Double(count))
    let y = LinearScale(lines.flatMap(\.values) + dots.map(\.value) + [reference ?? .nan])
    for tick in y.ticks {
      let left = Self.point(0, y.place(tick))
      svg.line(left, Self.point(1, y.place(tick)), "grid")
      svg.text(
        ScoreText.tick(tick, step: y.step), at: (left.x - 6, left.y + 4), "tick", anchor: .end)
    }
    for tick in x.ticks where tick >= 1 && tick == tick.rounded() {
      let place = Self.point(x.place(tick), 0)
      svg.text("\(Int(tick))", at: (place.x, place.y + 16), "tick", anchor: .middle)
    }
    svg.text(vertical, at: (8, 14), "label")
    svg.text(
      horizontal, at: (Self.size.width - Self.margin.right, Self.size.height - 8), "label",
      anchor: .end)
    if let reference, reference.isFinite {
      svg.line(Self.point(0, y.place(reference)), Self.point(1, y.place(reference)), "reference")
    }
    for (index, dot) in dots.enumerated() where dot.value.isFinite {
      svg.circle(
        Self.point(x.place(Double(index + 1)), y.place(dot.value)), radius: 3.5, dot.style,
        title: dot.title)
    }
    for (index, line) in lines.enumerated() {
      let points = line.values.enumerated().filter { $1.isFinite }.map {
        Self.point(x.place(Double($0 + 1)), y.place($1))
      }
      // A method of one setting is a point.
      if points.count > 1 {
        svg.polyline(points, "line line-\(index % Self.styleCount)", title: line.name)
      }
      for point in points where points.count < 2 {
        svg.circle(point, radius: 4, "dot line-\(index % Self.styleCount)", title: line.name)
      }
    }
    return svg.markup
  }

  /// The styles of lines in the page's sheet.
  static let styleCount = 6

  private static func point(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (
      margin.left + x * (size.width - margin.left - margin.right),
      size.height - margin.bottom - y * (size.height - margin.top - margin.bottom)
    )
  }
}
