/// The best results that a beam search has found, as many as it has beams.
struct BeamPool: Sendable {
  struct Result: Sendable {
    var hypothesis: HypothesisID
    var score: Double
    var reason: FinishReason
  }

  /// Which of two results with equal scores ranks higher.
  enum Ties: Sendable {
    case earlier
    case later
  }

  let capacity: Int
  let ties: Ties
  /// Best first.
  private(set) var results: [Result] = []

  init(capacity: Int, ties: Ties) {
    self.capacity = capacity
    self.ties = ties
  }

  var isFull: Bool { results.count >= capacity }

  /// The score that a result must beat once the pool is full.
  var worstScore: Double? { results.last?.score }

  /// Takes a result in. A full pool lets go of its worst for it, or of the new one where that is no better.
  mutating func add(_ result: Result) {
    if isFull {
      guard let worstScore, result.score > worstScore else { return }
      results.removeLast()
    }
    let index = results.firstIndex {
      ties == .earlier ? $0.score < result.score : $0.score <= result.score
    }
    results.insert(result, at: index ?? results.count)
  }
}

extension SearchTree {
  /// Hands out the first of `results` in their order; the number of each is its rank.
  mutating func complete(_ results: [BeamPool.Result], limit: Int) {
    for (rank, result) in results.prefix(limit).enumerated() {
      complete(
        result.hypothesis, slot: rank, sample: rank, score: result.score, reason: result.reason)
    }
  }
}
