import Decoding
import Generation
public import JSON
import LanguageModeling
import Models
public import Sweeps

/// Makes the continuations of a sweep: all tasks of a prompt start together, and those of the next prompts join as there
/// is room for them.
public struct GenerationExecutor: SampleExecutor {
  /// What was made and what it took, over all calls.
  public let usage: Usage
  let interpreter: GenerationInterpreter
  let defaults: [JSONMember]
  private let generator: TextGenerator
  private let report: TokenReport
  private let needs: SampleNeeds
  let isInterrupted: @Sendable () -> Bool

  /// The sequences that are advanced together at most, unless one request has more. Results don't depend on it.
  private static let maximumSequenceCount = 128

  /// An executor over the interpreter's model.
  ///
  /// - Parameters:
  ///   - needs: what to find out beside texts, tokens and log-probabilities (`SweepRunner.needs(of:)`).
  ///   - isInterrupted: whether to stop at once; asked after every step of the model.
  public init(
    _ specification: SweepSpecification, interpreter: GenerationInterpreter,
    needs: SampleNeeds, isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) {
    self.init(
      defaults: specification.defaults, interpreter: interpreter, needs: needs,
      isInterrupted: isInterrupted)
  }

  /// An executor of trials over the interpreter's model, whose settings are `defaults` under their own.
  public init(
    defaults: [JSONMember], interpreter: GenerationInterpreter,
    needs: SampleNeeds, isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) {
    self.interpreter = interpreter
    // Trials that draw with the same noise begin alike, and are one as long as they do.
    let loaded = interpreter.model.loaded
    let model = CoalescingModel(loaded.model)
    usage = Usage(ledger: model.ledger)
    generator = TextGenerator(
      model: model, tokenizer: loaded.tokenizer, options: interpreter.model.options)
    self.defaults = defaults
    report = TokenReport(entropy: needs.contains(.entropies))
    self.needs = needs
    self.isInterrupted = isInterrupted
  }

  /// Counts of tokens.
  public final class Usage {
    /// The tokens of all prompts and continuations, each as if it were alone.
    public internal(set) var madeTokens = 0
    /// The tokens that the model was fed for paths.
    var computedTokensOfPaths = 0
    private let ledger: CoalescingLedger

    fileprivate init(ledger: CoalescingLedger) {
      self.ledger = ledger
    }

    /// The tokens that the model was fed.
    public var computedTokens: Int { ledger.counts.computedTokens + computedTokensOfPaths }
  }

  /// Runs all tasks, and reports each as soon as it is finished.
  ///
  /// - Throws: `SweepError.execution(_:)` where the model can't go on, and what `finished` throws.
  public mutating func run(
    _ next: () -> [SampleTask]?,
    finished: (SampleTask, Result<SampleOutput, SampleFailure>) throws(SweepError) -> Void
  ) throws(SweepError) -> Bool {
    let scheduler = try failing { () throws(DecodingFailure) in
      try Scheduler(
        generator,
        limits: SchedulerLimits(
          sequenceCount: Self.maximumSequenceCount, waitingSequenceCount: 1))
    }
    var running: [Int: PlannedRequest] = [:]
    while true {
      while scheduler.wantsRequests, let all = next() {
        let tasks = all.filter { $0.trial.temperatures == nil }
        guard try runPaths(all.filter { $0.trial.temperatures != nil }, finished) else {
          return false
        }
        let supports = needs.contains(.keptReferenceTokens) ? try readSupports(tasks) : [:]
        let plan = SamplePlan(tasks, self, supports: supports)
        for (task, failure) in plan.failures { try finished(task, .failure(failure)) }
        let numbers = scheduler.submit(plan.requests.map(\.request))
        for (number, request) in zip(numbers, plan.requests) { running[number] = request }
      }
      let stepStart = ContinuousClock.now
      let events = try failing { () throws(DecodingFailure) in try scheduler.step() }
      guard let events else { return true }
      for event in events {
        if case .promptRead(let number) = event { running[number]?.start = stepStart }
        try note(event, &running, finished)
      }
      if isInterrupted() { return false }
    }
  }

  private func failing<Value>(
    _ body: () throws(DecodingFailure) -> Value
  ) throws(SweepError) -> Value {
    do { return try body() } catch { throw .execution("\(interpreter.model.name): \(error)") }
  }

  /// The request of a task's trial on a prompt of `tokens`.
  func request(
    of task: SampleTask, _ resolution: GenerationInterpreter.Resolution, _ tokens: [TokenID]
  ) throws(InferenceError) -> GenerationRequest {
    try resolution.template.request(for: tokens, seed: task.seed, report: report)
  }

  private func note(
    _ event: GenerationEvent, _ running: inout [Int: PlannedRequest],
    _ finished: (SampleTask, Result<SampleOutput, SampleFailure>) throws(SweepError) -> Void
  ) throws(SweepError) {
    switch event {
    case .finished(let number, _, let sequence):
      guard let request = running[number], request.kind == .samples,
        let task = running[number]?.tasks.removeValue(forKey: sequence.sample)
      else { return }
      try finished(task, .success(try output(sequence, of: request)))
    case .completed(let number, let result):
      guard let request = running.removeValue(forKey: number), request.kind != .samples else {
        return
      }
      for (rank, task) in request.tasks.sorted(by: { $0.key < $1.key }) {
        guard result.sequences.indices.contains(rank) else {
          try finished(
            task,
            .failure(
              SampleFailure("the search found \(result.sequences.count) continuations only")))
          continue
        }
        try finished(task, .success(try output(result.sequences[rank], of: request)))
      }
    case .failed(let number, let error):
      // What had ended before stays.
      let tasks = running.removeValue(forKey: number)?.tasks ?? [:]
      for (_, task) in tasks.sorted(by: { $0.key < $1.key }) {
        try finished(task, .failure(SampleFailure("\(error)")))
      }
    case .promptRead, .canvas, .token, .text: break
    }
  }

  private func output(
    _ sequence: GeneratedSequence, of request: PlannedRequest
  ) throws(SweepError) -> SampleOutput {
    usage.madeTokens += request.request.prompt.count + sequence.tokens.count
    return SampleOutput(
      text: sequence.text, tokens: sequence.tokens.map(\.token),
      tokenLogProbabilities: sequence.tokens.map(\.logProbability),
      entropies: sequence.tokens.compactMap(\.entropy),
      keptReferenceTokens: request.keptReferenceTokens,
      baseTokenLogProbabilities: needs.contains(.baseLogProbabilities)
        ? try baseLogProbabilities(sequence, of: request) : [],
      finishReason: sequence.finishReason.rawValue, isComplete: sequence.isComplete,
      seconds: (ContinuousClock.now - request.start) / .seconds(1))
  }
}
