import Kernels
import LanguageModeling

/// The search of ``ContrastiveSearch``: one hypothesis, whose candidates for the next token are the live ones.
///
/// The first step sees the prompt's logits and makes the first candidates. Each step after that sees what the
/// model makes of the candidates, takes one, and makes the candidates after it from the same logits.
struct ContrastiveCandidates: DecodingSearch {
  let penaltyAlpha: Double
  let candidateCount: Int
  /// What stands before the candidates.
  var context = SimilarityContext()
  /// What was taken so far.
  var taken = HypothesisID.prompt
  /// The continuations of what was taken, by row, best first.
  var candidates: [(child: SearchTree.Extension, probability: Double)] = []
  /// How like its context each is.
  var similarities: [Double] = []

  mutating func advance(
    _ tree: inout SearchTree, logits: Span<Float>, scratch: inout Candidates
  ) throws(DecodingFailure) {
    var row = 0
    if candidates.isEmpty {
      for piece in tree.hiddenStates.prompt {
        context.append(piece, size: tree.hiddenStates.size)
      }
    } else {
      row = choice(in: tree)
      let child = candidates[row].child
      taken = child.hypothesis
      if let reason = child.finishReason {
        return tree.complete(
          taken, slot: 0, sample: tree.sample(ofSlot: 0),
          score: tree.logProbability(of: taken), reason: reason)
      }
      tree.announce(taken, slot: 0)
      context.append(row, of: tree.hiddenStates.live, size: tree.hiddenStates.size)
    }
    try expand(row, of: &tree, logits: logits, scratch: &scratch)
  }

  /// The row of the candidate with the best score.
  private mutating func choice(in tree: SearchTree) -> Int {
    // Probabilities are rounded, and the candidates' order isn't.
    guard penaltyAlpha > 0, candidates.count > 1 else { return 0 }
    context.measure(
      tree.hiddenStates.live, size: tree.hiddenStates.size, into: &similarities)
    var best = (row: 0, score: -Double.infinity)
    for (row, candidate) in candidates.enumerated() {
      let score =
        (1 - penaltyAlpha) * candidate.probability - penaltyAlpha * similarities[row]
      if score > best.score { best = (row, score) }
    }
    return best.row
  }

  /// Lets the most probable continuations of a row be tried.
  private mutating func expand(
    _ row: Int, of tree: inout SearchTree, logits: Span<Float>, scratch: inout Candidates
  ) throws(DecodingFailure) {
    try tree.load(row, of: logits, into: &scratch)
    guard let summary = scratch.summary(entropy: false) else {
      guard let reason = tree.reasonToEnd(row: row) else {
        throw .noCandidates(length: tree.promptLength + tree.length(of: taken))
      }
      return conclude(&tree, reason: reason)
    }
    scratch.keepGreatest(candidateCount, ties: .cut)
    candidates.removeAll(keepingCapacity: true)
    for candidate in scratch.ranked(logNormalizer: summary.logNormalizer) {
      let child = try tree.extend(
        row, by: candidate.token, logits: logits,
        processedLogProbability: tree.report.processedLogProbability
          ? candidate.logProbability : nil)
      tree.consider(child, slot: 0)
      candidates.append((child, LogitRow.exponential(min(0, candidate.logProbability))))
    }
  }

  mutating func conclude(_ tree: inout SearchTree, reason: FinishReason) {
    tree.complete(
      taken, slot: 0, sample: tree.sample(ofSlot: 0), score: tree.logProbability(of: taken),
      reason: reason)
  }
}
