import ArgumentParser
import Inference
import JSON
import Sweeps

/// `decode sweep plan`: the trials, each of them checked.
struct SweepPlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Shows the trials of a sweep, and checks each, without running any.")

  /// The formats.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table, jsonl
  }

  @OptionGroup var sweepOptions: SweepOptions
  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Model") var computeOptions: ComputeOptions

  @Option(help: ArgumentHelp("The part of the prompts.", valueName: "i/n"), transform: Shard.parsed)
  var shard = Shard.whole

  @Option(name: [.customShort("o"), .long], help: "table or jsonl.")
  var format = Format.table

  @OptionGroup var consoleOptions: ConsoleOptions

  func run() throws {
    let console = consoleOptions.console
    let sweep = try sweepOptions.prepare(modelOptions, computeOptions, console: console)
    _ = try reportingFailure { try sweep.manifest(of: shard, toolVersion: Decode.version) }
    try SweepPlanReport(sweep: sweep, shard: shard).write(format, console: console)
  }
}

/// The plan, as `plan` and `run --dry-run` print it.
struct SweepPlanReport {
  let sweep: PreparedSweep
  let shard: Shard

  func write(_ format: SweepPlanCommand.Format, console: Console) throws(CommandFailure) {
    let table = TrialTable(trials: sweep.trialsToRun)
    let output = try ResultWriter(path: nil)
    try output.write(format == .table ? table.text : table.jsonLines)
    console.note(summary)
  }

  private var summary: String {
    let count = sweep.trials.count
    let prompts = sweep.prompts.prompts.indices.count { shard.contains(promptAt: $0) }
    var text = "\(count) \(count == 1 ? "trial" : "trials")"
    if sweep.specification.method == .tpe {
      text = "the first \(text) of \(sweep.specification.runCap ?? count)"
    }
    if sweep.trialsToRun.count > count { text += " and the baseline" }
    if sweep.duplicateCount > 0 { text += " (\(sweep.duplicateCount) equal ones left out)" }
    text += ", \(prompts) \(prompts == 1 ? "prompt" : "prompts")"
    if let total = sweep.continuationCount(of: shard) {
      text += sweep.specification.earlyTermination == nil ? ", " : ", at most "
      text += "\(total) continuations"
    }
    return text
  }
}
