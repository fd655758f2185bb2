/// Trials by quality and diversity, with those that nothing beats in both joined by a line.
struct ParetoPlot {
  let quality: (name: String, isMaximized: Bool, values: [Double])
  let diversity: (name: String, isMaximized: Bool, values: [Double])
  let labels: [String]
  let standings: [TrialStanding]
  let titles: [String]

  private static let size = (width: 440.0, height: 320.0)
  private static let margin = (left: 64.0, right: 16.0, top: 14.0, bottom: 46.0)

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
      svg.text(
        ScoreText.tick(tick, step: x.step), at: (bottom.x, bottom.y + 16), "tick", anchor: .middle)
    }
    for tick in y.ticks {
      let left = Self.point(0, y.place(tick))
      svg.line(left, Self.point(1, y.place(tick)), "grid")
      svg.text(
        ScoreText.tick(tick, step: y.step), at: (left.x - 6, left.y + 4), "tick", anchor: .end)
    }
    svg.text(
      "\(quality.name)\(quality.isMaximized ? ", more is better →" : ", ← less is better")",
      at: (Self.size.width - Self.margin.right, Self.size.height - 8), "label", anchor: .end)
    svg.text(
      "\(diversity.name)\(diversity.isMaximized ? ", more is better →" : ", ← less is better")",
      at: (16, Self.margin.top), "label", anchor: .end, turned: -90)
    let front = front
    let sorted = front.sorted { quality.values[$0] < quality.values[$1] }
    if sorted.count > 1 { svg.polyline(sorted.map(place), "front") }
    var labelled: [(x: Double, y: Double)] = []
    for index in labels.indices.sorted(by: { standings[$0].weight < standings[$1].weight })
    where quality.values[index].isFinite && diversity.values[index].isFinite {
      let isOnFront = front.contains(index)
      let point = place(index)
      svg.circle(
        point, radius: isOnFront ? 5.5 : 3.5, standings[index].style, title: titles[index])
      // A number that would cover another is left out; the title of the point has it.
      guard isOnFront,
        labelled.allSatisfy({ abs($0.x - point.x) > 24 || abs($0.y - point.y) > 14 })
      else { continue }
      labelled.append(point)
      let isAtEdge = point.x > Self.size.width - Self.margin.right - 30
      svg.text(
        labels[index], at: (point.x + (isAtEdge ? -8 : 8), point.y - 6), "tick",
        anchor: isAtEdge ? .end : .start)
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
