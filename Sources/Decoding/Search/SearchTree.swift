public import LanguageModeling

/// The hypotheses of one request: a tree of tokens, linked from each to its parent, with the ones that are alive and
/// the ones that are results. It is what a ``DecodingSearch`` reads and answers into.
public struct SearchTree {
  /// A hypothesis that is alive. Its index in ``SearchTree/live`` is its row of logits.
  public struct Leaf: Sendable {
    /// The hypothesis.
    public let hypothesis: HypothesisID
    /// Its place among the request's sequences.
    public let slot: Int
    /// What watches its tokens, having seen all of them.
    let matcher: (any TokenMatcher)?
    /// What its text must be, having seen all of its tokens.
    let constraint: (any TokenConstraint)?
    /// The row that its parent had; for the prompt, 0.
    let parentRow: Int
  }

  /// A hypothesis that was made in this step, and whether the request's rules end it.
  public struct Extension {
    /// The new hypothesis.
    public let hypothesis: HypothesisID
    /// Why it ends, or `nil` where it may go on.
    public let finishReason: FinishReason?
    let parentRow: Int
    let matcher: (any TokenMatcher)?
    let constraint: (any TokenConstraint)?
  }

  private struct Node {
    var parent: HypothesisID
    var depth: Int
    var token: GeneratedToken
    var logProbability: Double
    /// Whether its text is whole; `nil` without a constraint.
    var isComplete: Bool?
    var isAnnounced = false
  }

  /// What is known about a row of logits.
  private struct RowFacts {
    var logNormalizer: Double
    var entropy: Double?
    var confidence: Double?
    var alternatives: [TokenAlternative]
    var constraintLogProbability: Double?
  }

  /// The number of tokens in the prompt.
  public let promptLength: Int
  /// The maximum number of tokens of a hypothesis: the limit of new tokens, or what the context leaves room for.
  public let lengthLimit: Int
  /// What the request wants to know about each token.
  public let report: TokenReport
  /// The hypotheses that are alive, in the order of their rows.
  public private(set) var live: [Leaf]
  /// The model's hidden states, where the strategy reads them.
  public internal(set) var hiddenStates = HiddenStates()

  let stopRules: StopRules
  private let processors: [any LogitsProcessor]
  private let samples: [Int]
  private let noises: [CounterNoise]
  private var nodes: [Node] = []
  private var facts: [RowFacts] = []
  private var next: [Leaf] = []
  private var completed: [Hypothesis] = []
  /// Whether the empty text is whole; `nil` without a constraint.
  private let isPromptComplete: Bool?
  /// What could have come after hypotheses that ended where nothing of it could be taken.
  private var expectations: [HypothesisID: String] = [:]
  /// The prompt, as processors see it.
  private let promptContext: HypothesisContext
  /// What processors see of each live hypothesis, where there are processors; the buffers are kept.
  private var contexts: [HypothesisContext] = []
  private var announcements: [Announcement] = []
  /// The scale of the request's guidance, and the length of the prompt on its negative side.
  let guidanceScale: Double?
  let negativePromptLength: Int
  /// The scores of a step under guidance, `[live.count, vocabularyCount]`; empty without it.
  var guidedScores: [Float] = []

  private struct Announcement {
    var hypothesis: HypothesisID
    var slot: Int
    var finishReason: FinishReason?
  }

  /// The tree of a request, with the prompt alone alive.
  package init(_ request: DecodingRequest, contextLength: Int) {
    promptLength = request.prompt.count
    report = request.report
    stopRules = request.stopRules
    processors = request.processors
    lengthLimit = max(
      0, min(request.stopRules.maxNewTokens, contextLength - request.maximumPromptLength))
    guidanceScale = request.effectiveGuidance?.scale
    negativePromptLength = request.effectiveGuidance?.negativePrompt.count ?? 0
    promptContext = HypothesisContext(
      prompt: request.prompt, endOfSequence: request.stopRules.endOfSequence,
      lengthLimit: lengthLimit)
    samples = request.samples
    let hash = PromptHash(request.prompt)
    noises = request.samples.map { CounterNoise(seed: request.seed, prompt: hash, sample: $0) }
    isPromptComplete = request.constraint?.isComplete
    live = [
      Leaf(
        hypothesis: .prompt, slot: 0, matcher: request.matcher, constraint: request.constraint,
        parentRow: 0)
    ]
  }

  // MARK: - Reading

  /// The number of samples that the request asks for.
  public var sampleCount: Int { samples.count }

  /// The number of the sample in a slot.
  public func sample(ofSlot slot: Int) -> Int {
    samples[slot]
  }

  /// The noise of the sample in a slot.
  public func noise(ofSlot slot: Int) -> CounterNoise {
    noises[slot]
  }

  /// The number of tokens that were generated for a hypothesis: 0 for the prompt.
  public func length(of hypothesis: HypothesisID) -> Int {
    hypothesis == .prompt ? 0 : nodes[hypothesis.rawValue - 1].depth
  }

  /// The sum of the log-probabilities of a hypothesis' tokens under the unmodified model.
  public func logProbability(of hypothesis: HypothesisID) -> Double {
    hypothesis == .prompt ? 0 : nodes[hypothesis.rawValue - 1].logProbability
  }

  /// The generated tokens of a hypothesis, first to last.
  ///
  /// - Complexity: O(length).
  public func tokens(of hypothesis: HypothesisID) -> [GeneratedToken] {
    var tokens: [GeneratedToken] = []
    var id = hypothesis
    while id != .prompt {
      let node = nodes[id.rawValue - 1]
      tokens.append(node.token)
      id = node.parent
    }
    return tokens.reversed()
  }

  /// What to subtract from the scores that ``load(_:of:into:as:adjust:)`` gives as ``ScoreScale/logits`` to make them
  /// those that it gives as ``ScoreScale/logProbabilities``: ln Σ exp of the model's logits; 0 under guidance, whose
  /// scores are made of log-probabilities.
  public func logNormalizer(ofRow row: Int) -> Double {
    guidanceScale == nil ? facts[row].logNormalizer : 0
  }

  /// ln Σ exp of a row of the model's logits.
  func logNormalizerOfModel(_ row: Int) -> Double {
    facts[row].logNormalizer
  }

  /// The tokens that end a hypothesis, in order.
  var endOfSequence: [TokenID] { promptContext.endOfSequence }

  /// Loads a row into `candidates`: the scores of guidance where the request has it, with what the request masks taken
  /// out, its processors applied, and what its constraint doesn't allow taken out. Under a constraint nothing may be left:
  /// see ``reasonToEnd(row:)``.
  ///
  /// - Parameters:
  ///   - scale: what the processors are to see.
  ///   - adjust: changes the scores before the processors do: where transformers has the penalty of diverse beam
  ///     search.
  /// - Throws: ``DecodingFailure/constraint(_:)`` where the constraint takes more than it may.
  public func load(
    _ row: Int, of logits: Span<Float>, into candidates: inout Candidates,
    as scale: ScoreScale = .logits, adjust: (inout Candidates) -> Void = { _ in }
  ) throws(DecodingFailure) {
    loadUnconstrained(row, of: logits, into: &candidates, as: scale, adjust: adjust)
    try constrain(&candidates, row: row)
  }

  /// Loads a row as ``load(_:of:into:as:adjust:)`` does, with what the constraint doesn't allow still there, but for the
  /// end of sequence.
  func loadUnconstrained(
    _ row: Int, of logits: Span<Float>, into candidates: inout Candidates,
    as scale: ScoreScale = .logits, adjust: (inout Candidates) -> Void = { _ in }
  ) {
    let width = logits.count / live.count
    if guidanceScale == nil {
      candidates.load(logits.extracting(row * width..<(row + 1) * width))
      if scale == .logProbabilities { candidates.shiftLogits(by: -facts[row].logNormalizer) }
    } else {
      candidates.load(guidedScores.span.extracting(row * width..<(row + 1) * width))
    }
    if masksEndOfSequence(row: row) {
      for token in endOfSequence { candidates.exclude(token) }
    }
    adjust(&candidates)
    for processor in processors { processor.process(&candidates, context: contexts[row]) }
  }

  // MARK: - Answering

  /// Makes the hypothesis that continues that of `row` by `token`. It is dropped again unless it is named to
  /// ``proceed(_:slot:)`` or ``consider(_:slot:)`` in this step, or to
  /// ``complete(_:slot:sample:score:reason:draw:)`` in this step or a later one.
  ///
  /// A token that the constraint doesn't allow makes a dead end.
  ///
  /// - Parameter processedLogProbability: the token's log-probability in the distribution that it was taken from.
  /// - Throws: ``DecodingFailure/constraint(_:)`` where the constraint takes more than it may.
  public mutating func extend(
    _ row: Int, by token: TokenID, logits: Span<Float>, processedLogProbability: Double? = nil
  ) throws(DecodingFailure) -> Extension {
    let parent = live[row]
    let depth = length(of: parent.hypothesis) + 1
    let width = logits.count / live.count
    let logProbability = Double(logits[row * width + Int(token)]) - facts[row].logNormalizer
    let generated = GeneratedToken(
      token: token, logProbability: logProbability,
      processedLogProbability: processedLogProbability, entropy: facts[row].entropy,
      confidence: facts[row].confidence, alternatives: facts[row].alternatives,
      constraintLogProbability: facts[row].constraintLogProbability)
    let isEnd = stopRules.endOfSequence.contains(token)
    var constraint = parent.constraint
    let wasComplete = constraint?.isComplete == true
    let isAllowed = try constraint?.advance(by: token) ?? true
    let isComplete = constraint.map { isAllowed && $0.isComplete || isEnd && wasComplete }
    nodes.append(
      Node(
        parent: parent.hypothesis, depth: depth, token: generated,
        logProbability: self.logProbability(of: parent.hypothesis) + logProbability,
        isComplete: isComplete))
    var matcher = parent.matcher
    let reason: FinishReason? =
      if isEnd {
        .endOfSequence
      } else if matcher?.accept(token) == true {
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

  /// Lets a new hypothesis live on: the next step brings its row.
  public mutating func proceed(_ child: Extension, slot: Int) {
    consider(child, slot: slot)
    announce(child.hypothesis, slot: slot)
  }

  /// Lets a new hypothesis live on for a closer look, even one that is ended: the next step brings its row. It is
  /// not reported before ``announce(_:slot:)`` or
  /// ``complete(_:slot:sample:score:reason:draw:)``.
  public mutating func consider(_ child: Extension, slot: Int) {
    next.append(
      Leaf(
        hypothesis: child.hypothesis, slot: slot, matcher: child.matcher,
        constraint: child.constraint, parentRow: child.parentRow))
  }

  /// Reports a hypothesis that was only considered, as the next token of its slot.
  public mutating func announce(_ hypothesis: HypothesisID, slot: Int) {
    announcements.append(Announcement(hypothesis: hypothesis, slot: slot, finishReason: nil))
  }

  /// Makes a hypothesis a result. Results are handed out in the order of these calls.
  ///
  /// - Parameters:
  ///   - sample: the number to give it: the sample's, or where nothing is drawn, the rank.
  ///   - draw: its place in a sample without replacement.
  public mutating func complete(
    _ hypothesis: HypothesisID, slot: Int, sample: Int, score: Double, reason: FinishReason,
    draw: StochasticBeamDraw? = nil
  ) {
    completed.append(
      Hypothesis(
        id: hypothesis, slot: slot, sample: sample, tokens: tokens(of: hypothesis),
        score: score, finishReason: reason, draw: draw,
        isComplete: isComplete(hypothesis),
        expectation: reason == .deadEnd ? expectation(after: hypothesis) : nil))
    announcements.append(
      Announcement(hypothesis: hypothesis, slot: slot, finishReason: reason))
  }

  /// Whether a hypothesis' text is whole; `nil` without a constraint.
  func isComplete(_ hypothesis: HypothesisID) -> Bool? {
    hypothesis == .prompt ? isPromptComplete : nodes[hypothesis.rawValue - 1].isComplete
  }

  /// What could have come after a hypothesis that is at a dead end.
  func expectation(after hypothesis: HypothesisID) -> String? { expectations[hypothesis] }

  /// Keeps what could have come after a hypothesis that is at a dead end.
  mutating func noteDeadEnd(of hypothesis: HypothesisID, expectation: String?) {
    expectations[hypothesis] = expectation
  }
}

// MARK: - The driver's side

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

  /// What there is to tell since the last call, in order: new tokens first, then results.
  mutating func drainEvents(request: Int, into events: inout [DecodingEvent]) {
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
