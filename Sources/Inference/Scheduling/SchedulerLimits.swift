/// How much a ``Scheduler`` runs at once.
///
///     SchedulerLimits(sequenceCount: 16, memoryBytes: 1 << 30)  // at most 16 sequences and 1 GiB
public struct SchedulerLimits: Hashable, Sendable {
  /// Sequences that one step of the model advances at most, unless one request alone has more; at least 1. Results don't
  /// depend on it.
  public var sequenceCount: Int
  /// Bytes for keys, values and logits; `nil`: ``defaultMemoryBytes`` when the scheduler is made. Results don't depend on
  /// it, except that a request which needs more alone fails.
  public var memoryBytes: Int?
  /// Sequences of the requests that wait, from which on no more are asked for (``Scheduler/wantsRequests``). Among those
  /// that wait when the last one has come, the longest starts first.
  public var waitingSequenceCount: Int

  /// Limits; by default 64 sequences that run, as many that wait, and ``defaultMemoryBytes``.
  public init(sequenceCount: Int = 64, memoryBytes: Int? = nil, waitingSequenceCount: Int = 64) {
    self.sequenceCount = sequenceCount
    self.memoryBytes = memoryBytes
    self.waitingSequenceCount = waitingSequenceCount
  }

  /// Three quarters of the memory that is available now. The rest is left to what else runs, and to weights that are
  /// mapped from their file.
  public static var defaultMemoryBytes: Int { AvailableMemory.bytes / 4 * 3 }
}
