import Decoding
import Generation
import Inference
import Metrics
import Models
import Transformer

/// Takes prompts through the model and prints what comes.
struct GenerationRun {
  /// What there is to continue next.
  enum Next {
    case prompt(NamedPrompt)
    case refused(RefusedPrompt)
    /// Nothing yet, though more may come.
    case notYet
    /// Nothing more.
    case end
  }

  let model: Model
  /// How many of the most probable tokens to report at each position.
  let alternatives: Int
  /// Whether to tell how a text looks while it is denoised.
  let drawsCanvases: Bool
  /// Where the first prompt's keys and values are kept.
  let promptCache: PromptCache?
  let printer: ResultPrinter
  let progress: any GenerationProgress
  let console: Console

  /// The most results that wait for one of an earlier prompt, so that they don't fill the memory while a long text is
  /// written.
  private static let maximumWaitingCount = 1024

  /// What is known of a run.
  private struct State {
    /// What is to be printed of a prompt.
    enum Output {
      case result(NamedPrompt, GenerationResult)
      case refused(RefusedPrompt)
    }

    /// The prompts that are under way, with their places, by the scheduler's numbers.
    var running: [Int: (place: Int, prompt: NamedPrompt)] = [:]
    /// What isn't printed yet, by place.
    var outputs: [Int: Output] = [:]
    /// How many prompts came.
    var count = 0
    /// The place of the prompt that is to be printed next.
    var next = 0
    var refusedCount = 0
    /// Texts that ended because the context was full.
    var cutCount = 0
    /// How the first of them ended.
    var cut: (tokens: Int, limit: Int)?
    /// Texts that aren't whole under their constraint.
    var incompleteCount = 0
    /// How the first of them ended.
    var incomplete: GeneratedSequence?
    /// The settings of the prompt that was printed last.
    var last: RunSettings?
  }

  /// Generates for all prompts, and prints in their order.
  ///
  /// - Parameters:
  ///   - first: the first prompt.
  ///   - following: the others, one at each call, which says whether to wait for one. It is asked for one only when there
  ///     is room for it.
  /// - Throws: `CommandFailure.interrupted` when the user stopped it; what there was is printed then.
  func generate(
    first: Next, _ following: (Bool) throws(CommandFailure) -> Next
  ) throws(CommandFailure) {
    Interruption.listen()
    defer { progress.finish() }
    let scheduler = try reportingFailure { try Scheduler(model) }
    try restore(first, into: scheduler)
    var state = State()
    var pending: Next? = first
    var isCancelled = false
    if case .prompt(let prompt) = first { try printer.begin(prompt) }
    while true {
      var isOver = isCancelled
      feeding: while !isOver, scheduler.wantsRequests,
        state.outputs.count < Self.maximumWaitingCount
      {
        let isIdle = scheduler.runningCount == 0
        let next = if let given = pending { given } else { try following(isIdle) }
        pending = nil
        switch next {
        case .prompt(let prompt): try submit(prompt, to: scheduler, &state)
        case .refused(let line):
          refuse(line, at: state.count, &state)
          state.count += 1
          try printWhatIsReady(&state)
        case .notYet: break feeding
        case .end:
          pending = .end
          isOver = true
          scheduler.expectsRequests = false
        }
      }
      guard let events = try reportingFailure({ try scheduler.step() }) else {
        if isOver { break }
        continue
      }
      progress.update(events)
      for event in events { try note(event, &state) }
      if Interruption.isRequested && !isCancelled {
        isCancelled = true
        scheduler.cancel()
      }
    }
    progress.finish()
    try save(first, from: scheduler)
    try end(state)
  }

  private func restore(_ prompt: Next, into scheduler: Scheduler) throws(CommandFailure) {
    guard let promptCache, case .prompt(let prompt) = prompt else { return }
    // The decoder keeps the prompt until it is written.
    scheduler.keptTextCount = 1
    let tokens = prompt.prompt.tokens
    let count = try reportingFailure { try promptCache.restore(tokens, into: scheduler) }
    console.detail("prompt cache: \(count) of \(tokens.count) tokens are there")
  }

  /// Once the text is written, so that it doesn't wait.
  private func save(_ prompt: Next, from scheduler: Scheduler) throws(CommandFailure) {
    guard let promptCache, case .prompt(let prompt) = prompt else { return }
    let isSaved = try reportingFailure {
      try promptCache.save(prompt.prompt.tokens, from: scheduler)
    }
    if !isSaved {
      console.note("\(promptCache.path): left as it is; the prompt was not read to its end")
    }
  }

  /// What is said when everything is printed.
  private func end(_ state: State) throws(CommandFailure) {
    if let cut = state.cut {
      let place = "where the context of \(model.contextLength) tokens is full"
      let advice =
        model.contextLength < model.loaded.model.contextLength
        ? "shorten the prompt, or raise --context-length" : "shorten the prompt, or ask for less"
      console.note(
        state.count == 1 && state.cutCount == 1
          ? "the text ends after \(cut.tokens) of \(cut.limit) tokens, \(place); \(advice)"
          : "\(state.cutCount) texts end \(place), the first after \(cut.tokens) of \(cut.limit)"
            + " tokens; \(advice)")
    }
    if printer.format == .text, let sequence = state.incomplete {
      console.note(Self.sentence(ofIncomplete: sequence, count: state.incompleteCount))
    }
    if printer.format == .text, let settings = state.last, !settings.isSeedGiven,
      let seed = settings.reportedSeed
    {
      console.note("seed \(seed)")
    }
    if Interruption.isRequested { throw .interrupted }
    if state.refusedCount > 0 {
      throw .failure(
        "\(state.refusedCount) of \(state.count) prompts couldn't run; in the place of each stands"
          + " a line with “error”")
    }
  }

  private func submit(
    _ prompt: NamedPrompt, to scheduler: Scheduler, _ state: inout State
  ) throws(CommandFailure) {
    let request: GenerationRequest
    do throws(InferenceError) {
      request = try prompt.settings.template.request(
        for: prompt.prompt.tokens, seed: prompt.settings.seed,
        report: TokenReport(
          alternatives: alternatives, processedLogProbability: alternatives > 0,
          entropy: alternatives > 0,
          constraintLogProbability: alternatives > 0 && prompt.settings.template.constraint != nil,
          canvas: drawsCanvases))
    } catch {
      throw CommandFailure(error)
    }
    state.running[scheduler.submit(request)] = (state.count, prompt)
    state.count += 1
  }

  private func note(_ event: GenerationEvent, _ state: inout State) throws(CommandFailure) {
    switch event {
    case .text(_, _, let piece): try printer.stream(piece)
    case .completed(let number, let result):
      guard let (place, prompt) = state.running.removeValue(forKey: number) else { return }
      state.outputs[place] = .result(prompt, result)
      progress.completed(generatedTokens: result.timings.generatedTokens)
      try printWhatIsReady(&state)
    case .failed(let number, let error):
      guard printer.format != .text,
        let (place, prompt) = state.running.removeValue(forKey: number), prompt.place != nil
      else { throw CommandFailure(error) }
      refuse(prompt.refused(CommandFailure(error)), at: place, &state)
      try printWhatIsReady(&state)
    case .promptRead, .canvas, .token, .finished: break
    }
  }

  private func refuse(_ line: RefusedPrompt, at place: Int, _ state: inout State) {
    state.outputs[place] = .refused(line)
    state.refusedCount += 1
    progress.completed(generatedTokens: 0)
  }

  private func printWhatIsReady(_ state: inout State) throws(CommandFailure) {
    while let output = state.outputs.removeValue(forKey: state.next) {
      state.next += 1
      switch output {
      case .refused(let line): try printer.refuse(line)
      case .result(let prompt, let result):
        try printer.finish(prompt, result)
        tellTimings(result.timings)
        noteCuts(result, prompt.settings, &state)
        noteIncomplete(result, &state)
        state.last = prompt.settings
      }
    }
  }

  /// Counts the texts that are shorter than they may be because the context was full.
  private func noteCuts(
    _ result: GenerationResult, _ settings: RunSettings, _ state: inout State
  ) {
    // Without a limit, the context is where the text was to end.
    let limit = settings.template.settings.maxNewTokens
    for sequence in result.sequences
    where sequence.finishReason == .length && sequence.tokens.count < limit {
      state.cutCount += 1
      if state.cut == nil { state.cut = (sequence.tokens.count, limit) }
    }
  }

  /// Counts the texts that aren't whole under their constraint.
  private func noteIncomplete(_ result: GenerationResult, _ state: inout State) {
    for sequence in result.sequences
    where sequence.isComplete == false && sequence.finishReason != .cancelled {
      state.incompleteCount += 1
      if state.incomplete == nil { state.incomplete = sequence }
    }
  }

  /// What is said of texts that aren't whole.
  private static func sentence(ofIncomplete sequence: GeneratedSequence, count: Int) -> String {
    let whose =
      count == 1
      ? "the text doesn't satisfy the constraint"
      : "\(count) texts don't satisfy the constraint; the first"
    switch sequence.finishReason {
    case .deadEnd:
      let expected = sequence.expectation.map { ": \($0) could have stood there" } ?? ""
      return "\(whose): no token can follow its \(sequence.tokens.count)\(expected)"
    case .stop: return "\(whose): a stop string ended it"
    default:
      return "\(whose): it ends after \(sequence.tokens.count) tokens; raise --max-new-tokens"
    }
  }

  private func tellTimings(_ timings: GenerationTimings) {
    console.detail(
      "prompt: \(Self.speed(timings.promptTokens, timings.promptSeconds)); "
        + "generated: \(Self.speed(timings.generatedTokens, timings.generateSeconds))")
    if let drafts = timings.drafts {
      let share = drafts.drafted == 0 ? 0 : Double(drafts.accepted) / Double(drafts.drafted)
      console.detail(
        "drafted: \(drafts.drafted) tokens, of which \(drafts.accepted) came"
          + " (\(FixedPoint.text(100 * share, places: 1)) %)")
    }
  }

  private static func speed(_ tokens: Int, _ seconds: Double) -> String {
    "\(tokens) tokens in \(FixedPoint.text(seconds, places: 3)) s"
      + " (\(FixedPoint.text(Double(tokens) / seconds, places: 1)) tokens/s)"
  }
}
