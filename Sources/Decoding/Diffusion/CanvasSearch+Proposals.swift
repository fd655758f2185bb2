import Kernels
import LanguageModeling

/// Where a canvas stands in a step.
struct CanvasPlace {
  /// Its first row among those of all canvases.
  let firstRow: Int
  /// The row of the hypothesis that it continues.
  let leaf: Int
  /// The noise of the sample in this step's round.
  let noise: CounterNoise
}

extension CanvasSearch {
  /// A token for each position that may be settled in a step; `nil` where the constraint leaves none.
  ///
  /// - Parameter logits: those of all canvases.
  mutating func proposals(
    for canvas: Canvas, at place: CanvasPlace, of tree: SearchTree, logits: Span<Float>,
    scratch: inout Candidates
  ) throws(DecodingFailure) -> [CanvasProposal]? {
    var proposals: [CanvasProposal] = []
    for position in 0..<canvas.count where mask == nil || canvas.settled[position] == nil {
      guard
        let proposal = try proposal(
          position, of: canvas, at: place, tree: tree, logits: logits, scratch: &scratch)
      else { return nil }
      proposals.append(proposal)
    }
    return proposals
  }

  /// A draw for one position.
  private mutating func proposal(
    _ position: Int, of canvas: Canvas, at place: CanvasPlace, tree: SearchTree,
    logits: Span<Float>, scratch: inout Candidates
  ) throws(DecodingFailure) -> CanvasProposal? {
    let width = vocabularyCount
    let index = place.firstRow + position
    let length = canvas.start + position
    try tree.loadCanvas(
      index, of: logits, width: width, leaf: place.leaf, position: length, without: mask,
      into: &scratch)
    if let temperatures = diffusion.temperatures {
      scratch.divideLogits(
        by: Float(temperatures.value(step: canvas.step, of: canvas.stepCount)))
    }
    guard let summary = scratch.summary(entropy: needsEntropy),
      let best = scratch.indexOfMaximum
    else {
      guard tree.isConstrained else { throw .noCandidates(length: tree.promptLength + length) }
      return nil
    }
    let bestToken = scratch.token(at: best)
    let lead = diffusion.acceptance == .margin ? scratch.lead(of: best, summary.logNormalizer) : 0
    if !chain.filters.isEmpty { scores.replaceElements(with: scratch) }
    chain.apply(to: &scratch, state: chain.initialState, noise: place.noise, position: length)
    guard let choice = scratch.indexOfGumbelMaximum(noise: place.noise, position: length) else {
      throw .noCandidates(length: tree.promptLength + length)
    }
    let token = scratch.token(at: choice)
    let score = chain.filters.isEmpty ? scratch.logit(at: choice) : scores[Int(token)]
    let processed =
      tree.report.processedLogProbability ? scratch.logProbability(at: choice) : nil
    let rank: Double =
      switch diffusion.acceptance {
      case .confidence, .threshold:
        -LogitRow.exponential(Double(score) - summary.logNormalizer)
      case .margin: -lead
      case .entropy, .entropyBound: summary.entropy ?? 0
      case .random: place.noise.uniform(position: length)
      }
    return CanvasProposal(
      position: position, token: token, processedLogProbability: processed, best: bestToken,
      rank: rank, entropy: summary.entropy ?? 0)
  }

  private var needsEntropy: Bool {
    if diffusion.stop != nil { return true }
    return switch diffusion.acceptance {
    case .entropy, .entropyBound: true
    case .confidence, .margin, .random, .threshold: false
    }
  }

  /// A token at a position of a canvas with what the request wants to know about it, of the model's logits without the
  /// mask.
  func generated(
    _ token: TokenID, processed: Double?, at position: Int, of canvas: Canvas,
    _ place: CanvasPlace, tree: SearchTree, logits: Span<Float>, scratch: inout Candidates
  ) throws(DecodingFailure) -> GeneratedToken {
    let first = (place.firstRow + position) * vocabularyCount
    scratch.load(logits.extracting(first..<first + vocabularyCount))
    if let mask { scratch.exclude(mask) }
    guard let summary = scratch.summary(entropy: tree.report.entropy) else {
      throw .notFinite(length: tree.promptLength + canvas.start + position)
    }
    let told = tree.report.tell(&scratch, logNormalizer: summary.logNormalizer)
    return GeneratedToken(
      token: token, logProbability: Double(logits[first + Int(token)]) - summary.logNormalizer,
      processedLogProbability: processed, entropy: summary.entropy, confidence: told.confidence,
      alternatives: told.alternatives, constraintLogProbability: nil)
  }
}

extension Candidates {
  /// By how much the probability of a candidate is above that of the best of the others.
  fileprivate func lead(of index: Int, _ logNormalizer: Double) -> Double {
    let second = withLogits { row in
      row.indices.reduce(-Float.infinity) { $1 == index ? $0 : max($0, row[$1]) }
    }
    return LogitRow.exponential(Double(logits[index]) - logNormalizer)
      - LogitRow.exponential(Double(second) - logNormalizer)
  }
}

extension [Float] {
  /// Becomes the logits of all tokens; nothing is allocated where the size stays.
  fileprivate mutating func replaceElements(with candidates: borrowing Candidates) {
    resize(to: candidates.count)
    withUnsafeMutableBufferPointer { scores in
      candidates.withLogits { _ = scores.update(fromContentsOf: $0) }
    }
  }
}
