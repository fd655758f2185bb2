import LanguageModeling

extension SearchTree {
  /// Why a hypothesis ends after which nothing can be taken: ``FinishReason/stop`` where its text is whole,
  /// ``FinishReason/deadEnd`` where it isn't. `nil` without a constraint: then the request has masked everything, which is
  /// an error.
  ///
  /// A search that ends one this way completes it as it stands; one whose hypotheses compete may drop a dead end.
  public mutating func reasonToEnd(row: Int) -> FinishReason? {
    guard let constraint = live[row].constraint else { return nil }
    guard !constraint.isComplete else { return .stop }
    noteDeadEnd(of: live[row].hypothesis, expectation: constraint.expectation)
    return .deadEnd
  }

  /// Whether hypotheses are under a constraint.
  public var isConstrained: Bool { live.first?.constraint != nil }

  /// Masks what the constraint doesn't allow after a live hypothesis.
  func constrain(_ candidates: inout Candidates, row: Int) throws(DecodingFailure) {
    guard let constraint = live[row].constraint else { return }
    candidates.keep(
      mask: try constraint.mask(), ends: endOfSequence, mayEnd: constraint.isComplete)
  }

  /// Whether the end-of-sequence tokens are masked after a live hypothesis: a minimum length gives way where nothing but
  /// the end can follow.
  func masksEndOfSequence(row: Int) -> Bool {
    guard stopRules.masksEndOfSequence(after: length(of: live[row].hypothesis)) else {
      return false
    }
    return stopRules.ignoresEndOfSequence || live[row].constraint?.isFinished != true
  }

  /// The logarithm of the probability that the model gives to all that the constraint allows after a live hypothesis; 0
  /// without one.
  ///
  /// - Parameter row: the model's logits.
  func constraintLogProbability(
    ofRow row: Int, _ logits: Span<Float>, logNormalizer: Double, scratch: inout Candidates
  ) throws(DecodingFailure) -> Double {
    guard live[row].constraint != nil else { return 0 }
    scratch.load(logits)
    try constrain(&scratch, row: row)
    guard let summary = scratch.summary(entropy: false) else { return -.infinity }
    return min(0, summary.logNormalizer - logNormalizer)
  }
}
