/// A run of temperatures at which one text comes.
public struct PathSegment: Hashable, Sendable {
  /// The number of the sample.
  public var sample: Int
  /// The first and the last binary32 temperature of the run.
  public var temperatures: ClosedRange<Float>
  /// What is generated at each of them. Several segments of a sample may have the same, with the same
  /// ``Hypothesis/id``.
  public var hypothesis: Hypothesis

  /// A run.
  public init(sample: Int, temperatures: ClosedRange<Float>, hypothesis: Hypothesis) {
    self.sample = sample
    self.temperatures = temperatures
    self.hypothesis = hypothesis
  }
}

/// How much a ``PathDecoder`` does.
public struct PathLimits: Hashable, Sendable {
  /// What errors call the bound on segments.
  public static let name = "max segments"

  /// The most segments of all samples together; more end in an error.
  public var segmentCount: Int
  /// Sequences that one step of the model advances at most, at least 1. Results don't depend on it.
  public var sequenceCount: Int

  /// Limits.
  public init(segmentCount: Int = 10_000, sequenceCount: Int = 64) {
    self.segmentCount = segmentCount
    self.sequenceCount = sequenceCount
  }
}
