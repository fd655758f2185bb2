import LanguageModeling

/// The state of a stochastic beam search: the greatest nodes of a tree of perturbed log-probabilities, one depth after
/// the other.
struct StochasticBeams: DecodingSearch {
  /// What a hypothesis, live or ended, carries.
  private struct Node {
    /// Its log-probability under the distribution that is drawn from.
    var logProbability: Double
    /// The greatest perturbed log-probability of the sequences that begin with it.
    var key: Double
  }

  /// A hypothesis that has ended.
  private struct Ended {
    var hypothesis: HypothesisID
    var node: Node
    var reason: FinishReason
  }

  /// What competes in a step.
  private struct Contender {
    enum Kind {
      case ended(Ended)
      case child(row: Int, token: TokenID, gain: Double, state: FilterChain.State)
    }

    var kind: Kind
    var node: Node
  }

  private let beamCount: Int
  private let filters: FilterChain
  private let seed: UInt64
  private let sample: Int
  /// The live hypotheses, by row, with the hash of their tokens, the prompt's included, and what filters remember.
  private var live: [(node: Node, hash: PromptHash, state: FilterChain.State)]
  private var ended: [Ended] = []
  /// The greatest key of what was dropped.
  private var threshold = -Double.infinity
  private var contenders: [Contender] = []
  private var sums: [(index: Int, sum: Double)] = []

  init(beamCount: Int, filters: [any Filter], request: DecodingRequest) {
    self.beamCount = beamCount
    self.filters = FilterChain(filters)
    seed = request.seed
    sample = request.samples[0]
    let hash = PromptHash(request.prompt)
    let noise = CounterNoise(seed: seed, prompt: hash, sample: sample)
    live = [
      (
        Node(logProbability: 0, key: noise.gumbel(position: 0)), hash, self.filters.initialState
      )
    ]
  }

  mutating func advance(
    _ tree: inout SearchTree, logits: Span<Float>, scratch: inout Candidates
  ) throws(DecodingFailure) {
    contenders.removeAll(keepingCapacity: true)
    for end in ended { contenders.append(Contender(kind: .ended(end), node: end.node)) }
    for row in tree.live.indices {
      try expand(row, &tree, logits: logits, scratch: &scratch)
    }
    if contenders.isEmpty {
      // All are at dead ends, and there is nothing else.
      return conclude(&tree, reason: .deadEnd)
    }
    // Equal keys stay in their order: what ended first, then rows, then the order of the row's draws.
    let order = contenders.indices.sorted {
      (contenders[$1].node.key, $0) < (contenders[$0].node.key, $1)
    }
    if order.count > beamCount {
      threshold = max(threshold, contenders[order[beamCount]].node.key)
    }
    try select(order.prefix(beamCount), &tree, logits: logits)
    if live.isEmpty { complete(&tree) }
  }

  /// Adds the continuations of a row that have a chance to live on, and one more to set the threshold.
  private mutating func expand(
    _ row: Int, _ tree: inout SearchTree, logits: Span<Float>, scratch: inout Candidates
  ) throws(DecodingFailure) {
    let (parent, hash, state) = live[row]
    let position = tree.length(of: tree.live[row].hypothesis)
    let noise = CounterNoise(seed: seed, prompt: hash, sample: sample)
    try tree.load(
      row, of: logits, into: &scratch, shapedBy: filters, state: state, noise: noise,
      position: position)
    scratch.greatestGumbelSums(beamCount + 1, noise: noise, position: position, into: &sums)
    guard let greatest = sums.first else {
      guard let reason = tree.reasonToEnd(row: row) else {
        throw .noCandidates(length: tree.promptLength + position)
      }
      if reason == .stop {
        let end = Ended(hypothesis: tree.live[row].hypothesis, node: parent, reason: reason)
        contenders.append(Contender(kind: .ended(end), node: parent))
      }
      return
    }
    // A sum less this is the continuation's log-probability and its Gumbel number.
    let normalizer = scratch.logNormalizer
    let shift = parent.logProbability - normalizer
    for (index, sum) in sums {
      let gain = Double(scratch.logit(at: index)) - normalizer
      let key = TruncatedGumbel.conditioned(
        sum + shift, maximum: greatest.sum + shift, on: parent.key)
      var child = state
      filters.accept(index, of: scratch, state: &child)
      contenders.append(
        Contender(
          kind: .child(row: row, token: scratch.token(at: index), gain: gain, state: child),
          node: Node(logProbability: parent.logProbability + gain, key: key)))
    }
  }

  /// Makes the contenders in `order` the hypotheses that are alive or have ended.
  private mutating func select(
    _ order: ArraySlice<Int>, _ tree: inout SearchTree, logits: Span<Float>
  ) throws(DecodingFailure) {
    var next: [(node: Node, hash: PromptHash, state: FilterChain.State)] = []
    ended.removeAll(keepingCapacity: true)
    for contender in order.map({ contenders[$0] }) {
      switch contender.kind {
      case .ended(let end):
        ended.append(end)
      case .child(let row, let token, let gain, let state):
        let child = try tree.extend(
          row, by: token, logits: logits,
          processedLogProbability: tree.report.processedLogProbability ? gain : nil)
        if let reason = child.finishReason {
          ended.append(
            Ended(hypothesis: child.hypothesis, node: contender.node, reason: reason))
        } else {
          tree.proceed(child, slot: next.count)
          next.append((contender.node, live[row].hash.appending(token), state))
        }
      }
    }
    live = next
  }

  mutating func conclude(_ tree: inout SearchTree, reason: FinishReason) {
    for (leaf, beam) in zip(tree.live, live) {
      ended.append(Ended(hypothesis: leaf.hypothesis, node: beam.node, reason: reason))
    }
    complete(&tree)
  }

  /// Makes what has ended the results, greatest key first.
  private mutating func complete(_ tree: inout SearchTree) {
    ended.sort {
      ($1.node.key, $0.hypothesis.rawValue) < ($0.node.key, $1.hypothesis.rawValue)
    }
    for (rank, end) in ended.enumerated() {
      tree.complete(
        end.hypothesis, slot: rank, sample: rank, score: end.node.key, reason: end.reason,
        draw: StochasticBeamDraw(
          logProbability: end.node.logProbability, perturbedLogProbability: end.node.key,
          threshold: threshold))
    }
  }
}
