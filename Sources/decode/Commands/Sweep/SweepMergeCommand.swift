import ArgumentParser
import Sweeps

/// `decode sweep merge`: puts shards together.
struct SweepMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Puts the shards of a sweep together.",
    discussion: """
      Writes results.jsonl, the same bytes whatever the number of shards, timings aside; failures.jsonl; manifest.json; \
      and index.sqlite, made from them. Shards of different sweeps, missing and unfinished ones are refused.
      """)

  @Argument(help: "Folders of sweep run.", completion: .directory)
  var folders: [String]

  @Option(help: ArgumentHelp("The folder to write.", valueName: "dir"), completion: .directory)
  var out: String

  @OptionGroup var consoleOptions: ConsoleOptions

  func validate() throws {
    if out.isEmpty { throw ValidationError("--out is empty; give a folder") }
  }

  func run() throws {
    let console = consoleOptions.console
    let results = try reportingFailure {
      let results = try ShardMerge.results(of: folders)
      try ShardMerge.write(results, to: out)
      return results
    }
    console.note("\(results.records.count) continuations in \(out)/results.jsonl")
    if !results.failures.isEmpty {
      console.warn("\(results.failures.count) continuations failed; see \(out)/failures.jsonl")
    }
  }
}
