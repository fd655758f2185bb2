import LanguageModeling

/// A beam search in groups: the step of transformers 4.51's `_group_beam_search` with its `BeamSearchScorer`.
struct GroupedBeamSearch: DecodingSearch {
  /// A group of beams.
  private struct Group {
    var pool: BeamPool
    /// The rows of its live hypotheses.
    var rows: Range<Int>
    /// Whether nothing of it goes on.
    var isDone = false
  }

  private let groupSize: Int
  private let diversityPenalty: Double
  private let paddingToken: TokenID?
  private let continuationLimit: Int
  private let resultCount: Int
  private let scoring: BeamScoring
  private var groups: [Group]
  /// The cumulative scores of the live hypotheses, penalties included, by row.
  private var scores: [Double] = [0]
  private var continuations: [BeamContinuation] = []

  init(
    groupCount: Int, diversityPenalty: Double, paddingToken: TokenID?, beams: BeamShape,
    request: DecodingRequest
  ) {
    groupSize = beams.beamCount / groupCount
    self.diversityPenalty = diversityPenalty
    self.paddingToken = paddingToken ?? request.stopRules.endOfSequence.min()
    continuationLimit = BeamShape.continuationLimit(beamCount: groupSize, request)
    resultCount = beams.resultCount
    scoring = beams.scoring
    // Every group begins with the prompt.
    groups = Array(
      repeating: Group(
        pool: BeamPool(capacity: beams.poolCapacity(beamCount: groupSize), ties: .later),
        rows: 0..<1),
      count: groupCount)
  }

  mutating func advance(
    _ tree: inout SearchTree, logits: Span<Float>, scratch: inout Candidates
  ) throws(DecodingFailure) {
    let length = tree.length(of: tree.live[0].hypothesis) + 1
    var chosen: [TokenID: Int] = [:]
    var nextScores: [Double] = []
    for index in groups.indices {
      guard !groups[index].isDone else {
        if let paddingToken { chosen[paddingToken, default: 0] += groupSize }
        continue
      }
      let expansion = BestContinuations(
        scale: .logProbabilities,
        penalties: chosen.map { ($0.key, diversityPenalty * Double($0.value)) })
      let ends = try expansion.expand(
        groups[index].rows, scores: scores, limit: continuationLimit, tree: &tree, logits: logits,
        scratch: &scratch, into: &continuations)
      var group = groups[index]
      if continuations.isEmpty, group.pool.results.isEmpty, !tree.isConstrained {
        throw .noCandidates(length: tree.promptLength + length - 1)
      }
      let isLast = continuations.isEmpty && group.pool.results.isEmpty
      for row in ends {
        // A beam at a dead end is lost, but the last of them are all that the group has.
        guard let reason = tree.reasonToEnd(row: row), reason == .stop || isLast else { continue }
        group.pool.add(result(tree.live[row].hypothesis, scores[row], length - 1, reason))
      }
      let taken = try select(&group, &tree, length: length, logits: logits)
      for continuation in taken { chosen[continuation.token, default: 0] += 1 }
      let start = nextScores.count
      if !group.isDone {
        for (place, next) in taken.enumerated() where next.child.finishReason == nil {
          tree.proceed(next.child, slot: index * groupSize + place)
          nextScores.append(next.score)
        }
      }
      group.rows = start..<nextScores.count
      groups[index] = group
    }
    scores = nextScores
    if groups.allSatisfy(\.isDone) { tree.complete(ranking, limit: resultCount) }
  }

  /// A continuation that the group takes: it lives on, or the limit of new tokens cuts it off.
  private struct Taken {
    var child: SearchTree.Extension
    var token: TokenID
    var score: Double
  }

  /// Parts the continuations of a group into results and those that it takes, and finds out whether it is done.
  private func select(
    _ group: inout Group, _ tree: inout SearchTree, length: Int, logits: Span<Float>
  ) throws(DecodingFailure) -> [Taken] {
    var taken: [Taken] = []
    for (rank, continuation) in continuations.enumerated() where taken.count < groupSize {
      let child = try tree.extend(continuation, logits: logits)
      if let reason = child.finishReason, reason != .length {
        guard rank < groupSize else { continue }
        group.pool.add(result(child.hypothesis, continuation.score, length, reason))
      } else {
        taken.append(
          Taken(child: child, token: continuation.token, score: continuation.score))
      }
    }
    if let best = continuations.first {
      group.isDone = scoring.isOver(
        group.pool, best: best.score, length: length, limit: tree.lengthLimit)
    }
    guard !group.isDone else { return taken }
    for next in taken {
      guard let reason = next.child.finishReason else { continue }
      group.pool.add(result(next.child.hypothesis, next.score, length, reason))
    }
    group.isDone = taken.allSatisfy { $0.child.finishReason != nil }
    return taken
  }

  private func result(
    _ hypothesis: HypothesisID, _ sum: Double, _ length: Int, _ reason: FinishReason
  ) -> BeamPool.Result {
    BeamPool.Result(
      hypothesis: hypothesis, score: scoring.score(sum, length: length), reason: reason)
  }

  mutating func conclude(_ tree: inout SearchTree, reason: FinishReason) {
    for index in groups.indices where !groups[index].isDone {
      for row in groups[index].rows {
        let hypothesis = tree.live[row].hypothesis
        groups[index].pool.add(
          result(hypothesis, scores[row], tree.length(of: hypothesis), reason))
      }
    }
    tree.complete(ranking, limit: resultCount)
  }

  /// The results of all groups, best first; among equals those of the later group. Dead ends where there is nothing
  /// else.
  private var ranking: [BeamPool.Result] {
    let results = groups.reversed().flatMap(\.pool.results)
    let others = results.filter { $0.reason != .deadEnd }
    return (others.isEmpty ? results : others).enumerated()
      .sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
      .map(\.element)
  }
}
