/// Every trial as a line over the axes of the parameters and of the objective; the better, the darker.
struct ParallelCoordinates {
  let levels: [ParameterLevels]
  let metric: String
  let scores: [Double]
  /// Trials by how good they are, 0 to 1.
  let standing: [Double]
  let titles: [String]

  private static let height = 320.0
  private static let margin = (top: 34.0, bottom: 26.0, side: 70.0)

  var markup: String {
    let axes = levels.count + 1
    let width = max(520, Double(axes) * 130)
    var svg = SVG(
      width: width, height: Self.height,
      label: "Parallel coordinates: the parameters of each trial and its \(metric)")
    let step = (width - 2 * Self.margin.side) / Double(max(1, axes - 1))
    let scale = LinearScale(scores)
    // The best are drawn last, on top.
    for trial in scores.indices.sorted(by: { standing[$0] < standing[$1] })
    where scores[trial].isFinite {
      var points: [(x: Double, y: Double)] = []
      for (index, level) in levels.enumerated() {
        points.append(
          (Self.margin.side + Double(index) * step, Self.y(Self.place(level, trial))))
      }
      points.append((width - Self.margin.side, Self.y(scale.place(scores[trial]))))
      svg.polyline(
        points, "trial", stroke: SVG.shade(0.15 + 0.85 * standing[trial]), title: titles[trial])
    }
    for (index, level) in levels.enumerated() {
      let x = Self.margin.side + Double(index) * step
      axis(&svg, at: x, name: level.name)
      if let numbers = level.numbers {
        let scale = LinearScale(numbers.compactMap { $0 })
        for tick in scale.ticks {
          svg.text(
            ScoreText.number(tick), at: (x - 6, Self.y(scale.place(tick)) + 4), "tick", anchor: .end
          )
        }
      } else {
        for (group, label) in level.labels.enumerated() {
          svg.text(
            Self.short(label), at: (x - 6, Self.y(Self.place(group, of: level.labels.count)) + 4),
            "tick", anchor: .end)
        }
      }
      if level.groups.contains(nil) {
        svg.text("–", at: (x - 6, Self.y(0) + 4), "tick", anchor: .end)
      }
    }
    axis(&svg, at: width - Self.margin.side, name: metric)
    for tick in scale.ticks {
      svg.text(
        ScoreText.number(tick), at: (width - Self.margin.side + 6, Self.y(scale.place(tick)) + 4),
        "tick")
    }
    return svg.markup
  }

  private func axis(_ svg: inout SVG, at x: Double, name: String) {
    svg.line((x, Self.y(0)), (x, Self.y(1)), "axis")
    svg.text(name, at: (x, 16), "label", anchor: .middle)
  }

  /// Where a trial crosses an axis; 0 is where the parameter has no effect.
  private static func place(_ level: ParameterLevels, _ trial: Int) -> Double {
    if let numbers = level.numbers {
      return numbers[trial].map { LinearScale(numbers.compactMap { $0 }).place($0) } ?? 0
    }
    return level.groups[trial].map { place($0, of: level.labels.count) } ?? 0
  }

  private static func place(_ group: Int, of count: Int) -> Double {
    (Double(group) + 0.5) / Double(count)
  }

  private static func y(_ place: Double) -> Double {
    height - margin.bottom - place * (height - margin.top - margin.bottom)
  }

  /// A label that fits beside its axis.
  static func short(_ label: String) -> String {
    label.count > 12 ? "…" + label.suffix(11) : label
  }
}
