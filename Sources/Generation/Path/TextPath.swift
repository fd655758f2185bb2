import Decoding
public import LanguageModeling

/// The texts of every temperature of an interval.
public struct TextPath: Hashable, Sendable {
  /// A run of temperatures at which one text comes.
  public struct Segment: Hashable, Sendable {
    /// The first and the last binary32 temperature of the run.
    public var temperatures: ClosedRange<Float>
    /// What is generated at each of them. A sample may have the same text in several segments.
    public var sequence: GeneratedSequence
  }

  /// The tokens that the model was fed.
  public var promptTokens: [TokenID]
  /// The segments, by sample and temperature. Those of a sample hold every binary32 number of the interval once.
  public var segments: [Segment]
  /// The seed of the noise.
  public var seed: UInt64
  /// The tokens that the model was fed, those of the prompt included.
  public var computedTokens: Int
  /// Seconds that it took.
  public var seconds: Double

  /// The number of texts that differ in their tokens, over all samples.
  public var distinctCount: Int { Set(segments.map { $0.sequence.tokens.map(\.token) }).count }
}
