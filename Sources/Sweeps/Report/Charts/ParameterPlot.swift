import Metrics

/// The score of each trial by its value of one parameter, coloured by what its interval says against the baseline.
struct ParameterPlot {
  let levels: ParameterLevels
  let metric: String
  let scores: [Double]
  let standings: [TrialStanding]
  let titles: [String]
  /// The baseline's score.
  let reference: Double?

  private static let size = (width: 300.0, height: 220.0)
  private static let margin = (left: 48.0, right: 12.0, top: 26.0, bottom: 40.0)

  var markup: String {
    var svg = SVG(
      width: Self.size.width, height: Self.size.height,
      label: "\(metric) of each trial by its \(levels.name)")
    let y = LinearScale(scores + [reference ?? .nan])
    svg.text(levels.name, at: (Self.margin.left, 15), "label")
    for tick in y.ticks {
      let left = Self.point(0, y.place(tick))
      svg.line(left, Self.point(1, y.place(tick)), "grid")
      svg.text(
        ScoreText.tick(tick, step: y.step), at: (left.x - 5, left.y + 4), "tick", anchor: .end)
    }
    if let reference, reference.isFinite {
      svg.line(Self.point(0, y.place(reference)), Self.point(1, y.place(reference)), "reference")
    }
    let places: [Double?]
    if let numbers = levels.numbers {
      let x = LinearScale(numbers.compactMap { $0 })
      places = numbers.map { $0.map(x.place) }
      for tick in x.ticks.thinned(to: 5) {
        svg.text(
          ScoreText.tick(tick, step: x.step), at: below(x.place(tick)), "tick", anchor: .middle)
      }
    } else {
      let count = Double(max(1, levels.labels.count))
      places = levels.groups.map { $0.map { (Double($0) + 0.5) / count } }
      let room = Int(Self.plotWidth / count / 7)
      for (group, label) in levels.labels.enumerated() {
        svg.text(
          label.shortened(to: max(3, room)), at: below((Double(group) + 0.5) / count), "tick",
          anchor: .middle)
      }
      for group in levels.labels.indices {
        let members = scores.indices.filter { levels.groups[$0] == group && scores[$0].isFinite }
        guard members.count > 1 else { continue }
        let mean = members.reduce(0) { $0 + scores[$1] } / Double(members.count)
        let (x, width) = ((Double(group) + 0.5) / count, 0.35 / count)
        svg.line(
          Self.point(x - width, y.place(mean)), Self.point(x + width, y.place(mean)), "mean")
      }
    }
    // What the intervals say most of is drawn last, on top.
    for trial in scores.indices.sorted(by: { standings[$0].weight < standings[$1].weight })
    where scores[trial].isFinite {
      guard let place = places[trial] else { continue }
      svg.circle(
        Self.point(place, y.place(scores[trial])), radius: 3.5, standings[trial].style,
        title: titles[trial])
    }
    return svg.markup
  }

  private static var plotWidth: Double { size.width - margin.left - margin.right }

  private func below(_ place: Double) -> (x: Double, y: Double) {
    let point = Self.point(place, 0)
    return (point.x, point.y + 16)
  }

  private static func point(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (
      margin.left + x * plotWidth,
      size.height - margin.bottom - y * (size.height - margin.top - margin.bottom)
    )
  }
}

/// What the paired interval of a trial says against the baseline.
enum TrialStanding {
  case better, worse, unclear

  init(_ row: Ranking.Row, isMaximized: Bool) {
    guard let interval = row.difference?.interval, interval.lower.isFinite else {
      self = .unclear
      return
    }
    if interval.lower > 0 {
      self = isMaximized ? .better : .worse
    } else if interval.upper < 0 {
      self = isMaximized ? .worse : .better
    } else {
      self = .unclear
    }
  }

  /// A class of the page's style sheet.
  var style: String {
    switch self {
    case .better: "point better"
    case .worse: "point worse"
    case .unclear: "point"
    }
  }

  var weight: Int {
    switch self {
    case .unclear: 0
    case .worse: 1
    case .better: 2
    }
  }
}

extension String {
  /// A label that fits: its end, after an ellipsis, since paths differ there.
  func shortened(to count: Int) -> String {
    self.count > count ? "…" + suffix(max(1, count - 1)) : self
  }
}

extension [Double] {
  /// Every second, third, … so that no more than `count` are left.
  func thinned(to count: Int) -> [Double] {
    let step = Swift.max(1, (self.count + count - 1) / count)
    return indices.filter { $0 % step == 0 }.map { self[$0] }
  }
}
