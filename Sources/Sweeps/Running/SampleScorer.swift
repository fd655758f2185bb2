/// Scores continuations by a user's own program.
public protocol SampleScorer {
  /// What the numbers are called.
  var name: String { get }

  /// A number for a continuation; `nil` where the program says that there is none, a failure where it answers what is
  /// no number. That fails the one continuation.
  ///
  /// - Throws: ``SweepError/execution(_:)`` where the program can't answer any more.
  mutating func score(
    _ output: SampleOutput, on task: SampleTask
  ) throws(SweepError) -> Result<Double?, SampleFailure>
}
