import JSON
import Metrics

/// The ranked table of the page: a row for each trial, its settings in one cell, so that it fits a screen.
struct ReportTable {
  struct Column {
    var title: String
    /// Whether the cells are numbers, which stand on the right and sort as such.
    var style: String
  }

  struct Cell {
    /// The column's title, for narrow screens.
    var label: String
    var text: String
    /// More, in small letters; one or none.
    var detail: [String] = []
    /// A drawing; empty for none.
    var drawing = ""
    /// The number that the column is sorted by; empty: the text.
    var key = ""
    var style = "number"
    /// Where the text links to; one or none.
    var link: [String] = []
  }

  struct Row {
    var style: String
    var cells: [Cell]
  }

  var columns: [Column]
  var rows: [Row]
  /// Longer tables scroll in a frame of their own.
  var style: String

  private static let longTableCount = 60

  /// - Parameter linked: the trials whose texts stand on the page.
  init(ranking: Ranking, linked: Set<String>) {
    let manifest = ranking.manifest
    let objective = manifest.objective?.name
    let isMaximized = manifest.objective?.goal != .minimize
    let others = manifest.metrics.filter { $0 != objective }
    let holdsOut = manifest.holdout > 0 && objective != nil
    let compares = ranking.rows.contains { $0.difference != nil }
    let isPartial = Set(ranking.rows.map(\.promptCount)).count > 1
    let hasFailures = ranking.rows.contains { $0.failureCount > 0 }
    let scale = LinearScale(
      ranking.rows.compactMap(\.difference?.interval)
        .flatMap { [$0.estimate, $0.lower, $0.upper, 0] })
    rows = ranking.rows.map { row in
      var cells: [Cell] = []
      if objective != nil {
        cells.append(
          Self.number("Rank", row.rank.map(Double.init) ?? .nan, text: row.rank.map(String.init)))
      }
      var trial = Self.number(
        "Trial", Double(row.trial.number),
        text: "\(row.trial.number)\(row.trial.isBaseline ? "*" : "")")
      if linked.contains(row.trial.id) { trial.link = ["#trial-\(row.trial.id)"] }
      cells.append(trial)
      cells.append(
        Cell(
          label: "Settings", text: Self.settings(of: row.trial, manifest.parameters),
          style: "settings"))
      if let objective {
        if holdsOut {
          cells.append(Self.number("\(objective), chosen on", row.selectionScore))
        }
        let value = row.value(of: objective)
        var score = Self.number(objective, value?.estimate ?? .nan)
        score.detail = [ScoreText.range(value)]
        cells.append(score)
        if compares {
          let interval = row.difference?.interval
          var difference = Self.number("Δ baseline", interval?.estimate ?? .nan)
          difference.text = interval.map { ScoreText.signed($0.estimate) } ?? ""
          difference.detail = interval.map { [ScoreText.range($0)] } ?? []
          if let interval {
            difference.drawing =
              IntervalBar(
                interval: interval, scale: scale, reference: 0,
                standing: TrialStanding(row, isMaximized: isMaximized)
              ).markup
          }
          var p = Self.number("p", row.difference?.adjusted ?? .nan)
          p.text = row.difference.map { ScoreText.probability($0.adjusted) } ?? ""
          cells += [difference, p]
        }
      }
      cells += others.map { Self.number($0, row.value(of: $0)?.estimate ?? .nan) }
      if isPartial { cells.append(Self.number("Prompts", Double(row.promptCount))) }
      if hasFailures { cells.append(Self.number("Failed", Double(row.failureCount))) }
      return Row(style: row.trial.isBaseline ? "baseline" : "", cells: cells)
    }
    columns = (rows.first?.cells ?? []).map { Column(title: $0.label, style: $0.style) }
    style = rows.count > Self.longTableCount ? "wide long" : "wide"
  }

  private static func number(_ label: String, _ value: Double, text: String? = nil) -> Cell {
    let isWhole =
      value == value.rounded() && ["Rank", "Trial", "Prompts", "Failed"].contains(label)
    return Cell(
      label: label,
      text: text ?? (isWhole && value.isFinite ? "\(Int(value))" : ScoreText.number(value)),
      key: value.isFinite ? "\(value)" : "")
  }

  /// The parameters that apply; of the baseline, what holds for them without anybody saying so.
  static func settings(of trial: Trial, _ parameters: [String]) -> String {
    let pairs =
      trial.isBaseline && trial.parameters.isEmpty
      ? parameters.compactMap { name in trial.settings.first { $0.key == name } }
      : trial.parameters
    let text = pairs.map { "\($0.key) \($0.value.string ?? $0.value.text)" }.joined(separator: ", ")
    return text.isEmpty ? "defaults" : text
  }
}
