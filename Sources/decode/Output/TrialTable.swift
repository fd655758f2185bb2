import JSON
import Sweeps

/// The plan of a sweep as a table and as JSON lines.
struct TrialTable {
  var trials: [Trial]

  /// The trials with their parameters in columns; a dash where a parameter has no effect.
  var text: String {
    let names = Self.parameterNames(of: trials)
    var table = TextTable(rows: [["trial", "id", "strategy"] + names])
    table.rightAligned = Set([0] + (3..<3 + names.count))
    for trial in trials {
      table.rows.append(
        [trial.isBaseline && trial.number == 0 ? "baseline" : "\(trial.number)", trial.id]
          + [trial.strategy ?? ""]
          + names.map { Self.cell(trial, $0) })
    }
    return table.text
  }

  /// One object a line.
  var jsonLines: String {
    trials.map { trial in
      JSONValue.members([
        "trial": .integer(trial.number), "id": .string(trial.id),
        "baseline": .bool(trial.isBaseline), "parameters": .object(trial.parameters),
        "settings": .object(trial.settings),
      ]).text + "\n"
    }.joined()
  }

  /// The parameters of all trials, in the order in which they come.
  static func parameterNames(of trials: [Trial]) -> [String] {
    trials.flatMap(\.parameters).map(\.key).reduce(into: []) {
      if !$0.contains($1) { $0.append($1) }
    }
  }

  /// A trial's value of a parameter; of the baseline, what holds for it without anybody saying so.
  static func cell(_ trial: Trial, _ name: String) -> String {
    let members =
      trial.isBaseline && trial.parameters.isEmpty ? trial.settings : trial.parameters
    guard let value = members.first(where: { $0.key == name })?.value else { return "–" }
    return value.string ?? value.text
  }
}
