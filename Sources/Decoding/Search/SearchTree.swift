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

  struct Node {
    var parent: HypothesisID
    var depth: Int
    var token: GeneratedToken
    var logProbability: Double
    /// Whether its text is whole; `nil` without a constraint.
    var isComplete: Bool?
    var isAnnounced = false
  }

  /// What is known about a row of logits.
  struct RowFacts {
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
  public internal(set) var live: [Leaf]
  /// The model's hidden states, where the strategy reads them.
  public internal(set) var hiddenStates = HiddenStates()

  let stopRules: StopRules
  let processors: [any LogitsProcessor]
  private let samples: [Int]
  private let noises: [CounterNoise]
  var nodes: [Node] = []
  var facts: [RowFacts] = []
  var next: [Leaf] = []
  var completed: [Hypothesis] = []
  /// Whether the empty text is whole; `nil` without a constraint.
  private let isPromptComplete: Bool?
  /// What could have come after hypotheses that ended where nothing of it could be taken.
  var expectations: [HypothesisID: String] = [:]
  /// The prompt, as processors see it.
  let promptContext: HypothesisContext
  /// What processors see of each live hypothesis, where there are processors; the buffers are kept.
  var contexts: [HypothesisContext] = []
  var announcements: [Announcement] = []
  /// How the canvases look that were denoised in this step, where the report asks for them.
  var canvases: [CanvasState] = []
  /// The scale of the request's guidance, and the length of the prompt on its negative side.
  let guidanceScale: Double?
  let negativePromptLength: Int
  /// The scores of a step under guidance, `[rows, vocabularyCount]`; empty without it.
  var guidedScores: [Float] = []

  struct Announcement {
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
    let width = logits.count / live.count
    let logProbability = Double(logits[row * width + Int(token)]) - facts[row].logNormalizer
    let generated = GeneratedToken(
      token: token, logProbability: logProbability,
      processedLogProbability: processedLogProbability, entropy: facts[row].entropy,
      confidence: facts[row].confidence, alternatives: facts[row].alternatives,
      constraintLogProbability: facts[row].constraintLogProbability)
    return try grow(live[row], from: row, by: generated)
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

  /// Makes a hypothesis that competes with no other a result: its sample's, ranked by its log-probability.
  mutating func complete(_ hypothesis: HypothesisID, slot: Int, reason: FinishReason) {
    complete(
      hypothesis, slot: slot, sample: sample(ofSlot: slot),
      score: logProbability(of: hypothesis), reason: reason)
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
