package import LanguageModeling

/// How a token is taken from a distribution, for searches whose hypotheses don't compete.
package protocol TokenChooser {
  /// The filters that turn the model's distribution, masks applied, into the one that is chosen from.
  var chain: FilterChain { get }

  /// What they remember of the sample in a slot.
  func state(ofSlot slot: Int) -> FilterChain.State

  /// Whether the choice without a constraint's mask may be tried first: it leaves no trace.
  var mayTry: Bool { get }

  /// The index among the candidates of the one to take for the sample in a slot; `nil` where there is none.
  mutating func choose(
    from candidates: borrowing Candidates, slot: Int, noise: CounterNoise, position: Int
  ) -> Int?
}

/// A search whose hypotheses are alone, one for each sample: the prompt branches into the samples at the first step,
/// and each goes its own way until it ends.
package struct IndependentSearch<Chooser: TokenChooser>: DecodingSearch {
  private var chooser: Chooser

  package init(_ chooser: Chooser) {
    self.chooser = chooser
  }

  package mutating func advance(
    _ tree: inout SearchTree, logits: Span<Float>, scratch: inout Candidates
  ) throws(DecodingFailure) {
    for row in tree.live.indices {
      let hypothesis = tree.live[row].hypothesis
      let position = tree.length(of: hypothesis)
      var (isShaped, isTried) = (false, !mayTry(row, of: tree))
      for slot in slots(of: tree.live[row], in: tree) {
        let noise = tree.noise(ofSlot: slot)
        var choice: Int?
        if !isTried {
          choice = try trial(row, slot: slot, of: tree, logits: logits, scratch: &scratch)
          isTried = choice == nil
        }
        if choice == nil {
          if !isShaped || chooser.chain.actsOnEachSample {
            try tree.load(
              row, of: logits, into: &scratch, shapedBy: chooser.chain,
              state: chooser.state(ofSlot: slot), noise: noise, position: position)
            isShaped = true
          }
          choice = chooser.choose(from: scratch, slot: slot, noise: noise, position: position)
        }
        guard let index = choice else {
          guard let reason = tree.reasonToEnd(row: row) else {
            throw .noCandidates(length: tree.promptLength + position)
          }
          tree.complete(hypothesis, slot: slot, reason: reason)
          continue
        }
        let child = try tree.extend(
          row, by: scratch.token(at: index), logits: logits,
          processedLogProbability: tree.report.processedLogProbability
            ? scratch.logProbability(at: index) : nil)
        if let reason = child.finishReason {
          tree.complete(child.hypothesis, slot: slot, reason: reason)
        } else {
          tree.proceed(child, slot: slot)
        }
      }
    }
  }

  /// Whether a row's choice without its constraint's mask may be tried first.
  private func mayTry(_ row: Int, of tree: SearchTree) -> Bool {
    guard chooser.mayTry, !tree.report.processedLogProbability,
      let constraint = tree.live[row].constraint, constraint.knownMask == nil,
      case .chosen = chooser.chain.maskReach
    else { return false }
    return true
  }

  /// The choice without the constraint's mask, where it is the choice with it too.
  private mutating func trial(
    _ row: Int, slot: Int, of tree: SearchTree, logits: Span<Float>, scratch: inout Candidates
  ) throws(DecodingFailure) -> Int? {
    let position = tree.length(of: tree.live[row].hypothesis)
    let noise = tree.noise(ofSlot: slot)
    tree.loadUnconstrained(row, of: logits, into: &scratch)
    if case .chosen(needsBest: true) = chooser.chain.maskReach {
      guard let best = scratch.indexOfMaximum,
        try tree.allows(scratch.token(at: best), row: row)
      else { return nil }
    }
    chooser.chain.apply(
      to: &scratch, state: chooser.state(ofSlot: slot), noise: noise, position: position)
    guard
      let index = chooser.choose(from: scratch, slot: slot, noise: noise, position: position),
      try tree.allows(scratch.token(at: index), row: row)
    else { return nil }
    return index
  }

  package mutating func conclude(_ tree: inout SearchTree, reason: FinishReason) {
    for leaf in tree.live {
      for slot in slots(of: leaf, in: tree) {
        tree.complete(leaf.hypothesis, slot: slot, reason: reason)
      }
    }
  }

  /// The slots that `leaf` stands for: all of them while it is the prompt.
  private func slots(of leaf: SearchTree.Leaf, in tree: SearchTree) -> Range<Int> {
    leaf.hypothesis == .prompt ? 0..<tree.sampleCount : leaf.slot..<leaf.slot + 1
  }
}
