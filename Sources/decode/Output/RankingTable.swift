import Sweeps

/// A ranking as a table for a terminal or for Markdown.
struct RankingTable {
  let ranking: Ranking
  /// The most rows.
  var limit = Int.max

  /// Columns two spaces apart, and below them what they say.
  var text: String { table + notes }

  /// The columns alone.
  var table: String {
    let hidden = max(0, ranking.rows.count - limit)
    var table = TextTable(rows: rows)
    table.rightAligned = Set(0..<(rows.first?.count ?? 0))
    return table.text + (hidden > 0 ? "… and \(hidden) more\n" : "")
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
    return lines.joined(separator: "\n") + "\n\n"
      + sentences.map(Self.markdownCell).joined(separator: "\n\n") + "\n"
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
    let objective = manifest.objective?.name
    let others = manifest.metrics.filter { $0 != objective }
    let compares = ranking.rows.contains { $0.difference != nil }
    let holdsOut = manifest.holdout > 0 && objective != nil
    let failed = ranking.rows.contains { $0.failureCount > 0 }
    let partial = Set(ranking.rows.map(\.promptCount)).count > 1
    var header = (objective == nil ? [] : ["rank"]) + ["trial"] + names
    if let objective {
      if holdsOut { header.append("\(objective) (chosen on)") }
      header += [objective, "95 % interval"]
      if compares { header += ["Δ baseline", differenceHeader, "p"] }
    }
    header += others
    if partial { header.append("prompts") }
    if failed { header.append("failed") }
    var rows = [header]
    for row in ranking.rows.prefix(limit) {
      var cells = objective == nil ? [] : [row.rank.map(String.init) ?? "–"]
      cells.append("\(row.trial.number)\(row.trial.isBaseline ? "*" : "")")
      cells += names.map { TrialTable.cell(row.trial, $0) }
      if let objective {
        if holdsOut { cells.append(ScoreText.number(row.selectionScore)) }
        let value = row.value(of: objective)
        cells += [ScoreText.number(value?.estimate ?? .nan), ScoreText.range(value)]
        if compares {
          cells += [
            row.difference.map { ScoreText.signed($0.interval.estimate) } ?? "",
            row.difference.map { ScoreText.range($0.interval) } ?? "",
            row.difference.map { ScoreText.probability($0.adjusted) } ?? "",
          ]
        }
      }
      cells += others.map { ScoreText.number(row.value(of: $0)?.estimate ?? .nan) }
      if partial { cells.append("\(row.promptCount)") }
      if failed { cells.append("\(row.failureCount)") }
      rows.append(cells)
    }
    return rows
  }

  /// When the intervals of the differences hold.
  private var differenceHeader: String {
    ranking.rows.contains { $0.difference?.kind == .anyTime } ? "its interval" : "its 95 % interval"
  }

  private var notes: String {
    sentences.map { $0.printable() }.joined(separator: "\n") + "\n"
  }

  private var sentences: [String] {
    let text = FindingsText(ranking)
    return [text.state, text.verdict].compactMap { $0 } + text.legend + text.lessons
  }
}
