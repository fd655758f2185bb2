import LanguageModeling

// A constraint's whole mask isn't needed to find the greatest candidates that it allows, nor to see that the one that a
// draw takes is allowed. What is found so is what the whole mask gives, bit for bit.

extension SearchTree {
  /// Loads a row as ``load(_:of:into:as:adjust:)`` does, for who keeps the `count` greatest candidates next.
  func load(
    _ row: Int, of logits: Span<Float>, into candidates: inout Candidates, keeping count: Int,
    as scale: ScoreScale = .logits, adjust: (inout Candidates) -> Void = { _ in }
  ) throws(DecodingFailure) {
    loadUnconstrained(row, of: logits, into: &candidates, as: scale, adjust: adjust)
    guard live[row].constraint != nil else { return }
    if try keepAllowed(count, of: &candidates, row: row) { return }
    try load(row, of: logits, into: &candidates, as: scale, adjust: adjust)
  }

  /// Loads a row, and applies a chain of filters to it.
  ///
  /// - Parameter shift: what is added to the logits before the filters.
  func load(
    _ row: Int, of logits: Span<Float>, into candidates: inout Candidates,
    shapedBy chain: FilterChain,
    state: FilterChain.State, noise: CounterNoise, position: Int, as scale: ScoreScale = .logits,
    shift: Double? = nil
  ) throws(DecodingFailure) {
    if live[row].constraint != nil, case .greatest(let count, let start) = chain.maskReach {
      loadUnconstrained(row, of: logits, into: &candidates, as: scale)
      if let shift { candidates.shiftLogits(by: shift) }
      var isKnown = true
      try chain.apply(
        to: &candidates, state: state, noise: noise, position: position, pausing: start
      ) { (candidates) throws(DecodingFailure) in
        isKnown = try keepAllowed(count, of: &candidates, row: row)
      }
      if isKnown { return }
    }
    try load(row, of: logits, into: &candidates, as: scale)
    if let shift { candidates.shiftLogits(by: shift) }
    chain.apply(to: &candidates, state: state, noise: noise, position: position)
  }

  /// Keeps the `count` greatest candidates that are allowed, and those that equal the last of them.
  ///
  /// - Returns: whether they were found; if not, the candidates are of no use any more.
  /// - Complexity: O(candidates), and somewhat more than `count` questions to the constraint.
  private func keepAllowed(
    _ count: Int, of candidates: inout Candidates, row: Int
  ) throws(DecodingFailure) -> Bool {
    // A list that is dense stays dense where all fit, and sums over it come out by its places.
    guard candidates.isDense, count < candidates.count, live[row].constraint?.knownMask == nil
    else { return false }
    let reach = count.addingReportingOverflow(count / 2 + 8)
    guard !reach.overflow, reach.partialValue < candidates.count else { return false }
    candidates.keepGreatest(reach.partialValue, ties: .kept)
    var allowed: Set<TokenID> = []
    var last = Double.infinity
    for candidate in candidates.ranked(logNormalizer: 0) {
      let logit = candidate.logProbability
      if allowed.count >= count, logit < last { break }
      guard try allows(candidate.token, row: row) else { continue }
      allowed.insert(candidate.token)
      if allowed.count <= count { last = logit }
    }
    guard allowed.count >= count else { return false }
    candidates.keep { token, _ in allowed.contains(token) }
    return true
  }

  /// Whether a token may come next after a live hypothesis, its constraint and its end asked.
  func allows(_ token: TokenID, row: Int) throws(DecodingFailure) -> Bool {
    guard let constraint = live[row].constraint else { return true }
    if endOfSequence.contains(token), constraint.isComplete { return true }
    return try constraint.allows(token)
  }
}
