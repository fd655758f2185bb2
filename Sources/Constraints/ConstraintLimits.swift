/// How much a constraint may cost. What needs more is refused with ``ConstraintError/limit(reason:)``.
///
/// The defaults hold a language and its masks to some 200 MB, and any one call to a few seconds.
public struct ConstraintLimits: Hashable, Sendable {
  /// The most regular languages that the table may hold: each state of each automaton is one.
  public var regularStates: Int
  /// The most states, sequences and stacks of the pushdown machine.
  public var machineStates: Int
  /// The most threads that one state may hold: ways to read what was written so far.
  public var threads: Int
  /// The deepest nesting of groups in an expression, a grammar or a schema.
  public var nesting: Int

  /// The defaults, or some of them changed.
  public init(
    regularStates: Int = 400_000, machineStates: Int = 400_000, threads: Int = 20_000,
    nesting: Int = 200
  ) {
    self.regularStates = regularStates
    self.machineStates = machineStates
    self.threads = threads
    self.nesting = nesting
  }
}
