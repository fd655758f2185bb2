public import LanguageModeling

/// Advances any number of requests over one session of a model, all of them in one step of the model at a time.
///
/// Prompts are read once each, what several share once for all; a request that has its prompt read goes on while others
/// still read theirs. Requests end at their own times, and one that fails leaves the others alone. What a request gives
/// depends on the request alone, never on what runs beside it, as long as the model keeps the promise of
/// `DecodingSession`.
///
/// One owner, not `Sendable`. ``EventStream`` runs it on a thread of its own.
public final class BatchDecoder: EventSource {
  let session: any DecodingSession
  /// The session, where it gives hidden states.
  let hiddenStateSession: (any HiddenStateSession)?
  /// The session, where it can denoise.
  let canvasSession: (any CanvasSession)?
  let vocabularyCount: Int
  let contextLength: Int
  /// Proposes tokens for the requests that want drafts.
  let drafter: (any Drafter)?

  var requests = RequestTable()
  var plan = PromptPlan()
  /// What is kept of requests that are over, oldest first, for those that come and begin alike: of each what its prompt and
  /// its text begin with, and under guidance the same on the negative side.
  var kept: [[PromptSource]] = []
  /// The number of requests that are over whose keys and values stay with the decoder, those of the first hypothesis'
  /// text included: a request whose prompt begins like one of them reads the rest alone. 0: the prompt of the last one
  /// stays, as long as there is anything to do. It changes no result.
  public var keptTextCount = 0
  /// Requests that aren't planned yet.
  var waiting: [Int] = []
  /// Events of what happened between steps.
  var pending: [DecodingEvent] = []
  /// The logits of a step, `[rows, vocabularyCount]`.
  var rows: [Float] = []
  /// The hidden states of a step, `[tokens asked for, hidden size]`.
  var hiddenStates: [Float] = []
  var scratch: Candidates

  /// The most prompt tokens that one step reads, so that cancelling and the other requests don't wait for long.
  public static let promptTokensPerStep = 512

  /// A decoder with a session of its own.
  ///
  /// - Parameter drafter: proposes tokens for requests with a ``DecodingRequest/draftLimit``.
  /// - Throws: ``DecodingFailure/model(_:)`` where the model refuses the options.
  public convenience init(
    model: some LanguageModel, options: SessionOptions = SessionOptions(),
    drafter: (any Drafter)? = nil
  ) throws(DecodingFailure) {
    let session: any DecodingSession
    do {
      session = try model.makeSession(options)
    } catch {
      throw .model(error)
    }
    self.init(
      session: session, vocabularyCount: model.vocabularyCount,
      contextLength: model.contextLength(under: options), drafter: drafter)
  }

  /// A decoder over a session, which it must be alone to use until all its requests are over. It closes what it opens.
  ///
  /// - Parameters:
  ///   - vocabularyCount: the model's.
  ///   - contextLength: the longest sequence to make, in tokens.
  ///   - drafter: proposes tokens for requests with a ``DecodingRequest/draftLimit``.
  public init(
    session: any DecodingSession, vocabularyCount: Int, contextLength: Int,
    drafter: (any Drafter)? = nil
  ) {
    self.session = session
    hiddenStateSession = session as? any HiddenStateSession
    canvasSession = session as? any CanvasSession
    self.vocabularyCount = vocabularyCount
    self.contextLength = contextLength
    self.drafter = drafter
    scratch = Candidates(vocabularyCount: vocabularyCount)
  }

  deinit {
    for segment in plan.segments {
      if let sequence = segment.sequence { session.close(sequence) }
    }
    closeKept()
    for request in requests.all {
      for sequence in request.heldSequences { session.close(sequence) }
    }
  }

  /// Adds a request. The next step begins to read its prompt.
  ///
  /// - Returns: the number that names the request in events, counted from 0.
  /// - Throws: ``DecodingFailure`` for a request that makes no sense; nothing has changed then.
  @discardableResult
  public func submit(_ request: DecodingRequest) throws(DecodingFailure) -> Int {
    try check(request)
    let index = requests.append(RequestState(request, contextLength: contextLength))
    if requests[index].tree.lengthLimit == 0, request.promptAlternatives == nil {
      conclude(index, reason: .length)
    } else if let constraint = request.constraint, constraint.isFinished,
      !request.stopRules.canEnd
    {
      // Nothing can be written, not even an end.
      conclude(index, reason: .stop)
    } else {
      waiting.append(index)
    }
    return index
  }

  /// Ends a request: what it has generated becomes its result, with ``FinishReason/cancelled``. The next step delivers
  /// the events. Nothing happens to a request that is over.
  public func cancel(request: Int) {
    guard requests.indices.contains(request), requests[request].phase != .over else { return }
    waiting.removeAll { $0 == request }
    conclude(request, reason: .cancelled)
  }

  /// Ends all requests that aren't over.
  public func cancel() {
    for index in requests.indices { cancel(request: index) }
  }

  private func check(_ request: DecodingRequest) throws(DecodingFailure) {
    try request.check(vocabularyCount: vocabularyCount, contextLength: contextLength)
    try checkHiddenStates(request)
    try checkCanvas(request)
    try checkDrafts(of: request)
  }
}
