import ArgumentParser
import Inference
import JSON
import Sweeps

/// `decode sweep replay`: proves lines again.
struct SweepReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Generates lines of a sweep again and compares them, bit for bit.",
    discussion: """
      Texts, tokens, log-probabilities and metrics must be those of results.jsonl, on any machine and with any number of \
      threads. Exit code 1 where a line differs.
      """)

  @Argument(help: "The folder of sweep run or sweep merge.", completion: .directory)
  var folder: String

  @Argument(
    help: ArgumentHelp(
      "The trial: its number or its id. (default: all trials)", valueName: "trial"))
  var trial: String?

  @Option(
    help: ArgumentHelp(
      "The folder of the sweep file, which relative paths of adapters are relative to. (default: the working directory)",
      valueName: "dir"), completion: .directory)
  var sweepFolder: String?

  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Model") var computeOptions: ComputeOptions
  @OptionGroup var consoleOptions: ConsoleOptions

  func run() throws {
    let console = consoleOptions.console
    let results = try reportingFailure { try SweepResults.read(folder) }
    let trials = try chosen(results.manifest)
    var source = modelOptions
    if source.model == nil, results.manifest.model != Model.embeddedName {
      source.model = results.manifest.model
    }
    let model = try source.load(computeOptions, adapters: [], console: console)
    let prepared = try reportingFailure {
      try PreparedReplay(
        results.manifest, trials: trials,
        folder: sweepFolder.map { SweepFolder(ofFile: $0 + "/sweep.yaml") } ?? .current,
        model: model)
    }
    Interruption.listen()
    let outcome = try reportingFailure {
      let replay = try SweepReplay(results, trials: prepared.trials)
      var executor = GenerationExecutor(
        defaults: [], interpreter: prepared.interpreter, needs: replay.needs,
        isInterrupted: { Interruption.isRequested })
      return try replay.run(&executor)
    }
    let output = try ResultWriter(path: nil)
    for difference in outcome.differences {
      try output.write(
        "\(Self.place(difference.key)): \(difference.member) differs: \(Self.short(difference.recorded)) was recorded, \(Self.short(difference.generated)) came out\n"
      )
    }
    for failure in outcome.failures {
      try output.write("\(Self.place(failure.key)): \(failure.reason)\n")
    }
    guard outcome.isComplete else { throw CommandFailure.interrupted }
    try output.write("\(outcome.equalCount) lines are the same\n")
    let others = outcome.differences.count + outcome.failures.count
    guard others == 0 else { throw CommandFailure.failure("\(others) lines are not the same") }
  }

  private func chosen(_ manifest: Manifest) throws(CommandFailure) -> [Trial] {
    guard let trial else { return manifest.trials }
    let found = manifest.trials.filter { $0.id == trial || "\($0.number)" == trial }
    guard !found.isEmpty else {
      throw .usage(
        "there is no trial \(trial); give its number, as the report has it, or its id")
    }
    return found
  }

  private static func place(_ key: SampleRecord.Key) -> String {
    "trial \(key.trial), prompt \(key.prompt), sample \(key.sample)"
  }

  private static func short(_ value: JSONValue) -> String {
    let text = value.text
    return text.count > 60 ? text.prefix(59) + "…" : text
  }
}
