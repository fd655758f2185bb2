import ArgumentParser

/// `decode sweep`: tries decoding settings over prompts.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Finds the decoding settings that work, with evidence.",
    discussion: """
      A sweep runs every trial, a choice of settings, on every prompt, and ranks the trials by a metric. `plan` shows \
      the trials, `run` runs them, `report` ranks them. A run that was stopped goes on with --resume; `run --shard I/N`, \
      `sbatch`, `status` and `merge` spread it over machines.
      """,
    subcommands: [
      SweepRunCommand.self, SweepPlanCommand.self, SweepStatusCommand.self,
      SweepMergeCommand.self, SweepReportCommand.self, SweepBatchCommand.self,
    ])
}
