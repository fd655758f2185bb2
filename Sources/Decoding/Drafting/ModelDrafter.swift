public import LanguageModeling

/// Drafts with a second, smaller model of the same vocabulary: speculative decoding (Leviathan, Kalman and Matias,
/// “Fast Inference from Transformers via Speculative Decoding”, ICML 2023; Chen et al., “Accelerating Large Language
/// Model Decoding with Speculative Sampling”, 2023).
///
/// The draft model chooses as the request's own strategy would, over its own logits: with the request's penalties, masks
/// and filters, and, where tokens are drawn, with **the same Gumbel noise at the same position** as the model that it
/// drafts for. That couples the two draws without a word between them (Daliri, Musco and Suresh, “Coupling without
/// Communication and Drafter-Invariant Speculative Decoding”, 2024), and the text is the one that the large model would
/// have drawn alone, whichever model drafts.
///
/// ### How often drafts are accepted
/// With *p* the large model's distribution at a position, *q* the small one's (both filtered), and TV their total
/// variation distance, the two Gumbel-max draws agree with probability
///
/// Σᵢ 1 / Σⱼ max(pⱼ/pᵢ, qⱼ/qᵢ) ≥ (1 − TV) / (1 + TV).
///
/// The rejection rule of Leviathan and Chen accepts with probability Σᵢ min(pᵢ, qᵢ) = 1 − TV, the most that any coupling
/// can, but only keeps the distribution of the text: the text itself changes with the draft model and the length of
/// drafts. What the promise of one text costs is thus at most the step from 1 − TV to (1 − TV)/(1 + TV); at a total
/// variation of 0.2 that is from 80 % to no less than 67 %. Under greedy search both agree exactly where the two
/// models' best tokens do.
///
/// One owner, as every session has. It keeps a sequence of the draft model for every sample that is under way, and takes
/// back what wasn't accepted. All samples of all requests are drafted for together, one step of the draft model for each
/// drafted token. The draft model runs without adapters.
public final class ModelDrafter: Drafter {
  private struct Lane {
    var sequence: SequenceID
    /// The tokens that the sequence holds.
    var tokens: [TokenID]
  }

  /// A draft that is being made.
  private struct Work {
    /// Its place in the answer.
    var place: Int
    var hypothesis: DraftedHypothesis
    /// How many tokens it is to have.
    var limit: Int
    var draft: [TokenID] = []
  }

  private let session: any DecodingSession
  private let vocabularyCount: Int
  private let contextLength: Int
  private var lanes: [DraftLane: Lane] = [:]
  /// One lane of each request, which others may fork.
  private var elders: [Int: DraftLane] = [:]
  private var rows: [Float] = []
  private var scratch: Candidates

  /// A drafter with a session of its own.
  ///
  /// - Throws: ``DecodingFailure/draftModel(_:)`` where the model refuses the options.
  public init(
    model: some LanguageModel, options: SessionOptions = SessionOptions()
  ) throws(DecodingFailure) {
    do {
      session = try model.makeSession(options)
    } catch {
      throw .draftModel(error)
    }
    vocabularyCount = model.vocabularyCount
    contextLength = model.contextLength(under: options)
    scratch = Candidates(vocabularyCount: model.vocabularyCount)
  }

  deinit {
    for lane in lanes.values { session.close(lane.sequence) }
  }

  /// Refuses a vocabulary of another size. Whether the tokens are the same too, the caller has to know.
  public func validate(
    _ request: DecodingRequest, vocabularyCount: Int
  ) throws(DecodingFailure) {
    guard vocabularyCount == self.vocabularyCount else {
      throw .conflict(
        "the draft model has \(self.vocabularyCount) tokens and the model \(vocabularyCount);"
          + " draft with a model of the same vocabulary")
    }
  }

  /// What the draft model would go on with, under each request's own rules.
  ///
  /// - Complexity: as many steps of the draft model as the longest draft has tokens.
  public func propose(_ hypotheses: [DraftedHypothesis]) throws(DecodingFailure) -> [[TokenID]] {
    var drafts: [[TokenID]] = hypotheses.map { _ in [] }
    do throws(ModelError) {
      var active: [Work] = []
      for (place, hypothesis) in hypotheses.enumerated() {
        // The last token of a draft isn't fed.
        let limit = min(hypothesis.limit, contextLength - hypothesis.context.tokens.count + 1)
        guard limit > 0 else { continue }
        try prepare(hypothesis)
        active.append(Work(place: place, hypothesis: hypothesis, limit: limit))
      }
      while !active.isEmpty {
        try step(&active)
        for work in active { drafts[work.place] = work.draft }
        active.removeAll { work in
          guard let last = work.draft.last, work.draft.count < work.limit else { return true }
          return work.hypothesis.request.stopRules.endOfSequence.contains(last)
        }
      }
    } catch {
      throw .draftModel(error)
    }
    return drafts
  }

  /// Closes the hypothesis' sequence.
  public func close(_ lane: DraftLane) {
    if elders[lane.request] == lane { elders[lane.request] = nil }
    if let sequence = lanes.removeValue(forKey: lane)?.sequence { session.close(sequence) }
  }

  /// Makes the hypothesis' sequence hold a part of its tokens, the last of them left out: its logits come next.
  private func prepare(_ hypothesis: DraftedHypothesis) throws(ModelError) {
    let tokens = hypothesis.context.tokens
    if lanes[hypothesis.lane] == nil { try open(hypothesis) }
    guard let lane = lanes[hypothesis.lane] else { return }
    let kept = min(Self.commonPrefix(lane.tokens, tokens), tokens.count - 1)
    if kept < lane.tokens.count {
      try session.rollback(lane.sequence, to: kept)
      lanes[hypothesis.lane]?.tokens.removeLast(lane.tokens.count - kept)
    }
  }

  /// Opens a sequence that has read all but the last of the hypothesis' tokens: a fork of the one that shares the most of
  /// them, such as that of another sample of the prompt.
  private func open(_ hypothesis: DraftedHypothesis) throws(ModelError) {
    let tokens = hypothesis.context.tokens.dropLast()
    var nearest: (lane: Lane, common: Int)?
    // Siblings share the prompt at least, so that there is no need to look further.
    let relatives = elders[hypothesis.lane.request].map { [$0] } ?? Array(elders.values)
    for lane in relatives.compactMap({ lanes[$0] }) {
      let common = Self.commonPrefix(lane.tokens, tokens)
      if common > nearest?.common ?? 0 { nearest = (lane, common) }
    }
    let sequence: SequenceID
    var count = 0
    if let nearest {
      sequence = try session.fork(nearest.lane.sequence)
      count = nearest.common
    } else {
      sequence = try session.open(adapter: .none)
    }
    if elders[hypothesis.lane.request] == nil {
      elders[hypothesis.lane.request] = hypothesis.lane
    }
    lanes[hypothesis.lane] = Lane(sequence: sequence, tokens: Array(tokens[..<count]))
    try session.rollback(sequence, to: count)
    while count < tokens.count {
      let chunk = tokens[count...].prefix(BatchDecoder.promptTokensPerStep)
      rows.resize(to: 0)
      try session.step([StepInput(sequence, Array(chunk), logits: .none)], into: &rows)
      lanes[hypothesis.lane]?.tokens += chunk
      count += chunk.count
    }
  }

  /// Adds a token to each draft.
  private func step(_ active: inout [Work]) throws(ModelError) {
    var inputs: [StepInput] = []
    for work in active {
      guard let lane = lanes[work.hypothesis.lane] else { continue }
      // At first what was accepted since the last draft, then the token drafted last.
      let tokens = Array(work.hypothesis.context.tokens[lane.tokens.count...])
      inputs.append(StepInput(lane.sequence, tokens))
      lanes[work.hypothesis.lane]?.tokens += tokens
    }
    rows.resize(to: inputs.count * vocabularyCount)
    try session.step(inputs, into: &rows)
    for index in active.indices {
      scratch.load(rows.span.extracting(index * vocabularyCount..<(index + 1) * vocabularyCount))
      guard let token = active[index].hypothesis.guess(from: &scratch) else {
        active[index].limit = 0
        continue
      }
      active[index].draft.append(token)
      active[index].hypothesis.append(token)
    }
  }

  private static func commonPrefix(
    _ left: some Collection<TokenID>, _ right: some Collection<TokenID>
  ) -> Int {
    zip(left, right).prefix { $0 == $1 }.count
  }
}
