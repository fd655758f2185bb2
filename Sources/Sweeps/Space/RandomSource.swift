public import JSON

/// Points drawn by chance, all in one turn.
///
/// Where every space is a finite grid, points are drawn without replacement, each with the same probability, until they
/// run out (as scikit-learn's `ParameterSampler` does); unequal probabilities of a `categorical`, or a range, are drawn
/// with replacement, each space with the same probability.
public struct RandomSource: PointSource {
  private var turn: [[JSONMember]]

  /// `count` points of `spaces`, of which there must be one at least.
  public init(spaces: [ParameterSpace], count: Int, seed: UInt64) {
    var stream = PhiloxStream(seed: seed, purpose: .randomSearch)
    if let grid = UnitedGrid(spaces) {
      turn = stream.sample(count, below: grid.pointCount).compactMap(grid.point(at:))
    } else {
      turn = (0..<count).map { _ in
        spaces[stream.index(below: spaces.count)].draw(using: &stream)
      }
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

/// Finite spaces, all of whose points are as probable, put end to end.
private struct UnitedGrid {
  private let spaces: [ParameterSpace]
  /// The number of points up to the end of each space.
  private let ends: [Int]

  var pointCount: Int { ends.last ?? 0 }

  init?(_ spaces: [ParameterSpace]) {
    var ends: [Int] = []
    for space in spaces {
      let isEven = space.parameters.allSatisfy {
        if case .categorical = $0.distribution { false } else { true }
      }
      guard isEven, let count = space.pointCount else { return nil }
      let (end, overflow) = (ends.last ?? 0).addingReportingOverflow(count)
      if overflow { return nil }
      ends.append(end)
    }
    self.spaces = spaces
    self.ends = ends
  }

  func point(at index: Int) -> [JSONMember]? {
    guard let space = ends.firstIndex(where: { index < $0 }) else { return nil }
    return spaces[space].point(at: index - (space == 0 ? 0 : ends[space - 1]))
  }
}
