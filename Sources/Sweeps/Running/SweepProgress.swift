/// How far a run is.
public struct SweepProgress: Hashable, Sendable {
  /// Continuations that are done, those of earlier runs included.
  public var done: Int
  /// Continuations that failed in this run.
  public var failed: Int
  /// Continuations that there will be, as far as is known now; a search that halves or learns adds to it.
  public var expected: Int
  /// Tokens that this run generated.
  public var generatedTokens: Int
}

/// How a run ended.
public enum SweepOutcome: Hashable, Sendable {
  /// Everything is there.
  case finished
  /// All was tried, and this many continuations failed.
  case finishedWithFailures(Int)
  /// It was asked to stop; a resumed run goes on.
  case stopped
}
