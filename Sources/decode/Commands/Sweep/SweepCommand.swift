import ArgumentParser

/// `decode sweep`: tries decoding settings over prompts.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Finds the decoding settings that work, with evidence.",
    discussion: """
      A sweep runs every trial, a choice of settings, on every prompt, and ranks the trials by a metric. `plan` shows \
      the trials, `run` runs them, `report` ranks them, `replay` proves lines again. A run that was stopped goes on with \
      --resume; `run --shard I/N`, `sbatch`, `kubernetes`, `status` and `merge` spread it over machines. `decode help \
      sweep-file` prints the format of the sweep file.
      """,
    subcommands: [
      SweepRunCommand.self, SweepPlanCommand.self, SweepStatusCommand.self,
      SweepMergeCommand.self, SweepReportCommand.self, SweepBatchCommand.self,
      SweepKubernetesCommand.self, SweepReplayCommand.self,
    ])
}
