import Metrics

/// The mean score over all trials with a pair of values of two parameters, as a table whose cells are coloured by how
/// far they are from the mean of all, measured by the interval of a difference: what chance explains is pale.
struct HeatMap {
  struct Cell {
    var text = ""
    /// The number of trials; empty where there is none.
    var count = ""
    /// A style of the page's sheet: from `worse-2` over `even` to `better-2`; `none` without a trial.
    var style = "none"
  }

  struct Line {
    var label: String
    var cells: [Cell]
  }

  var rowName: String
  var columnName: String
  var columns: [String]
  var lines: [Line]

  /// - Parameters:
  ///   - scores: of the trials.
  ///   - unit: half of what an interval of a difference is wide; `nil` where there is none, and nothing is coloured.
  ///   - isMaximized: whether greater is better.
  init(
    rows: ParameterLevels, columns: ParameterLevels, scores: [Double], unit: Double?,
    isMaximized: Bool
  ) {
    rowName = rows.name
    columnName = columns.name
    self.columns = columns.labels
    let finite = scores.filter(\.isFinite)
    let centre = finite.reduce(0, +) / Double(max(1, finite.count))
    lines = rows.labels.enumerated().map { row, label in
      Line(
        label: label,
        cells: columns.labels.indices.map { column in
          let members = scores.indices.filter {
            rows.groups[$0] == row && columns.groups[$0] == column && scores[$0].isFinite
          }
          guard !members.isEmpty else { return Cell() }
          let mean = members.reduce(0) { $0 + scores[$1] } / Double(members.count)
          let offset = isMaximized ? mean - centre : centre - mean
          return Cell(
            text: ScoreText.number(mean),
            count: FindingsText.count(members.count, "trial"),
            style: Self.style(unit.map { offset / max($0, .leastNormalMagnitude) } ?? 0))
        })
    }
  }

  private static func style(_ steps: Double) -> String {
    switch steps {
    case 2...: "better-2"
    case 1..<2: "better-1"
    case ..<(-2): "worse-2"
    case -2..<(-1): "worse-1"
    default: "even"
    }
  }
}
