import LanguageModeling

/// A live hypothesis and a token that may come next.
struct BeamContinuation: Sendable {
  /// The row of the hypothesis.
  var row: Int
  /// The token.
  var token: TokenID
  /// The cumulative score of the hypothesis with the token.
  var score: Double
  /// What the token added to it.
  var gain: Double
  /// What selects among continuations, greatest first; among equals the lowest row, then the lowest token.
  var priority: Double
}

/// Finds the continuations that a beam search selects from: the part in which one kind of beam search differs from
/// another.
protocol BeamExpansion: Sendable {
  /// Whether the continuations come in the order of their scores.
  static var isRanked: Bool { get }

  /// Adds the continuations of a row that have a chance to be among the first `limit` of all rows.
  ///
  /// - Parameter score: the cumulative score of the row's hypothesis.
  /// - Returns: whether anything can continue the row.
  func expand(
    _ row: Int, score: Double, limit: Int, tree: inout SearchTree, logits: Span<Float>,
    scratch: inout Candidates, into continuations: inout [BeamContinuation]
  ) throws(DecodingFailure) -> Bool
}

extension BeamExpansion {
  /// Fills `continuations` with the first `limit` of all of `rows`, in the order of their priorities.
  ///
  /// - Parameter scores: the cumulative scores of the live hypotheses, by row.
  /// - Returns: the rows that nothing can continue.
  /// - Complexity: O(rows · vocabulary), and a sort of at most rows · limit continuations.
  func expand(
    _ rows: Range<Int>, scores: [Double], limit: Int, tree: inout SearchTree,
    logits: Span<Float>, scratch: inout Candidates, into continuations: inout [BeamContinuation]
  ) throws(DecodingFailure) -> [Int] {
    var ends: [Int] = []
    continuations.removeAll(keepingCapacity: true)
    for row in rows {
      let goesOn = try expand(
        row, score: scores[row], limit: limit, tree: &tree, logits: logits, scratch: &scratch,
        into: &continuations)
      if !goesOn { ends.append(row) }
    }
    continuations.sort {
      ($1.priority, $0.row, $0.token) < ($0.priority, $1.row, $1.token)
    }
    if continuations.count > limit { continuations.removeLast(continuations.count - limit) }
    return ends
  }
}

/// The most probable continuations.
struct BestContinuations: BeamExpansion {
  static var isRanked: Bool { true }

  /// What processors see. Under beams that is log-probabilities, under one beam, which is greedy search, logits.
  let scale: ScoreScale
  /// What tokens' log-probabilities are lowered by.
  var penalties: [(token: TokenID, amount: Double)] = []

  func expand(
    _ row: Int, score: Double, limit: Int, tree: inout SearchTree, logits: Span<Float>,
    scratch: inout Candidates, into continuations: inout [BeamContinuation]
  ) throws(DecodingFailure) -> Bool {
    try tree.load(row, of: logits, into: &scratch, keeping: limit, as: scale) { candidates in
      for penalty in penalties {
        candidates.updateLogit(of: penalty.token) { $0 - Float(penalty.amount) }
      }
    }
    scratch.keepGreatest(limit, ties: .cut)
    let count = continuations.count
    let normalizer = scale == .logits ? tree.logNormalizer(ofRow: row) : 0
    for index in 0..<scratch.count where scratch.logit(at: index) > -.infinity {
      let gain = Double(scratch.logit(at: index)) - normalizer
      continuations.append(
        BeamContinuation(
          row: row, token: scratch.token(at: index), score: score + gain, gain: gain,
          priority: score + gain))
    }
    return continuations.count > count
  }
}
