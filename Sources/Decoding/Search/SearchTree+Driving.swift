import LanguageModeling

extension SearchTree {
  /// Takes in the rows of logits of a step, one for each live hypothesis.
  mutating func beginStep(logits: Span<Float>, scratch: inout Candidates) throws(DecodingFailure) {
    facts.removeAll(keepingCapacity: true)
    if !processors.isEmpty { writeContexts() }
    let width = logits.count / live.count
    for row in live.indices {
      scratch.load(logits.extracting(row * width..<(row + 1) * width))
      guard let summary = scratch.summary(entropy: report.entropy) else {
        throw .notFinite(length: promptLength + length(of: live[row].hypothesis))
      }
      let told = report.tell(&scratch, logNormalizer: summary.logNormalizer)
      let constraintLogProbability =
        report.constraintLogProbability
        ? try constraintLogProbability(
          ofRow: row, logits.extracting(row * width..<(row + 1) * width),
          logNormalizer: summary.logNormalizer, scratch: &scratch) : nil
      facts.append(
        RowFacts(
          logNormalizer: summary.logNormalizer, entropy: summary.entropy,
          confidence: told.confidence, alternatives: told.alternatives,
          constraintLogProbability: constraintLogProbability))
    }
  }

  /// Writes the tokens of the live hypotheses into their contexts.
  private mutating func writeContexts() {
    while contexts.count < live.count { contexts.append(promptContext) }
    for row in live.indices {
      var id = live[row].hypothesis
      contexts[row].resize(generatedCount: length(of: id))
      contexts[row].mayEnd = live[row].constraint?.isComplete ?? true
      while id != .prompt {
        let (parent, depth, token) = (
          nodes[id.rawValue - 1].parent, nodes[id.rawValue - 1].depth,
          nodes[id.rawValue - 1].token.token
        )
        contexts[row].tokens[promptLength + depth - 1] = token
        id = parent
      }
    }
  }

  /// The token that the model is to be fed for a live hypothesis.
  func lastToken(ofRow row: Int) -> TokenID {
    nodes[live[row].hypothesis.rawValue - 1].token.token
  }

  /// The last token and the length of the hypothesis that was made last.
  var newest: (token: TokenID, length: Int)? {
    nodes.last.map { ($0.token.token, $0.depth) }
  }

  /// The tokens of a live hypothesis after its first `count` generated ones.
  func tokens(ofRow row: Int, after count: Int) -> [TokenID] {
    var tokens: [TokenID] = []
    var id = live[row].hypothesis
    while length(of: id) > count {
      tokens.append(nodes[id.rawValue - 1].token.token)
      id = nodes[id.rawValue - 1].parent
    }
    return tokens.reversed()
  }

  /// Makes the hypotheses that were named to go on the live ones.
  mutating func endStep() {
    live = next
    next = []
  }

  /// Lets a step concern these hypotheses alone, or takes the others in again; what a step that failed began is
  /// forgotten.
  mutating func keepAlive(_ leaves: [Leaf]) {
    live = leaves
    next = []
  }

  /// Ends the search: nothing is alive any more, and its memory is freed.
  mutating func abandon() {
    live = []
    next = []
    nodes = []
    facts = []
    contexts = []
    hiddenStates = HiddenStates()
    guidedScores = []
    expectations = [:]
  }

  /// What there is to tell since the last call, in order: canvases first, then new tokens, then results.
  mutating func drainEvents(request: Int, into events: inout [DecodingEvent]) {
    for canvas in canvases { events.append(.canvas(request: request, canvas)) }
    canvases.removeAll(keepingCapacity: true)
    for announcement in announcements where announcement.hypothesis != .prompt {
      let index = announcement.hypothesis.rawValue - 1
      guard !nodes[index].isAnnounced else { continue }
      nodes[index].isAnnounced = true
      events.append(
        .token(
          TokenEvent(
            request: request, hypothesis: announcement.hypothesis, parent: nodes[index].parent,
            slot: announcement.slot, token: nodes[index].token,
            finishReason: announcement.finishReason)))
    }
    announcements.removeAll(keepingCapacity: true)
    for hypothesis in completed {
      events.append(.finished(request: request, hypothesis))
    }
    completed.removeAll(keepingCapacity: true)
  }
}
