import Decoding
import Generation
import Inference

/// Takes prompts through the model and prints what comes.
struct GenerationRun {
  let model: Model
  /// What the requests of all prompts share.
  let template: RequestTemplate
  let seed: UInt64
  /// Whether the user gave the seed.
  let isSeedGiven: Bool
  /// How many of the most probable tokens to report at each position.
  let alternatives: Int
  let printer: ResultPrinter
  let progress: ProgressReport
  let console: Console

  /// The most results that wait for one of an earlier prompt, so that they don't fill the memory while a long text is
  /// written.
  private static let maximumWaitingCount = 1024

  /// What is known of a run.
  private struct State {
    var progress: ProgressReport
    /// The prompts that aren't printed, by their numbers.
    var prompts: [Int: NamedPrompt] = [:]
    var results: [Int: Result<GenerationResult, CommandFailure>] = [:]
    /// The number of the prompt that is to be printed next.
    var next = 0
    /// What went wrong first; no prompt is started after it.
    var failure: CommandFailure?
  }

  /// Generates for all prompts, and prints in their order.
  ///
  /// - Parameters:
  ///   - first: the first prompt.
  ///   - following: the others, one at each call; `nil` after the last. One that is no good ends the run, after those
  ///     that have begun.
  /// - Throws: `CommandFailure.interrupted` when the user stopped it; what there was is printed then.
  func generate(
    first: NamedPrompt?, _ following: () throws(CommandFailure) -> NamedPrompt?
  ) throws(CommandFailure) {
    Interruption.listen()
    let scheduler = try reportingFailure { try Scheduler(model) }
    var state = State(progress: progress)
    var pending = first
    var isCancelled = false
    if let first { try printer.begin(first) }
    while true {
      while !isCancelled, state.failure == nil, scheduler.wantsRequests,
        state.results.count < Self.maximumWaitingCount, let prompt = pending
      {
        let request = try request(for: prompt)
        state.prompts[scheduler.submit(request)] = prompt
        do { pending = try following() } catch {
          state.failure = error
          pending = nil
        }
      }
      guard let events = try reportingFailure({ try scheduler.step() }) else { break }
      for event in events { try note(event, &state) }
      if Interruption.isRequested && !isCancelled {
        isCancelled = true
        scheduler.cancel()
      }
    }
    if Interruption.isRequested { throw .interrupted }
    if let failure = state.failure { throw failure }
    if printer.format == .text, !isSeedGiven, template.settings.strategy.draws {
      console.note("seed \(seed)")
    }
  }

  private func note(_ event: GenerationEvent, _ state: inout State) throws(CommandFailure) {
    switch event {
    case .text(_, _, let piece): try printer.stream(piece)
    case .completed(let number, let result):
      state.results[number] = .success(result)
      state.progress.completed(generatedTokens: result.timings.generatedTokens)
    case .failed(let number, let error):
      state.results[number] = .failure(CommandFailure(error))
    case .promptRead, .token, .finished: break
    }
    while let result = state.results.removeValue(forKey: state.next),
      let prompt = state.prompts.removeValue(forKey: state.next)
    {
      state.next += 1
      switch result {
      case .success(let result):
        try printer.finish(prompt, result)
        tellTimings(result.timings)
      case .failure(let failure): state.failure = state.failure ?? failure
      }
    }
  }

  private func request(for prompt: NamedPrompt) throws(CommandFailure) -> GenerationRequest {
    try reportingFailure {
      try template.request(
        for: prompt.prompt.tokens, seed: seed,
        report: TokenReport(
          alternatives: alternatives, processedLogProbability: alternatives > 0,
          entropy: alternatives > 0))
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
          + " (\(Decimal.text(100 * share, places: 1)) %)")
    }
  }

  private static func speed(_ tokens: Int, _ seconds: Double) -> String {
    "\(tokens) tokens in \(Decimal.text(seconds, places: 3)) s"
      + " (\(Decimal.text(Double(tokens) / seconds, places: 1)) tokens/s)"
  }
}
