import LanguageModeling

/// The search of ``Diffusion``: a canvas for each sample, one block after the other.
struct CanvasSearch: DecodingSearch {
  let diffusion: Diffusion
  let chain: FilterChain
  /// By slot; empty before the prompt is read.
  private(set) var canvases: [Canvas] = []
  private(set) var vocabularyCount = 0
  /// The scores of a position before filters, `[vocabularyCount]`.
  var scores: [Float] = []

  init(_ diffusion: Diffusion) {
    self.diffusion = diffusion
    chain = FilterChain(diffusion.filters)
  }

  /// Lets the samples begin, each with its first canvas.
  mutating func begin(_ tree: inout SearchTree, vocabularyCount: Int) {
    self.vocabularyCount = vocabularyCount
    tree.branch()
    canvases = (0..<tree.sampleCount).map {
      makeCanvas(at: 0, noise: tree.noise(ofSlot: $0), limit: tree.lengthLimit)
    }
  }

  /// What the model is to look at after a sample's text. At least one token.
  func canvas(ofSlot slot: Int) -> [TokenID] { canvases[slot].tokens }

  /// Takes a step of denoising.
  ///
  /// - Parameter logits: those of all canvases, `[positions of all live hypotheses, vocabularyCount]`.
  mutating func advance(
    _ tree: inout SearchTree, logits: Span<Float>, scratch: inout Candidates
  ) throws(DecodingFailure) {
    var first = 0
    for row in tree.live.indices {
      let slot = tree.live[row].slot
      let canvas = canvases[slot]
      let place = CanvasPlace(
        firstRow: first, leaf: row, noise: tree.noise(ofSlot: slot).inRound(canvas.step))
      first += canvas.count
      guard
        let proposals = try proposals(
          for: canvas, at: place, of: tree, logits: logits, scratch: &scratch)
      else {
        endAtConstraint(row, of: &tree)
        continue
      }
      let block = settle(proposals, slot: slot, noise: tree.noise(ofSlot: slot))
      if tree.report.canvas { tree.canvases.append(canvases[slot].state(slot: slot)) }
      guard let block else {
        tree.keep(row)
        continue
      }
      if try tree.append(block, to: row) {
        canvases[slot] = makeCanvas(
          at: canvas.start + canvas.count, noise: tree.noise(ofSlot: slot), limit: tree.lengthLimit)
      }
    }
  }

  mutating func conclude(_ tree: inout SearchTree, reason: FinishReason) {
    for leaf in tree.live {
      let slots = canvases.isEmpty ? 0..<tree.sampleCount : leaf.slot..<leaf.slot + 1
      for slot in slots { end(leaf.hypothesis, slot: slot, of: &tree, reason: reason) }
    }
  }

  /// Ends a hypothesis after which its constraint allows nothing.
  private func endAtConstraint(_ row: Int, of tree: inout SearchTree) {
    let leaf = tree.live[row]
    let reason = tree.reasonToEnd(row: row) ?? .deadEnd
    end(leaf.hypothesis, slot: leaf.slot, of: &tree, reason: reason)
  }

  private func end(
    _ hypothesis: HypothesisID, slot: Int, of tree: inout SearchTree, reason: FinishReason
  ) {
    tree.complete(
      hypothesis, slot: slot, sample: tree.sample(ofSlot: slot),
      score: tree.logProbability(of: hypothesis), reason: reason)
  }

  // MARK: - Blocks

  var mask: TokenID? {
    if case .mask(let token) = diffusion.noise { token } else { nil }
  }

  /// The canvas that begins at `start`, all noise.
  private func makeCanvas(at start: Int, noise: CounterNoise, limit: Int) -> Canvas {
    let blockLength = diffusion.blockLength
    let length = max(1, min(blockLength, limit - start))
    let blockCount = (limit - 1) / blockLength + 1
    let block = start / blockLength
    var steps = length
    if diffusion.steps > 0 {
      let (before, after) = (
        diffusion.steps * block / blockCount, diffusion.steps * (block + 1) / blockCount
      )
      steps = max(1, after - before)
      // More would settle nothing.
      if mask != nil, diffusion.remasking == 0 { steps = min(steps, length) }
    }
    return Canvas(
      start: start, stepCount: steps,
      tokens: (start..<start + length).map { noiseToken(at: $0, noise: noise) },
      settled: Array(repeating: nil, count: length))
  }

  /// What stands at a position that isn't settled: the mask, or a token drawn from the whole vocabulary.
  ///
  /// - Parameter noise: that of the round in which the model looks at it.
  private func noiseToken(at position: Int, noise: CounterNoise) -> TokenID {
    mask
      ?? TokenID(
        min(
          vocabularyCount - 1, Int(noise.coin(position: position) * Double(vocabularyCount))))
  }

  /// Settles what is accepted of a step's proposals.
  ///
  /// - Parameter noise: the sample's.
  /// - Returns: the block's tokens, where that was its last step.
  private mutating func settle(
    _ proposals: [CanvasProposal], slot: Int, noise: CounterNoise
  ) -> [GeneratedToken]? {
    var canvas = canvases[slot]
    defer { canvases[slot] = canvas }
    let (count, settledCount) = (canvas.count, canvas.settledCount)
    let round = noise.inRound(canvas.step)
    func target(_ step: Int) -> Int {
      diffusion.acceptance.followsSchedule || step >= canvas.stepCount
        ? diffusion.schedule.settledCount(after: step, of: canvas.stepCount, positions: count) : 0
    }
    canvas.step += 1
    let aim = target(canvas.step)
    if mask == nil {
      for position in 0..<count { canvas.settled[position] = nil }
    } else if diffusion.remasking > 0, settledCount > 0 {
      // σ = η · min(1, (1 − α_s) / α_t)
      let most = min(1, Double(count - max(aim, settledCount)) / Double(settledCount))
      for position in 0..<count where canvas.settled[position] != nil {
        guard round.coin(position: canvas.start + position) < diffusion.remasking * most else {
          continue
        }
        canvas.settled[position] = nil
      }
    }
    let accepted = diffusion.acceptance.accepted(
      proposals, count: max(0, aim - canvas.settledCount))
    let next = noise.inRound(canvas.step)
    let start = canvas.start
    canvas.settle(accepted) { noiseToken(at: start + $0, noise: next) }
    var best = canvas.tokens
    for proposal in proposals { best[proposal.position] = proposal.best.token }
    canvas.note(best: best)
    return block(of: canvas, proposals)
  }

  /// The block's tokens where it is done: all are settled, there are no more steps, or the rule to stop says so.
  private func block(of canvas: Canvas, _ proposals: [CanvasProposal]) -> [GeneratedToken]? {
    let isLast = canvas.step >= canvas.stepCount
    let isStopped = diffusion.stop.map { stop in
      canvas.stableSteps >= stop.stableSteps
        && proposals.reduce(0) { $0 + $1.entropy } / Double(max(1, proposals.count))
          < stop.meanEntropy
    }
    guard mask != nil else {
      return isLast || isStopped == true ? proposals.map(\.best) : nil
    }
    guard canvas.settledCount < canvas.count, isStopped == true else {
      return canvas.settledCount == canvas.count ? canvas.settled.compactMap(\.self) : nil
    }
    var block = canvas.settled
    for proposal in proposals where block[proposal.position] == nil {
      block[proposal.position] = proposal.best
    }
    return block.compactMap(\.self)
  }
}
