/// A script for Slurm: an array of shards, and a merge that waits for them.
public struct SlurmScript: Hashable, Sendable {
  /// The sweep file.
  public var file: String
  /// The folder for results.
  public var output: String
  /// The number of shards, written into the script: a resubmission of some of the tasks changes what Slurm says of the
  /// array, never what the shards are.
  public var shardCount: Int
  /// The most shards that run at once; `nil`: no limit.
  public var throttle: Int?
  /// Processors for each shard.
  public var processors: Int
  /// The program, as the nodes find it.
  public var program: String

  /// A script for `shardCount` shards.
  public init(
    file: String, output: String, shardCount: Int, throttle: Int? = nil, processors: Int = 1,
    program: String = "decode"
  ) {
    self.file = file
    self.output = output
    self.shardCount = shardCount
    self.throttle = throttle
    self.processors = processors
    self.program = program
  }

  /// The script. Run by a shell it submits itself and the merge; run by Slurm it does one shard.
  ///
  /// A shard that Slurm stops (SIGTERM, then exit status 75) asks to be queued again and goes on where it was.
  public var text: String {
    let decode = ShellWord.quoted(program)
    let sweep = ShellWord.quoted(file)
    let folder = ShellWord.quoted(output)
    let array = "0-\(shardCount - 1)" + (throttle.map { "%\($0)" } ?? "")
    return """
      #!/bin/bash
      #SBATCH --job-name=decode-sweep
      #SBATCH --array=\(array)
      #SBATCH --cpus-per-task=\(processors)
      #SBATCH --signal=B:TERM@90
      #SBATCH --requeue
      #SBATCH --open-mode=append
      # Submit with: bash SCRIPT   (from the folder that the paths below are relative to)
      set -u

      if [ -z "${SLURM_ARRAY_TASK_ID:-}" ]; then
        job=$(sbatch --parsable "$0") || exit
        echo "Submitted the shards as array job $job"
        # afterany: the merge says which shards are missing, if any.
        sbatch --job-name=decode-merge --dependency="afterany:$job" --wrap \
      \(ShellWord.quoted("\(decode) sweep merge \(folder) --out \(ShellWord.quoted(output + "/merged"))"))
        exit
      fi

      \(decode) sweep run \(sweep) --out \(folder) --shard "$((SLURM_ARRAY_TASK_ID + 1))/\(shardCount)" \
        --threads "${SLURM_CPUS_PER_TASK:-\(processors)}" --resume --progress plain &
      shard=$!
      # The signal reaches this shell, and `wait` returns at once; the shard finishes its batch and exits with 75.
      trap 'kill -TERM "$shard" 2>/dev/null' TERM
      wait "$shard"; status=$?
      while kill -0 "$shard" 2>/dev/null; do wait "$shard"; status=$?; done
      if [ "$status" -eq 75 ]; then
        scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
      fi
      exit "$status"

      """
  }
}
