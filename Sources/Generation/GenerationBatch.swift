public import Decoding
public import LanguageModeling
public import Tokenization

/// Generates text for any number of requests: a `BatchDecoder`, with text made of its tokens. Requests join at any
/// step.
///
/// One owner, not `Sendable`. `EventStream` runs it on a thread of its own.
public final class GenerationBatch: EventSource {
  let decoder: BatchDecoder
  private let tokenizer: any Tokenizer
  /// By the decoder's number.
  private var states: [Int: RequestText] = [:]
  /// The decoder's numbers of the requests that aren't over, by those that events call them.
  private var indices: [Int: Int] = [:]
  private let clock = ContinuousClock()

  /// What is known about a request's text.
  private struct RequestText {
    /// What events call the request.
    let number: Int
    let prompt: [TokenID]
    let seed: UInt64
    /// The text after the prompt, with no token yet.
    let root: TextTail
    /// Whether text is given out while it comes, or when its sequence is final.
    let isStreamed: Bool
    /// What its texts must be.
    let constraint: TextConstraint?
    /// What ranks the sequences, if anything does.
    let selection: (any SampleSelection)?
    /// Whether tokens are drafted.
    let isDrafted: Bool
    /// When it joined.
    let start: ContinuousClock.Instant
    /// By slot: the end of the text, and what was given out of it.
    var texts: [Int: (tail: TextTail, given: String)] = [:]
    var sequences: [Int: GeneratedSequence] = [:]
    var promptRead: ContinuousClock.Instant?
    var promptScores: [ScoredToken] = []
  }

  /// A batch over a session of its own.
  ///
  /// - Parameters:
  ///   - draftModel: drafts for requests with a `draftLimit`. Its vocabulary must be the model's;
  ///     ``TextGenerator/drafting(with:tokenizer:)`` checks that.
  ///   - requests: the first ones; their numbers are their places.
  /// - Throws: `DecodingFailure` where a request makes no sense or the model refuses the options.
  public init(
    model: any LanguageModel, tokenizer: any Tokenizer,
    options: SessionOptions = SessionOptions(), draftModel: (any LanguageModel)? = nil,
    requests: [GenerationRequest] = []
  ) throws(DecodingFailure) {
    let drafter: any Drafter =
      if let draftModel {
        try ModelDrafter(model: draftModel, options: SessionOptions(threads: options.threads))
      } else {
        PromptLookup()
      }
    decoder = try BatchDecoder(model: model, options: options, drafter: drafter)
    self.tokenizer = tokenizer
    for (number, request) in requests.enumerated() { try submit(request, as: number) }
  }

  /// Adds a request. The next step begins to read its prompt.
  ///
  /// - Parameter number: what events call the request; no other that isn't over may have it.
  /// - Throws: `DecodingFailure` for a request that makes no sense; nothing has changed then.
  public func submit(_ request: GenerationRequest, as number: Int) throws(DecodingFailure) {
    guard !request.stopStrings.contains("") else {
      throw .invalidParameter("stop", reason: "is an empty text, which would end everything")
    }
    guard indices[number] == nil else {
      throw .invalidParameter("number", reason: "is \(number), which another request has")
    }
    let tail = TextTail(
      tokenizer: tokenizer, prompt: request.prompt, stopStrings: request.stopStrings)
    var decoding = request.decoding
    if !request.stopStrings.isEmpty {
      decoding.matcher = decoding.matcher.map { EitherMatcher($0, tail) } ?? tail
    }
    let index = try decoder.submit(decoding)
    indices[number] = index
    states[index] = RequestText(
      number: number, prompt: request.prompt, seed: request.seed, root: tail,
      isStreamed: request.strategy.isAppendOnly && request.selection == nil,
      constraint: request.constraint as? TextConstraint, selection: request.selection,
      isDrafted: request.draftLimit > 0, start: clock.now)
  }

  /// Takes one step of the model for all requests, and returns what happened; `nil` when there is nothing left to do.
  ///
  /// - Throws: `DecodingFailure.model(_:)` for an error that isn't one request's own.
  public func step() throws(DecodingFailure) -> [GenerationEvent]? {
    guard let steps = try decoder.step() else { return nil }
    var events: [GenerationEvent] = []
    for event in steps { emit(event, into: &events) }
    return events
  }

  /// Ends everything: what was generated becomes the results.
  public func cancel() {
    decoder.cancel()
  }

  /// Ends one request, by its number.
  public func cancel(request number: Int) {
    if let index = indices[number] { decoder.cancel(request: index) }
  }

  private func emit(_ event: DecodingEvent, into events: inout [GenerationEvent]) {
    switch event {
    case .promptRead(let index):
      guard let number = states[index]?.number else { return }
      states[index]?.promptRead = clock.now
      states[index]?.promptScores = decoder.promptScores(ofRequest: index)
      events.append(.promptRead(request: number))
    case .canvas(let index, let canvas):
      guard let number = states[index]?.number else { return }
      events.append(.canvas(request: number, CanvasText(canvas, tokenizer: tokenizer)))
    case .token(var token):
      guard let state = states[token.request] else { return }
      let index = token.request
      token.request = state.number
      events.append(.token(token))
      // The token that ends a sequence has no text to show.
      guard token.finishReason != .endOfSequence, state.isStreamed else { return }
      let piece = piece(index, slot: token.slot) { $0.append(token.token.token) }
      emit(piece, of: token.slot, request: state.number, into: &events)
    case .finished(let index, let hypothesis):
      guard let state = states[index] else { return }
      let piece = piece(index, slot: hypothesis.slot) {
        (state.isStreamed ? "" : $0.append(hypothesis)) + $0.finish()
      }
      let sequence = GeneratedSequence(
        text: states[index]?.texts[hypothesis.slot]?.given ?? "", tokens: hypothesis.tokens,
        score: hypothesis.score, logProbability: hypothesis.logProbability,
        finishReason: hypothesis.finishReason, sample: hypothesis.sample, draw: hypothesis.draw,
        isComplete: isComplete(hypothesis, index), expectation: hypothesis.expectation)
      states[index]?.sequences[hypothesis.slot] = sequence
      guard state.selection == nil else { return }
      emit(piece, of: hypothesis.slot, request: state.number, into: &events)
      events.append(
        .finished(request: state.number, sequence: hypothesis.slot, sequence))
    case .completed(let index):
      select(index, into: &events)
      guard let state = remove(index) else { return }
      events.append(.completed(request: state.number, result(of: state, index)))
    case .failed(let index, let error):
      guard let state = remove(index) else { return }
      events.append(.failed(request: state.number, error))
    }
  }

  /// Whether a text is whole under its constraint. A stop string cuts off what the tokens hold after it.
  private func isComplete(_ hypothesis: Hypothesis, _ index: Int) -> Bool? {
    guard let text = states[index]?.texts[hypothesis.slot], text.tail.isStopped else {
      return hypothesis.isComplete
    }
    return hypothesis.isComplete.map { _ in
      states[index]?.constraint?.accepts(text.given) ?? false
    }
  }

  private func remove(_ index: Int) -> RequestText? {
    guard let state = states.removeValue(forKey: index) else { return nil }
    indices[state.number] = nil
    return state
  }

  /// The text that `next` adds.
  private func piece(
    _ index: Int, slot: Int, _ next: (inout TextTail) -> String
  ) -> String {
    guard let root = states[index]?.root else { return "" }
    var text = states[index]?.texts[slot] ?? (tail: root, given: "")
    // Not two owners while it changes, so that nothing is copied.
    states[index]?.texts[slot] = nil
    let piece = next(&text.tail)
    text.given += piece
    states[index]?.texts[slot] = text
    return piece
  }

  private func emit(
    _ piece: String, of sequence: Int, request: Int, into events: inout [GenerationEvent]
  ) {
    if !piece.isEmpty {
      events.append(.text(request: request, sequence: sequence, piece: piece))
    }
  }

  /// Ranks the sequences of a request that asks for it, and reports them, best first.
  private func select(_ index: Int, into events: inout [GenerationEvent]) {
    guard let state = states[index], let selection = state.selection else { return }
    let samples = state.sequences.sorted { $0.key < $1.key }.map(\.value)
    let ranked = selection.rank(
      samples.map {
        SampleCandidate(
          text: $0.text, logProbability: $0.logProbability,
          constraintLogProbability: $0.constraintLogProbability,
          confidences: $0.tokens.compactMap(\.confidence),
          isComplete: $0.isComplete ?? true, sample: $0.sample)
      })
    states[index]?.sequences = [:]
    let places = ranked.filter { samples.indices.contains($0.index) }
    for (rank, place) in places.enumerated() {
      var sequence = samples[place.index]
      sequence.score = place.score
      sequence.confidence = place.confidence
      states[index]?.sequences[rank] = sequence
      emit(sequence.text, of: rank, request: state.number, into: &events)
      events.append(.finished(request: state.number, sequence: rank, sequence))
    }
  }

  private func result(of state: RequestText, _ index: Int) -> GenerationResult {
    let end = clock.now
    let sequences = state.sequences.sorted { $0.key < $1.key }.map(\.value)
    return GenerationResult(
      promptTokens: state.prompt, sequences: sequences, seed: state.seed,
      timings: GenerationTimings(
        promptTokens: state.prompt.count,
        promptSeconds: ((state.promptRead ?? end) - state.start) / .seconds(1),
        keptTokens: decoder.keptTokenCount(ofRequest: index),
        generatedTokens: sequences.reduce(0) { $0 + $1.tokens.count },
        generateSeconds: (end - (state.promptRead ?? end)) / .seconds(1),
        drafts: state.isDrafted ? decoder.draftCounts(ofRequest: index) : nil),
      promptScores: state.promptScores)
  }
}

/// Ends a hypothesis where one of two matchers does.
private struct EitherMatcher: TokenMatcher {
  private var first: any TokenMatcher
  private var second: any TokenMatcher

  init(_ first: any TokenMatcher, _ second: any TokenMatcher) {
    self.first = first
    self.second = second
  }

  mutating func accept(_ token: TokenID) -> Bool {
    // Both see every token.
    let (isOver, isOverToo) = (first.accept(token), second.accept(token))
    return isOver || isOverToo
  }
}
