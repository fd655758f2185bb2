import LanguageModeling

// What a search needs that adds tokens a block at a time.

extension SearchTree {
  /// Lets the prompt branch into the request's samples, before any of them has a token.
  mutating func branch() {
    guard let prompt = live.first else { return }
    for slot in 0..<sampleCount {
      next.append(
        Leaf(
          hypothesis: prompt.hypothesis, slot: slot, matcher: prompt.matcher,
          constraint: prompt.constraint, parentRow: 0))
    }
  }

  /// Lets a hypothesis live on as it is.
  mutating func keep(_ row: Int) {
    let leaf = live[row]
    next.append(
      Leaf(
        hypothesis: leaf.hypothesis, slot: leaf.slot, matcher: leaf.matcher,
        constraint: leaf.constraint, parentRow: row))
  }

  /// Adds tokens to a hypothesis, up to the first that ends it; it is a result then, and lives on if none does.
  ///
  /// - Returns: whether it lives on.
  /// - Throws: ``DecodingFailure/constraint(_:)`` where the constraint takes more than it may.
  mutating func append(_ tokens: [GeneratedToken], to row: Int) throws(DecodingFailure) -> Bool {
    var leaf = live[row]
    for token in tokens {
      let child = try grow(leaf, from: row, by: token)
      if let reason = child.finishReason {
        complete(child.hypothesis, slot: leaf.slot, reason: reason)
        return false
      }
      announce(child.hypothesis, slot: leaf.slot)
      leaf = Leaf(
        hypothesis: child.hypothesis, slot: leaf.slot, matcher: child.matcher,
        constraint: child.constraint, parentRow: row)
    }
    next.append(leaf)
    return true
  }

  /// Loads a row of a canvas: the scores of guidance where the request has it, without the mask, with what the request masks
  /// taken out, its processors applied, and what its constraint doesn't allow taken out.
  ///
  /// - Parameters:
  ///   - index: the row among those of all canvases of the step.
  ///   - leaf: the row of the hypothesis that the canvas continues.
  ///   - position: the index of the token among the generated ones.
  ///   - excluded: the mask.
  /// - Throws: ``DecodingFailure/notFinite(length:)``, and ``DecodingFailure/constraint(_:)`` where the constraint takes more
  ///   than it may.
  func loadCanvas(
    _ index: Int, of logits: Span<Float>, width: Int, leaf: Int, position: Int,
    without excluded: TokenID?, into candidates: inout Candidates
  ) throws(DecodingFailure) {
    let elements = index * width..<(index + 1) * width
    if guidanceScale == nil {
      candidates.load(logits.extracting(elements))
    } else {
      candidates.load(guidedScores.span.extracting(elements))
    }
    if let excluded { candidates.exclude(excluded) }
    // Those of guidance were looked at before.
    guard guidanceScale != nil || candidates.isDistribution else {
      throw .notFinite(length: promptLength + position)
    }
    if stopRules.masksEndOfSequence(after: position) {
      for token in endOfSequence { candidates.exclude(token) }
    }
    for processor in processors { processor.process(&candidates, context: promptContext) }
    try constrain(&candidates, row: leaf)
  }

  /// Makes the scores that a search over canvases sees those of guidance: scale · (c − u) + u, of the log-probabilities *c*
  /// in `logits` and *u* in `negative`, a row of each for each position, `[positions, vocabularyCount]`.
  mutating func guideCanvases(
    _ logits: Span<Float>, by negative: Span<Float>, width: Int, scratch: inout Candidates
  ) throws(DecodingFailure) {
    guard let guidanceScale else { return }
    guidedScores.resize(to: logits.count)
    for first in stride(from: 0, to: logits.count, by: width) {
      let elements = first..<first + width
      scratch.load(logits.extracting(elements))
      let positive = scratch.summary(entropy: false)
      scratch.load(negative.extracting(elements))
      guard let positive, let other = scratch.summary(entropy: false) else {
        throw .notFinite(length: promptLength)
      }
      guide(
        elements, of: logits, by: negative,
        normalizers: (positive.logNormalizer, other.logNormalizer),
        scale: guidanceScale)
    }
  }
}
