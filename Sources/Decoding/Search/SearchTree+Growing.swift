import LanguageModeling

extension SearchTree {
  /// Makes the hypothesis that continues a leaf by a token about which all is known.
  ///
  /// - Parameter row: the row of the leaf that is alive, which `parent` is or goes back to.
  /// - Throws: ``DecodingFailure/constraint(_:)`` where the constraint takes more than it may.
  mutating func grow(
    _ parent: Leaf, from row: Int, by generated: GeneratedToken
  ) throws(DecodingFailure) -> Extension {
    let depth = length(of: parent.hypothesis) + 1
    let isEnd = stopRules.endOfSequence.contains(generated.token)
    var constraint = parent.constraint
    let wasComplete = constraint?.isComplete == true
    let isAllowed = try constraint?.advance(by: generated.token) ?? true
    let isComplete = constraint.map { isAllowed && $0.isComplete || isEnd && wasComplete }
    nodes.append(
      Node(
        parent: parent.hypothesis, depth: depth, token: generated,
        logProbability: logProbability(of: parent.hypothesis) + generated.logProbability,
        isComplete: isComplete))
    var matcher = parent.matcher
    let reason: FinishReason? =
      if isEnd {
        .endOfSequence
      } else if matcher?.accept(generated.token) == true {
        .stop
      } else if !isAllowed {
        .deadEnd
      } else if !stopRules.canEnd, constraint?.isFinished == true {
        .stop
      } else if depth >= lengthLimit {
        .length
      } else {
        nil
      }
    return Extension(
      hypothesis: HypothesisID(rawValue: nodes.count), finishReason: reason, parentRow: row,
      matcher: matcher, constraint: constraint)
  }
}
