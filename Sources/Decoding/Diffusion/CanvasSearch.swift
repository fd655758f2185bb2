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

  /// The positions of all canvases that the model looks at.
  func positionCount(of tree: SearchTree) -> Int {
    tree.live.reduce(0) { $0 + canvases[$1.slot].count }
  }

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
        tree.complete(
          tree.live[row].hypothesis, slot: slot, reason: tree.reasonToEnd(row: row) ?? .deadEnd)
        continue
      }
      let block = try settle(
        proposals, at: place, slot: slot, of: tree, logits: logits, scratch: &scratch)
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
      for slot in slots { tree.complete(leaf.hypothesis, slot: slot, reason: reason) }
    }
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
  /// - Returns: the block's tokens, where that was its last step.
  private mutating func settle(
    _ proposals: [CanvasProposal], at place: CanvasPlace, slot: Int, of tree: SearchTree,
    logits: Span<Float>, scratch: inout Candidates
  ) throws(DecodingFailure) -> [GeneratedToken]? {
    var canvas = canvases[slot]
    canvas.step += 1
    let isLast = canvas.step >= canvas.stepCount
    let aim =
      isLast || diffusion.acceptance.followsSchedule
      ? diffusion.schedule.settledCount(
        after: canvas.step, of: canvas.stepCount, positions: canvas.count) : 0
    takeBack(&canvas, aim: aim, noise: place.noise)
    func generated(
      _ token: TokenID, _ processed: Double?, _ position: Int
    ) throws(DecodingFailure) -> GeneratedToken {
      try self.generated(
        token, processed: processed, at: position, of: canvas, place, tree: tree, logits: logits,
        scratch: &scratch)
    }
    let accepted = diffusion.acceptance.accepted(
      proposals, count: max(0, aim - canvas.settledCount))
    for proposal in accepted {
      canvas.settle(
        proposal.position,
        try generated(proposal.token, proposal.processedLogProbability, proposal.position))
    }
    let next = tree.noise(ofSlot: slot).inRound(canvas.step)
    for position in 0..<canvas.count where canvas.settled[position] == nil {
      canvas.tokens[position] = noiseToken(at: canvas.start + position, noise: next)
    }
    var best = canvas.tokens
    for proposal in proposals { best[proposal.position] = proposal.best }
    canvas.note(best: best)
    canvases[slot] = canvas
    let isStopped = isStopped(canvas, proposals)
    if mask == nil {
      guard isLast || isStopped else { return nil }
      canvas.settled = Array(repeating: nil, count: canvas.count)
    } else if canvas.settledCount < canvas.count, !isStopped {
      return nil
    }
    // What isn't settled becomes what is most probable.
    for proposal in proposals where canvas.settled[proposal.position] == nil {
      canvas.settle(proposal.position, try generated(proposal.best, nil, proposal.position))
    }
    return canvas.settled.compactMap(\.self)
  }

  /// Takes back what may not stay: under uniform noise everything, which is decided again at each step; where there is
  /// re-masking, what the noise says.
  ///
  /// - Parameters:
  ///   - aim: the number of positions that are to be settled after the step.
  ///   - noise: that of the step's round.
  private func takeBack(_ canvas: inout Canvas, aim: Int, noise: CounterNoise) {
    let settledCount = canvas.settledCount
    guard mask != nil else {
      canvas.settled = Array(repeating: nil, count: canvas.count)
      return
    }
    guard diffusion.remasking > 0, settledCount > 0 else { return }
    // σ = η · min(1, (1 − α_s) / α_t)
    let share =
      diffusion.remasking
      * min(1, Double(canvas.count - max(aim, settledCount)) / Double(settledCount))
    for position in 0..<canvas.count
    where noise.coin(position: canvas.start + position) < share {
      canvas.settled[position] = nil
    }
  }

  /// Whether the rule to stop ends a block.
  private func isStopped(_ canvas: Canvas, _ proposals: [CanvasProposal]) -> Bool {
    guard let stop = diffusion.stop, canvas.stableSteps >= stop.stableSteps else { return false }
    let entropy = proposals.reduce(0) { $0 + $1.entropy }
    return entropy / Double(max(1, proposals.count)) < stop.meanEntropy
  }
}
