import ArgumentParser
import Sweeps

/// `decode sweep sbatch`: a script for Slurm.
struct SweepBatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sbatch",
    abstract: "Prints a script that runs a sweep as a Slurm job array.",
    discussion: """
      decode sweep sbatch sweep.yaml --shards 32 > sweep.sh; bash sweep.sh

      The script submits itself as an array, one task a shard, and a merge that waits for all of them. A task that Slurm \
      stops finishes what is under way, asks to be queued again, and goes on from there.
      """)

  @Argument(help: "The sweep file.", completion: .file(extensions: ["yaml", "yml", "json"]))
  var file: String

  @Option(help: ArgumentHelp("The number of shards.", valueName: "n"))
  var shards: Int

  @Option(
    help: ArgumentHelp(
      "The folder for results. (default: the sweep file's name without its ending)",
      valueName: "dir"))
  var out: String?

  @Option(help: ArgumentHelp("The most shards that run at once.", valueName: "n"))
  var throttle: Int?

  @Option(help: ArgumentHelp("Processors for each shard.", valueName: "n"))
  var cpus = 1

  @Option(help: ArgumentHelp("The program as the nodes find it.", valueName: "path"))
  var program = "decode"

  func validate() throws {
    for (flag, value) in [("--shards", shards), ("--throttle", throttle ?? 1), ("--cpus", cpus)]
    where !(1...Shard.countLimit).contains(value) {
      throw ValidationError("\(flag): \(value) is out of range; give 1 to \(Shard.countLimit)")
    }
    if out?.isEmpty == true { throw ValidationError("--out is empty; give a folder") }
  }

  func run() throws {
    // What can't be run isn't to be found out on the cluster.
    let specification = try SweepFile.read(file)
    if let reason = specification.refusal(of: shards) { throw CommandFailure(reason) }
    let script = SlurmScript(
      file: file, output: out ?? defaultFolder, shardCount: shards, throttle: throttle,
      processors: cpus,
      program: program)
    try ResultWriter(path: nil).write(script.text)
  }

  /// The file's name without its ending; one that is all ending, such as `.yaml`, leaves nothing to name a folder by.
  private var defaultFolder: String {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    guard let dot = name.lastIndex(of: ".") else { return name + "-results" }
    return dot == name.startIndex ? "sweep" : String(name[..<dot])
  }
}
