/// Scores continuations by a user's own program.
public protocol SampleScorer {
  /// What the numbers are called.
  var name: String { get }

  /// A number for a continuation; `nil` where the program says that there is none.
  ///
  /// - Throws: ``SweepError/execution(_:)`` where the program fails or answers nonsense.
  mutating func score(_ output: SampleOutput, on task: SampleTask) throws(SweepError) -> Double?
}
