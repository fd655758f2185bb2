import LanguageModeling

/// The search of ``Mirostat``: samples that each go their own way, each with a state of its own.
struct MirostatSearch: DecodingSearch {
  private let mirostat: Mirostat
  /// By slot.
  private var states: [MirostatState]

  init(_ mirostat: Mirostat, sampleCount: Int) {
    self.mirostat = mirostat
    states = Array(repeating: MirostatState(mirostat), count: sampleCount)
  }

  mutating func advance(
    _ tree: inout SearchTree, logits: Span<Float>, scratch: inout Candidates
  ) throws(DecodingError) {
    let vocabularyCount = logits.count / tree.live.count
    for row in tree.live.indices {
      let position = tree.length(of: tree.live[row].hypothesis)
      for slot in slots(of: tree.live[row]) {
        tree.load(row, of: logits, into: &scratch)
        mirostat.temperature?.apply(to: &scratch)
        states[slot].truncate(&scratch, vocabularyCount: vocabularyCount)
        guard
          let index = scratch.indexOfGumbelMaximum(
            noise: tree.noise(ofSlot: slot), position: position)
        else { throw .noCandidates(length: tree.promptLength + position) }
        let logProbability = scratch.logProbability(at: index)
        states[slot].observe(logProbability: logProbability)
        let child = tree.extend(
          row, by: scratch.token(at: index), logits: logits,
          processedLogProbability: tree.report.processedLogProbability ? logProbability : nil)
        if let reason = child.finishReason {
          complete(child.hypothesis, slot: slot, in: &tree, reason: reason)
        } else {
          tree.proceed(child, slot: slot)
        }
      }
    }
  }

  func conclude(_ tree: inout SearchTree, reason: FinishReason) {
    for leaf in tree.live {
      for slot in slots(of: leaf) {
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
  private func slots(of leaf: SearchTree.Leaf) -> Range<Int> {
    leaf.hypothesis == .prompt ? 0..<states.count : leaf.slot..<leaf.slot + 1
  }
}
