import LanguageModeling

/// A beam search whose beams all compete: the step of transformers 4.51's `_beam_search`.
///
/// Of each step's first *K* continuations, those that end are results where they stand among the first *B*, and the
/// best *B* of the others live on.
struct JointBeamSearch<Expansion: BeamExpansion>: DecodingSearch {
  private let expansion: Expansion
  private let beamCount: Int
  private let continuationLimit: Int
  private let resultCount: Int
  private let scoring: BeamScoring
  private var pool: BeamPool
  /// The cumulative scores of the live hypotheses, by row.
  private var scores: [Double] = [0]
  private var continuations: [BeamContinuation] = []
  private var living: [(child: SearchTree.Extension, score: Double)] = []

  init(
    _ expansion: Expansion, beams: BeamShape, request: DecodingRequest
  ) {
    self.expansion = expansion
    beamCount = beams.beamCount
    continuationLimit = beams.continuationLimit(for: request)
    resultCount = beams.resultCount
    scoring = beams.scoring
    pool = BeamPool(
      capacity: beams.poolCapacity(beamCount: beams.beamCount), ties: .earlier)
  }

  mutating func advance(
    _ tree: inout SearchTree, logits: Span<Float>, scratch: inout Candidates
  ) throws(DecodingFailure) {
    let length = tree.length(of: tree.live[0].hypothesis) + 1
    let ends = try expansion.expand(
      tree.live.indices, scores: scores, limit: continuationLimit, tree: &tree, logits: logits,
      scratch: &scratch, into: &continuations)
    for row in ends where tree.reasonToEnd(row: row) == .stop { add(row, of: tree, reason: .stop) }
    if continuations.isEmpty, pool.results.isEmpty {
      guard tree.isConstrained else {
        throw .noCandidates(length: tree.promptLength + length - 1)
      }
      // A beam at a dead end is lost, but the last of them are all there is.
      return conclude(&tree, reason: .deadEnd)
    }
    try select(&tree, length: length, logits: logits)
    let isOver =
      living.first.map { best in
        scoring.isOver(pool, best: best.score, length: length, limit: tree.lengthLimit)
      } ?? true
    if isOver {
      tree.complete(pool.results, limit: resultCount)
    } else {
      for (slot, leaf) in living.enumerated() { tree.proceed(leaf.child, slot: slot) }
      scores = living.map(\.score)
    }
  }

  /// Parts the continuations into results and what lives on.
  private mutating func select(
    _ tree: inout SearchTree, length: Int, logits: Span<Float>
  ) throws(DecodingFailure) {
    living.removeAll(keepingCapacity: true)
    for (rank, continuation) in continuations.enumerated() {
      // What comes after it can be neither.
      if Expansion.isRanked, rank >= beamCount, living.count == beamCount { break }
      let child = try tree.extend(continuation, logits: logits)
      if let reason = child.finishReason {
        guard rank < beamCount else { continue }
        pool.add(
          BeamPool.Result(
            hypothesis: child.hypothesis,
            score: scoring.score(continuation.score, length: length), reason: reason))
      } else {
        living.append((child, continuation.score))
      }
    }
    if !Expansion.isRanked {
      living.sort {
        ($1.score, $0.child.hypothesis.rawValue) < ($0.score, $1.child.hypothesis.rawValue)
      }
    }
    if living.count > beamCount { living.removeLast(living.count - beamCount) }
  }

  mutating func conclude(_ tree: inout SearchTree, reason: FinishReason) {
    for row in tree.live.indices { add(row, of: tree, reason: reason) }
    tree.complete(pool.results, limit: resultCount)
  }

  /// Makes a live hypothesis a result as it stands.
  private mutating func add(_ row: Int, of tree: SearchTree, reason: FinishReason) {
    let hypothesis = tree.live[row].hypothesis
    pool.add(
      BeamPool.Result(
        hypothesis: hypothesis,
        score: scoring.score(scores[row], length: tree.length(of: hypothesis)), reason: reason))
  }
}

extension SearchTree {
  /// Makes the hypothesis that a continuation stands for.
  mutating func extend(
    _ continuation: BeamContinuation, logits: Span<Float>
  ) throws(DecodingFailure) -> Extension {
    try extend(
      continuation.row, by: continuation.token, logits: logits,
      processedLogProbability: report.processedLogProbability ? continuation.gain : nil)
  }
}
