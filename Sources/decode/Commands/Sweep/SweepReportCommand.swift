import ArgumentParser
import Sweeps

/// `decode sweep report`: ranks the trials.
struct SweepReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Ranks the trials of a sweep.",
    discussion: """
      html is one page that needs nothing else, with charts and texts; optuna and wandb are tables under the column \
      names of Optuna's trials_dataframe() and of W&B's exports.
      """)

  /// The formats.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table, md, html, csv, optuna, wandb
  }

  @Argument(help: "The folder of sweep run or sweep merge.", completion: .directory)
  var folder: String

  @Option(help: ArgumentHelp("Writes to a file.", valueName: "path"), completion: .file())
  var out: String?

  @Option(
    name: [.customShort("o"), .long],
    help: "table, md, html, csv, optuna or wandb. (default: by the file's ending, else table)")
  var format: Format?

  func run() throws {
    let text = try reportingFailure {
      let results = try SweepResults.read(folder)
      return try self.text(of: results, ranking: Ranking(results))
    }
    let output = try ResultWriter(whole: out)
    try output.write(text)
    try output.finish()
  }

  private func text(of results: SweepResults, ranking: Ranking) throws(SweepError) -> String {
    switch format ?? formatOfFile {
    case .table:
      try RankingTable(ranking: ranking).text
        + MetricCurve.summaries(of: results, ranking: ranking).map { "\n\($0)\n" }.joined()
    case .md:
      try RankingTable(ranking: ranking).markdown
        + MetricCurve.summaries(of: results, ranking: ranking).map { "\n\($0)\n" }.joined()
    case .html:
      try HTMLReport(results, ranking: ranking, writer: SettingsText()).page()
    case .csv: TrialCSV.plain.text(of: ranking)
    case .optuna: TrialCSV.optuna.text(of: ranking)
    case .wandb: TrialCSV.wandb.text(of: ranking)
    }
  }

  private var formatOfFile: Format {
    guard let out, let dot = out.lastIndex(of: ".") else { return .table }
    return switch out[out.index(after: dot)...].lowercased() {
    case "html", "htm": .html
    case "md": .md
    case "csv": .csv
    default: .table
    }
  }
}
