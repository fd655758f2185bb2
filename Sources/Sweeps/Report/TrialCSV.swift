import JSON

/// A ranking as comma-separated values (RFC 4180), a row for each trial.
public enum TrialCSV: String, CaseIterable, Sendable {
  /// Our own columns: rank, trial, parameters, metrics with their intervals, and the comparison with the baseline.
  case plain
  /// Those of Optuna's `Study.trials_dataframe()`: `number`, `value`, `params_…`, `user_attrs_…`, `state`. What a
  /// journal doesn't hold, times of day, is left out. Numbers count from 0, in the order of the plan; the baseline, where
  /// no trial is the same, is the last.
  case optuna
  /// Those of a table of runs that W&B exports: `Name`, `State`, `Sweep`, then parameters and metrics by their names.
  case wandb

  /// The text, with a row of names first.
  public func text(of ranking: Ranking) -> String {
    let rows =
      switch self {
      case .plain: Self.plainRows(ranking)
      case .optuna: Self.optunaRows(ranking)
      case .wandb: Self.wandbRows(ranking)
      }
    return rows.map { $0.map(Self.field).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func plainRows(_ ranking: Ranking) -> [[String]] {
    let manifest = ranking.manifest
    var header = ["rank", "trial", "id", "strategy", "baseline"] + manifest.parameters
    header += ["selection_score", "prompts", "failed"]
    header += manifest.metrics.flatMap { [$0, $0 + "_lower", $0 + "_upper"] }
    header += ["difference", "difference_lower", "difference_upper"]
    header += ["p_bootstrap", "p_randomization", "p_holm"]
    return [header]
      + ranking.rows.enumerated().map { rank, row in
        var cells = ["\(rank + 1)", "\(row.trial.number)", row.trial.id, row.trial.strategy ?? ""]
        cells.append("\(row.trial.isBaseline)")
        cells += manifest.parameters.map { value(of: $0, in: row.trial) }
        cells += [number(row.selectionScore), "\(row.promptCount)", "\(row.failureCount)"]
        cells += row.values.flatMap {
          [number($0.interval.estimate), number($0.interval.lower), number($0.interval.upper)]
        }
        let difference = row.difference
        cells += [
          difference?.bootstrap.difference.estimate, difference?.bootstrap.difference.lower,
          difference?.bootstrap.difference.upper, difference?.bootstrap.pValue,
          difference?.randomization, difference?.adjusted,
        ].map { $0.map(number) ?? "" }
        return cells
      }
  }

  private static func optunaRows(_ ranking: Ranking) -> [[String]] {
    let manifest = ranking.manifest
    let others = manifest.metrics.filter { $0 != manifest.objective?.name }
    let header =
      ["number", "value"] + manifest.parameters.map { "params_" + $0 }
      + others.map { "user_attrs_" + $0 } + ["state"]
    // The baseline's number is 0 in the plan where it is no trial of the space.
    let rows = ranking.rows.sorted {
      ($0.trial.number == 0 ? .max : $0.trial.number)
        < ($1.trial.number == 0 ? .max : $1.trial.number)
    }
    return [header]
      + rows.enumerated().map { place, row in
        ["\(place)", number(row.selectionScore)]
          + manifest.parameters.map { value(of: $0, in: row.trial) }
          + others.map { number(row.value(of: $0)?.estimate ?? .nan) }
          + [state(of: row, in: manifest, complete: "COMPLETE", pruned: "PRUNED", failed: "FAIL")]
      }
  }

  private static func wandbRows(_ ranking: Ranking) -> [[String]] {
    let manifest = ranking.manifest
    let header = ["Name", "State", "Sweep"] + manifest.parameters + manifest.metrics
    return [header]
      + ranking.rows.map { row in
        [
          "\(manifest.name)-\(row.trial.number)",
          state(of: row, in: manifest, complete: "finished", pruned: "killed", failed: "failed"),
          manifest.name,
        ] + manifest.parameters.map { value(of: $0, in: row.trial) }
          + manifest.metrics.map { number(row.value(of: $0)?.estimate ?? .nan) }
      }
  }

  private static func state(
    of row: Ranking.Row, in manifest: Manifest, complete: String, pruned: String, failed: String
  ) -> String {
    if row.failureCount > 0 { return failed }
    return row.promptCount == manifest.prompts.count ? complete : pruned
  }

  private static func value(of parameter: String, in trial: Trial) -> String {
    trial.parameters.first { $0.key == parameter }.map { $0.value.string ?? $0.value.text } ?? ""
  }

  private static func number(_ value: Double) -> String {
    value.isFinite ? "\(value)" : ""
  }

  /// A field, between quotation marks where it holds what separates fields.
  private static func field(_ text: String) -> String {
    let text = withoutControls(text)
    return text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline })
      ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }

  /// A text that a terminal shows and doesn't obey: control characters, but for tabs and newlines, are spelled out.
  private static func withoutControls(_ text: String) -> String {
    func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.generalCategory == .control && scalar != "\t" && scalar != "\n"
        && scalar != "\r"
    }
    guard text.unicodeScalars.contains(where: isObeyed) else { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      if isObeyed(scalar) {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }
}
