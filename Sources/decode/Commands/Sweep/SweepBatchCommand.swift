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

  @OptionGroup var options: ShardingOptions

  func run() throws {
    try options.check(file)
    let script = SlurmScript(
      file: file, output: options.folder(for: file), shardCount: options.shards,
      throttle: options.throttle, processors: options.cpus, program: options.program)
    try ResultWriter(path: nil).write(script.text)
  }
}
