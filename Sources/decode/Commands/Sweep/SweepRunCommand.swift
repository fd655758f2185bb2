import ArgumentParser
import Inference
import JSON
import Sweeps

/// `decode sweep run`: runs the trials.
struct SweepRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs the trials of a sweep over its prompts.",
    discussion: """
      Each continuation is written down as soon as it is there, so that a run that was stopped, however it was, goes on \
      with --resume. All trials of a prompt advance together, and the prompt is read once. SIGTERM ends the run after \
      the continuations that are under way, with exit code 75.
      """)

  @OptionGroup var sweepOptions: SweepOptions

  @Option(
    help: ArgumentHelp("The folder for results.", valueName: "dir"), completion: .directory)
  var out: String?

  @Option(
    help: ArgumentHelp("Runs a part of the prompts, such as 2/8.", valueName: "i/n"),
    transform: Shard.parsed)
  var shard = Shard.whole

  @Flag(help: "Goes on with what is in the folder.")
  var resume = false

  @Flag(help: "Shows the trials, checks each, and stops.")
  var dryRun = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Gives up after more failed continuations than this.", valueName: "n"))
  var maxFailures: Int?

  @Flag(help: "Shows the first trials of the ranking so far, on standard error, every few seconds.")
  var watch = false

  @Option(help: "auto (a line that changes on a terminal, else plain), plain, json or none.")
  var progress = ProgressMode.auto

  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Model") var computeOptions: ComputeOptions
  @OptionGroup var consoleOptions: ConsoleOptions

  func validate() throws {
    if out == nil && !dryRun {
      throw ValidationError("there is no folder for results; give --out DIR")
    }
    if out?.isEmpty == true { throw ValidationError("--out is empty; give a folder") }
    if let maxFailures, maxFailures < 0 {
      throw ValidationError("--max-failures: \(maxFailures) is not a number; give 0 or more")
    }
  }

  func run() throws {
    let console = consoleOptions.console
    Interruption.listenForTermination()
    let sweep = try sweepOptions.prepare(modelOptions, computeOptions, console: console)
    // Until here nothing is under way that Ctrl-C would have to spare.
    Interruption.listen()
    let manifest = try reportingFailure {
      try sweep.manifest(of: shard, toolVersion: Decode.version)
    }
    guard !dryRun, let out else {
      return try SweepPlanReport(sweep: sweep, shard: shard).write(.table, console: console)
    }
    let outcome = try run(sweep, manifest, into: out, console: console)
    if shard.count == 1, outcome != .stopped { try printRanking(of: out) }
    switch outcome {
    case .finished: break
    case .finishedWithFailures(let count):
      throw CommandFailure.partial(
        "\(count) continuations failed; see \(out)/\(shard.folderName)/failures.jsonl")
    case .stopped:
      if Interruption.isRequested { throw CommandFailure.interrupted }
      throw CommandFailure.stopped("stopped; what is done is in \(out), go on with --resume")
    }
  }

  private func run(
    _ sweep: PreparedSweep, _ manifest: Manifest, into out: String, console: Console
  ) throws(CommandFailure) -> SweepOutcome {
    var scorers: [any SampleScorer] = []
    for metric in sweep.specification.metrics {
      switch metric {
      case .named: break
      case .command(let name, let command):
        scorers.append(
          try reportingFailure {
            try CommandScorer(name: name, command: command) { Interruption.stopRequest }
          })
      case .language(let name, let language):
        scorers.append(
          try reportingFailure {
            try LanguageScorer(
              name: name, language: language, file: sweep.specification.file)
          })
      }
    }
    let report = SweepProgressReport(progress, console: console)
    let ranking = watch ? RankingWatch(folder: out) : nil
    defer { report.finish() }
    let executor: GenerationExecutor
    do throws(SweepError) {
      executor = GenerationExecutor(
        sweep.specification, interpreter: sweep.interpreter,
        needs: try SweepRunner.needs(of: sweep.specification),
        isInterrupted: { Interruption.isRequested })
    } catch {
      throw CommandFailure(error)
    }
    defer {
      let usage = executor.usage
      console.detail(
        "tokens: \(usage.madeTokens) in all prompts and continuations, \(usage.computedTokens) computed"
      )
    }
    do throws(SweepError) {
      let journal = try ShardJournal(output: out, manifest: manifest, resumes: resume)
      var runner = try SweepRunner(
        sweep.specification, prompts: sweep.prompts.prompts, planner: sweep.planner,
        manifest: manifest, journal: journal,
        executor: executor,
        scorers: scorers, failureLimit: maxFailures,
        report: { progress in
          report.update(progress)
          ranking?.update()
        },
        isStopped: { Interruption.isStopRequested })
      return try runner.run()
    } catch {
      // A scorer that ended with the sweep failed nobody: what it left open is done on resuming.
      if case .execution = error, Interruption.isStopRequested { return .stopped }
      throw CommandFailure(error)
    }
  }

  /// The ranking on standard output, short enough to be looked at.
  private func printRanking(of folder: String) throws(CommandFailure) {
    do throws(SweepError) {
      let results = try ShardMerge.results(of: [folder])
      let ranking = try Ranking(results)
      try? ResultWriter(path: nil).write(
        RankingTable(ranking: ranking, limit: 30).text
          + MetricCurve.summaries(of: results, ranking: ranking).map { "\n\($0)\n" }.joined())
    } catch {
      throw CommandFailure(error)
    }
  }
}
