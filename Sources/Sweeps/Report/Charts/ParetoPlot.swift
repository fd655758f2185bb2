/// Trials by quality and diversity, with those that nothing beats in both joined by a line.
struct ParetoPlot {
  let quality: (name: String, isMaximized: Bool, values: [Double])
  let diversity: (name: String, isMaximized: Bool, values: [Double])
  let labels: [String]
  let titles: [String]

  private static let size = (width: 620.0, height: 380.0)
  private static let margin = (left: 64.0, right: 20.0, top: 20.0, bottom: 52.0)

  /// The indices of the trials on the front.
  var front: [Int] {
    func oriented(_ axis: (name: String, isMaximized: Bool, values: [Double])) -> [Double] {
      axis.values.map { axis.isMaximized ? $0 : -$0 }
    }
    return ParetoFront.indices(of: Array(zip(oriented(quality), oriented(diversity))))
  }

  var markup: String {
    var svg = SVG(
      width: Self.size.width, height: Self.size.height,
      label: "\(quality.name) against \(diversity.name), a point for each trial")
    let (x, y) = (LinearScale(quality.values), LinearScale(diversity.values))
    func place(_ index: Int) -> (x: Double, y: Double) {
      Self.point(x.place(quality.values[index]), y.place(diversity.values[index]))
    }
    for tick in x.ticks {
      let bottom = Self.point(x.place(tick), 0)
      svg.line(bottom, Self.point(x.place(tick), 1), "grid")
      svg.text(ScoreText.number(tick), at: (bottom.x, bottom.y + 16), "tick", anchor: .middle)
    }
    for tick in y.ticks {
      let left = Self.point(0, y.place(tick))
      svg.line(left, Self.point(1, y.place(tick)), "grid")
      svg.text(ScoreText.number(tick), at: (left.x - 6, left.y + 4), "tick", anchor: .end)
    }
    svg.text(
      "\(quality.name)\(quality.isMaximized ? ", more is better →" : ", ← less is better")",
      at: (Self.size.width - Self.margin.right, Self.size.height - 12), "label", anchor: .end)
    svg.text(
      "\(diversity.name)\(diversity.isMaximized ? ", more is better →" : ", ← less is better")",
      at: (16, Self.margin.top), "label", anchor: .end, turned: -90)
    let front = front
    let sorted = front.sorted { quality.values[$0] < quality.values[$1] }
    if sorted.count > 1 { svg.polyline(sorted.map(place), "front") }
    for index in labels.indices
    where quality.values[index].isFinite && diversity.values[index].isFinite {
      let isOnFront = front.contains(index)
      svg.circle(
        place(index), radius: isOnFront ? 5.5 : 4, isOnFront ? "best" : "point",
        title: titles[index])
      if isOnFront {
        let point = place(index)
        svg.text(labels[index], at: (point.x + 8, point.y - 6), "tick")
      }
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
