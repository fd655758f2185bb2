import ArgumentParser
import Sweeps

/// `decode sweep report`: ranks the trials.
struct SweepReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Ranks the trials of a sweep.")

  /// The formats.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table, md
  }

  @Argument(help: "The folder of sweep run or sweep merge.", completion: .directory)
  var folder: String

  @Option(help: ArgumentHelp("Writes to a file.", valueName: "path"), completion: .file())
  var out: String?

  @Option(name: [.customShort("o"), .long], help: "table or md. (default: by the file's ending)")
  var format: Format?

  func run() throws {
    let ranking = try reportingFailure { try Ranking(SweepResults.read(folder)) }
    let table = RankingTable(ranking: ranking)
    let isMarkdown = format == .md || format == nil && (out?.hasSuffix(".md") ?? false)
    try ResultWriter(path: out).write(isMarkdown ? table.markdown : table.text)
  }
}
