public import JSON

/// Every point of every space, in declaration order, all in one turn.
public struct GridSource: PointSource {
  private var turn: [[JSONMember]]

  /// The grids of `spaces`, one after the other, at most `limit` points. Spaces must be finite
  /// (``ParameterSpace/pointCount``).
  public init(spaces: [ParameterSpace], limit: Int?) {
    turn = []
    for space in spaces {
      let room = limit.map { $0 - turn.count } ?? .max
      turn += (0..<min(space.pointCount ?? 0, max(0, room))).compactMap(space.point(at:))
    }
  }

  /// The points of the next turn.
  public mutating func next() -> [[JSONMember]] {
    defer { turn = [] }
    return turn
  }

  /// Does nothing: points don't depend on scores.
  public func observe(_ scores: [Double]) {}
}
