public import Decoding
public import LanguageModeling
public import Tokenization

/// A batch of requests on their way from prompt to text: ``BatchDecoder`` with text on top.
///
/// One owner, not `Sendable`. ``EventStream`` runs it on a thread of its own.
public final class GenerationBatch: EventSource {
  private let decoder: BatchDecoder
  private var states: [RequestText] = []
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant

  /// What is known about a request's text.
  private struct RequestText {
    let prompt: [TokenID]
    /// The text after the prompt, with no token yet.
    let root: TextTail
    /// Whether text is given out while it comes, or when its sequence is final.
    let isStreamed: Bool
    /// What ranks the sequences, if anything does.
    let selection: (any SampleSelection)?
    /// Whether tokens are drafted.
    let isDrafted: Bool
    /// By slot: the end of the text, and what was given out of it.
    var texts: [Int: (tail: TextTail, given: String)] = [:]
    var sequences: [Int: GeneratedSequence] = [:]
    var promptRead: ContinuousClock.Instant?
  }

  /// A batch of `requests` over a session of its own.
  ///
  /// - Parameter draftModel: drafts for requests with a ``GenerationRequest/draftLimit``. Its vocabulary must be the
  ///   model's; ``TextGenerator/drafting(with:tokenizer:)`` checks that.
  /// - Throws: ``DecodingFailure`` where a request makes no sense or the model refuses the options.
  public init(
    model: any LanguageModel, tokenizer: any Tokenizer,
    options: SessionOptions = SessionOptions(), draftModel: (any LanguageModel)? = nil,
    requests: [GenerationRequest]
  ) throws(DecodingFailure) {
    let drafter: any Drafter =
      if let draftModel {
        try ModelDrafter(model: draftModel, options: SessionOptions(threads: options.threads))
      } else {
        PromptLookup()
      }
    decoder = try BatchDecoder(model: model, options: options, drafter: drafter)
    start = clock.now
    for request in requests {
      guard !request.stopStrings.contains("") else {
        throw .invalidParameter("stop", reason: "is an empty text, which would end everything")
      }
      let tail = TextTail(
        tokenizer: tokenizer, prompt: request.prompt, stopStrings: request.stopStrings)
      try decoder.submit(
        DecodingRequest(
          prompt: request.prompt, strategy: request.strategy, samples: request.samples,
          seed: request.seed, stopRules: request.stopRules,
          matcher: request.stopStrings.isEmpty ? nil : tail,
          processors: request.processors, guidance: request.guidance, adapter: request.adapter,
          report: request.report, draftLimit: request.draftLimit))
      states.append(
        RequestText(
          prompt: request.prompt, root: tail,
          isStreamed: request.strategy.isAppendOnly && request.selection == nil,
          selection: request.selection, isDrafted: request.draftLimit > 0))
    }
  }

  /// One step of the model for all requests, and what came of it; `nil` when there is nothing left to do.
  ///
  /// - Throws: ``DecodingFailure/model(_:)`` for an error that isn't one request's own.
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

  /// Ends one request.
  public func cancel(request: Int) {
    decoder.cancel(request: request)
  }

  private func emit(_ event: DecodingEvent, into events: inout [GenerationEvent]) {
    switch event {
    case .promptRead(let request):
      states[request].promptRead = clock.now
      events.append(.promptRead(request: request))
    case .token(let token):
      events.append(.token(token))
      // The token that ends a sequence has no text to show.
      guard token.finishReason != .endOfSequence, states[token.request].isStreamed else { return }
      let piece = piece(token.request, slot: token.slot) { $0.append(token.token.token) }
      emit(piece, of: token.slot, request: token.request, into: &events)
    case .finished(let request, let hypothesis):
      let piece = piece(request, slot: hypothesis.slot) {
        [isStreamed = states[request].isStreamed] in
        (isStreamed ? "" : $0.append(hypothesis)) + $0.finish()
      }
      let sequence = GeneratedSequence(
        text: states[request].texts[hypothesis.slot]?.given ?? "", tokens: hypothesis.tokens,
        score: hypothesis.score, logProbability: hypothesis.logProbability,
        finishReason: hypothesis.finishReason, sample: hypothesis.sample, draw: hypothesis.draw)
      states[request].sequences[hypothesis.slot] = sequence
      guard states[request].selection == nil else { return }
      emit(piece, of: hypothesis.slot, request: request, into: &events)
      events.append(.finished(request: request, sequence: hypothesis.slot, sequence))
    case .completed(let request):
      select(request, into: &events)
      events.append(.completed(request: request, result(of: request)))
    case .failed(let request, let error):
      events.append(.failed(request: request, error))
    }
  }

  /// The text that `next` brings forth.
  private func piece(
    _ request: Int, slot: Int, _ next: (inout TextTail) -> String
  ) -> String {
    let start = (tail: states[request].root, given: "")
    let piece = next(&states[request].texts[slot, default: start].tail)
    states[request].texts[slot]?.given += piece
    return piece
  }

  private func emit(
    _ piece: String, of sequence: Int, request: Int, into events: inout [GenerationEvent]
  ) {
    if !piece.isEmpty {
      events.append(.text(request: request, sequence: sequence, piece: piece))
    }
  }

  /// Ranks the sequences of a request that asks for it, and tells them, best first.
  private func select(_ request: Int, into events: inout [GenerationEvent]) {
    guard let selection = states[request].selection else { return }
    let samples = states[request].sequences.sorted { $0.key < $1.key }.map(\.value)
    let ranked = selection.rank(
      samples.map { SampleCandidate(text: $0.text, logProbability: $0.logProbability) })
    states[request].sequences = [:]
    let places = ranked.filter { samples.indices.contains($0.index) }
    for (rank, place) in places.enumerated() {
      var sequence = samples[place.index]
      sequence.score = place.score
      states[request].sequences[rank] = sequence
      emit(sequence.text, of: rank, request: request, into: &events)
      events.append(.finished(request: request, sequence: rank, sequence))
    }
  }

  private func result(of request: Int) -> GenerationResult {
    let state = states[request]
    let end = clock.now
    let sequences = state.sequences.sorted { $0.key < $1.key }.map(\.value)
    return GenerationResult(
      promptTokens: state.prompt, sequences: sequences,
      timings: GenerationTimings(
        promptTokens: state.prompt.count,
        promptSeconds: ((state.promptRead ?? end) - start) / .seconds(1),
        generatedTokens: sequences.reduce(0) { $0 + $1.tokens.count },
        generateSeconds: (end - (state.promptRead ?? end)) / .seconds(1),
        drafts: state.isDrafted ? decoder.draftCounts(ofRequest: request) : nil))
  }
}
