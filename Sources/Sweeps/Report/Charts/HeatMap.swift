/// The mean score over all trials with a pair of values of two parameters.
struct HeatMap {
  let rows: ParameterLevels
  let columns: ParameterLevels
  let metric: String
  let scores: [Double]
  /// Whether greater is better, and so darker.
  let isMaximized: Bool

  private static let cell = (width: 76.0, height: 40.0)
  private static let margin = (left: 120.0, top: 46.0)

  var markup: String {
    let counts = (rows: rows.labels.count, columns: columns.labels.count)
    var svg = SVG(
      width: max(360, Self.margin.left + Double(counts.columns) * Self.cell.width + 10),
      height: Self.margin.top + Double(counts.rows) * Self.cell.height + 10,
      label: "Mean \(metric) by \(rows.name) and \(columns.name)")
    let means = means
    let known = means.flatMap { $0 }.compactMap(\.?.mean)
    let (least, greatest) = (known.min() ?? 0, known.max() ?? 1)
    svg.text(columns.name, at: (Self.margin.left, 16), "label")
    svg.text(rows.name, at: (8, Self.margin.top - 12), "label")
    for (column, label) in columns.labels.enumerated() {
      svg.text(
        ParallelCoordinates.short(label),
        at: (Self.margin.left + (Double(column) + 0.5) * Self.cell.width, Self.margin.top - 8),
        "tick", anchor: .middle)
    }
    for (row, label) in rows.labels.enumerated() {
      let y = Self.margin.top + Double(row) * Self.cell.height
      svg.text(
        ParallelCoordinates.short(label),
        at: (Self.margin.left - 8, y + Self.cell.height / 2 + 4), "tick", anchor: .end)
      for column in 0..<counts.columns {
        let x = Self.margin.left + Double(column) * Self.cell.width
        guard let (mean, count) = means[row][column] else {
          svg.rectangle(
            x: x + 1, y: y + 1, width: Self.cell.width - 2, height: Self.cell.height - 2, "empty")
          continue
        }
        let share = greatest > least ? (mean - least) / (greatest - least) : 0.5
        let place = isMaximized ? share : 1 - share
        svg.rectangle(
          x: x + 1, y: y + 1, width: Self.cell.width - 2, height: Self.cell.height - 2, "cell",
          fill: SVG.shade(place),
          title: "\(rows.name) \(label), \(columns.name) \(columns.labels[column]): "
            + "\(ScoreText.number(mean)), mean of \(count) \(count == 1 ? "trial" : "trials")")
        svg.text(
          ScoreText.number(mean),
          at: (x + Self.cell.width / 2, y + Self.cell.height / 2 + 4),
          place > 0.5 ? "on-dark" : "on-pale", anchor: .middle)
      }
    }
    return svg.markup
  }

  /// By row and column.
  private var means: [[(mean: Double, count: Int)?]] {
    (0..<rows.labels.count).map { row in
      (0..<columns.labels.count).map { column in
        let members = scores.indices.filter {
          rows.groups[$0] == row && columns.groups[$0] == column && scores[$0].isFinite
        }
        guard !members.isEmpty else { return nil }
        return (members.reduce(0) { $0 + scores[$1] } / Double(members.count), members.count)
      }
    }
  }
}
