package import LanguageModeling

/// How a token is taken from a distribution, for searches whose hypotheses don't compete.
package protocol TokenChooser {
  /// Turns the model's distribution, masks applied, into the one that the sample in a slot chooses from.
  func shape(_ candidates: inout Candidates, slot: Int, noise: CounterNoise, position: Int)

  /// Whether the shape differs from sample to sample.
  var shapesEachSample: Bool { get }

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
      try tree.load(row, of: logits, into: &scratch)
      let slots = slots(of: tree.live[row], in: tree)
      for slot in slots {
        let noise = tree.noise(ofSlot: slot)
        if slot == slots.lowerBound {
          chooser.shape(&scratch, slot: slot, noise: noise, position: position)
        } else if chooser.shapesEachSample {
          try tree.load(row, of: logits, into: &scratch)
          chooser.shape(&scratch, slot: slot, noise: noise, position: position)
        }
        guard
          let index = chooser.choose(from: scratch, slot: slot, noise: noise, position: position)
        else {
          guard let reason = tree.reasonToEnd(row: row) else {
            throw .noCandidates(length: tree.promptLength + position)
          }
          complete(hypothesis, slot: slot, in: &tree, reason: reason)
          continue
        }
        let child = try tree.extend(
          row, by: scratch.token(at: index), logits: logits,
          processedLogProbability: tree.report.processedLogProbability
            ? scratch.logProbability(at: index) : nil)
        if let reason = child.finishReason {
          complete(child.hypothesis, slot: slot, in: &tree, reason: reason)
        } else {
          tree.proceed(child, slot: slot)
        }
      }
    }
  }

  package mutating func conclude(_ tree: inout SearchTree, reason: FinishReason) {
    for leaf in tree.live {
      for slot in slots(of: leaf, in: tree) {
        complete(leaf.hypothesis, slot: slot, in: &tree, reason: reason)
      }
    }
  }

  private func complete(
    _ hypothesis: HypothesisID, slot: Int, in tree: inout SearchTree, reason: FinishReason
  ) {
    tree.complete(
      hypothesis, slot: slot, sample: tree.sample(ofSlot: slot),
      score: tree.logProbability(of: hypothesis), reason: reason)
  }

  /// The slots that `leaf` stands for: all of them while it is the prompt.
  private func slots(of leaf: SearchTree.Leaf, in tree: SearchTree) -> Range<Int> {
    leaf.hypothesis == .prompt ? 0..<tree.sampleCount : leaf.slot..<leaf.slot + 1
  }
}
