public import JSON

/// Proposes points of the spaces, in turns: what a turn proposes may depend on how earlier points did.
///
/// A source is a pure function of the spaces, the seed and the scores that it was given, so that every shard and every
/// resumed run proposes the same points.
public protocol PointSource: Sendable {
  /// The points of the next turn, in order; empty when there are no more.
  mutating func next() -> [[JSONMember]]

  /// Takes in how the points of the last turn did, in their order: greater is better, NaN failed.
  mutating func observe(_ scores: [Double])
}
