import Sweeps

/// A ranking as a table for a terminal or for Markdown.
struct RankingTable {
  let ranking: Ranking
  /// The most rows.
  var limit = Int.max

  /// Columns two spaces apart, and below them what the signs mean.
  var text: String {
    let hidden = max(0, ranking.rows.count - limit)
    var table = TextTable(rows: rows)
    table.rightAligned = Set(0..<(rows.first?.count ?? 0))
    return table.text + (hidden > 0 ? "… and \(hidden) more\n" : "") + notes
  }

  /// A table of Markdown.
  var markdown: String {
    var lines = rows.map { row in
      "| "
        + row.map(Self.markdownCell).joined(separator: " | ") + " |"
    }
    if let header = rows.first {
      lines.insert("|" + header.map { _ in " ---: |" }.joined(), at: 1)
    }
    return lines.joined(separator: "\n") + "\n\n" + notes
  }

  /// A cell in which nothing is Markdown or HTML: settings are texts from files.
  private static func markdownCell(_ text: String) -> String {
    text.printable().reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\\", "|", "`", "[", "]": result += "\\\(character)"
      default: result.append(character)
      }
    }
  }

  private var rows: [[String]] {
    let manifest = ranking.manifest
    let names = TrialTable.parameterNames(of: ranking.rows.map(\.trial))
    var metrics = manifest.metrics
    if let objective = manifest.objective?.name {
      metrics = [objective] + metrics.filter { $0 != objective }
    }
    let compares = ranking.rows.contains { $0.difference != nil }
    let holdsOut = manifest.holdout > 0 && manifest.objective != nil
    let failed = ranking.rows.contains { $0.failureCount > 0 }
    let partial = Set(ranking.rows.map(\.promptCount)).count > 1
    var header = ["rank", "trial"] + names
    if holdsOut { header.append("\(metrics[0]) (chosen on)") }
    for (index, metric) in metrics.enumerated() {
      header.append(metric)
      if index == 0 {
        header.append("95 % interval")
        if compares { header += ["Δ baseline", "p"] }
      }
    }
    if partial { header.append("prompts") }
    if failed { header.append("failed") }
    var rows = [header]
    for (rank, row) in ranking.rows.prefix(limit).enumerated() {
      var cells = ["\(rank + 1)", "\(row.trial.number)\(row.trial.isBaseline ? "*" : "")"]
      cells += names.map { TrialTable.cell(row.trial, $0) }
      if holdsOut { cells.append(ScoreText.number(row.selectionScore)) }
      for (index, metric) in metrics.enumerated() {
        let value = row.value(of: metric)
        cells.append(ScoreText.number(value?.estimate ?? .nan))
        guard index == 0 else { continue }
        cells.append(
          value.map { "\(ScoreText.number($0.lower)) to \(ScoreText.number($0.upper))" } ?? "–")
        if compares {
          cells += [
            row.difference.map { ScoreText.signed($0.bootstrap.difference.estimate) } ?? "",
            row.difference.map { ScoreText.probability($0.adjusted) } ?? "",
          ]
        }
      }
      if partial { cells.append("\(row.promptCount)") }
      if failed { cells.append("\(row.failureCount)") }
      rows.append(cells)
    }
    return rows
  }

  private var notes: String {
    var notes = ["* the baseline: what holds when no parameter says anything."]
    if ranking.rows.contains(where: { $0.difference != nil }) {
      notes.append(
        "p: approximate randomisation over prompts against the baseline, Holm's correction.")
    }
    if ranking.promptCounts.report != ranking.manifest.prompts.count {
      notes.append(
        "Ranked on \(ranking.promptCounts.selection) prompts, all else on the other "
          + "\(ranking.promptCounts.report).")
    }
    return notes.joined(separator: " ") + "\n"
  }
}
