import JSON

/// What the template of the report shows. Texts are escaped by the template, drawings are not.
struct ReportContent {
  struct Fact {
    var name: String
    var value: String
  }

  struct Text {
    var title: String
    var text: String
    var score: String
  }

  struct Prompt {
    var prompt: String
    var reference: String
    var hasReference: Bool
    var cells: [Text]
  }

  struct Curve {
    var title: String
    var summary: String
    var drawing: String
  }

  struct Settings {
    var command: String
    var configuration: String
  }

  var title: String
  var summary: String
  var facts: [Fact]
  var table: ReportTable
  /// Drawings, one or none.
  var parallel: [String]
  var heat: [String]
  var pareto: [String]
  /// Of the trials that are paths.
  var curves: [Curve]
  var importance: [String]
  var columns: [String]
  var texts: [Prompt]
  /// Of the best trial.
  var settings: [Settings]
  var notes: [String]
}

/// The ranked table of the report.
struct ReportTable {
  struct Cell {
    var text: String
    /// A drawing beside it; empty for none.
    var drawing = ""
  }

  struct Row {
    var isBaseline: Bool
    var cells: [Cell]
  }

  var header: [String]
  var rows: [Row]

  init(ranking: Ranking) {
    let manifest = ranking.manifest
    let objective = manifest.objective?.name
    let others = manifest.metrics.filter { $0 != objective }
    let holdsOut = manifest.holdout > 0 && objective != nil
    let compares = ranking.rows.contains { $0.difference != nil }
    let isPartial = Set(ranking.rows.map(\.promptCount)).count > 1
    let hasFailures = ranking.rows.contains { $0.failureCount > 0 }
    header = ["Rank", "Trial"]
    if let objective {
      header += holdsOut ? ["\(objective), chosen on", objective] : [objective]
      header.append("95 % interval")
      if compares { header += ["Δ baseline", "p"] }
    }
    header += manifest.parameters + others
    if isPartial { header.append("Prompts") }
    if hasFailures { header.append("Failed") }

    let intervals = objective.map { name in ranking.rows.compactMap { $0.value(of: name) } } ?? []
    let scale = LinearScale(intervals.flatMap { [$0.estimate, $0.lower, $0.upper] })
    let reference = objective.flatMap { name in
      ranking.rows.first { $0.trial.isBaseline }?.value(of: name)?.estimate
    }
    rows = ranking.rows.enumerated().map { rank, row in
      var cells = [
        Cell(text: "\(rank + 1)"),
        Cell(text: "\(row.trial.number)\(row.trial.isBaseline ? "*" : "")"),
      ]
      if let objective, let interval = row.value(of: objective) {
        if holdsOut { cells.append(Cell(text: ScoreText.number(row.selectionScore))) }
        cells += [
          Cell(text: ScoreText.number(interval.estimate)),
          Cell(
            text: "\(ScoreText.number(interval.lower)) to \(ScoreText.number(interval.upper))",
            drawing: IntervalBar(interval: interval, scale: scale, reference: reference).markup),
        ]
        if compares {
          cells += [
            Cell(
              text: row.difference.map {
                ScoreText.signed($0.bootstrap.difference.estimate)
              } ?? ""),
            Cell(text: row.difference.map { ScoreText.probability($0.adjusted) } ?? ""),
          ]
        }
      }
      cells += manifest.parameters.map { name in
        let value = row.trial.parameters.first { $0.key == name }?.value
        return Cell(text: value.map { $0.string ?? $0.text } ?? "–")
      }
      cells += others.map { Cell(text: ScoreText.number(row.value(of: $0)?.estimate ?? .nan)) }
      if isPartial { cells.append(Cell(text: "\(row.promptCount)")) }
      if hasFailures { cells.append(Cell(text: "\(row.failureCount)")) }
      return Row(isBaseline: row.trial.isBaseline, cells: cells)
    }
  }
}
