/// The best results that a beam search has found, as many as it has beams.
package struct BeamPool: Sendable {
  package struct Result: Sendable {
    package var hypothesis: HypothesisID
    package var score: Double
    package var reason: FinishReason

    package init(hypothesis: HypothesisID, score: Double, reason: FinishReason) {
      self.hypothesis = hypothesis
      self.score = score
      self.reason = reason
    }
  }

  /// Which of two results with equal scores ranks higher.
  package enum Ties: Sendable {
    case earlier
    case later
  }

  package let capacity: Int
  package let ties: Ties
  /// Best first.
  package private(set) var results: [Result] = []

  package init(capacity: Int, ties: Ties) {
    self.capacity = capacity
    self.ties = ties
  }

  package var isFull: Bool { results.count >= capacity }

  /// The score that a result must beat once the pool is full.
  package var worstScore: Double? { results.last?.score }

  /// Takes a result in. A full pool drops its worst result for it, or the new one where that is no better.
  package mutating func add(_ result: Result) {
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
