import JSON
import Metrics

/// Runs a sweep's trials on a shard's prompts, and writes down each continuation as soon as it is there.
///
/// All trials of a prompt are given to the executor together. What is in the journal already isn't done again, so that a
/// run that was killed goes on from its last whole line.
public struct SweepRunner {
  private let specification: SweepSpecification
  private let prompts: [SweepPrompt]
  private let shard: Shard
  private let journal: ShardJournal
  private let evaluator: MetricEvaluator
  private let failureLimit: Int?
  private var planner: TrialPlanner
  private var executor: any SampleExecutor
  private var scorers: [any SampleScorer]
  private var manifest: Manifest
  private var progress: SweepProgress
  private let report: (SweepProgress) -> Void
  private let isStopped: () -> Bool

  /// A run into `journal`.
  ///
  /// - Parameters:
  ///   - planner: has planned the baseline alone.
  ///   - manifest: what the journal was opened with.
  ///   - failureLimit: the failures after which the run gives up; `nil`: none.
  ///   - report: called for each continuation.
  ///   - isStopped: whether to stop after the continuations that are under way.
  public init(
    _ specification: SweepSpecification, prompts: [SweepPrompt], planner: TrialPlanner,
    manifest: Manifest, journal: ShardJournal, executor: any SampleExecutor,
    scorers: [any SampleScorer] = [], failureLimit: Int? = nil,
    report: @escaping (SweepProgress) -> Void = { _ in },
    isStopped: @escaping () -> Bool = { false }
  ) throws(SweepError) {
    self.specification = specification
    self.prompts = prompts
    shard = manifest.shard
    self.journal = journal
    self.failureLimit = failureLimit
    self.planner = planner
    self.executor = executor
    self.scorers = scorers
    self.manifest = manifest
    self.report = report
    self.isStopped = isStopped
    evaluator = try MetricEvaluator(
      names: specification.metrics.map(\.name), commands: Set(scorers.map(\.name)))
    progress = SweepProgress(
      done: journal.doneSamples.count, failed: 0, expected: 0, generatedTokens: 0)
  }

  /// What the executor must give beside texts, tokens and log-probabilities, for the metrics of a sweep.
  public static func needs(
    of specification: SweepSpecification
  ) throws(SweepError) -> (entropies: Bool, keptReferenceTokens: Bool) {
    let commands = specification.metrics.compactMap { metric -> String? in
      if case .command(let name, _) = metric { name } else { nil }
    }
    let evaluator = try MetricEvaluator(
      names: specification.metrics.map(\.name), commands: Set(commands))
    return (evaluator.needsEntropies, evaluator.needsSupport)
  }

  /// Runs to the end, or until it is stopped.
  ///
  /// - Throws: ``SweepError`` where nothing can go on: a disk that is full, too many failures. The journal is whole then.
  public mutating func run() throws(SweepError) -> SweepOutcome {
    var isFirst = true
    while let trials = try planner.next() {
      // The baseline runs with the first turn, unless one of the trials is the same.
      var trialsToRun = trials
      if isFirst, !trials.contains(where: \.isBaseline) {
        trialsToRun.insert(planner.baseline, at: 0)
      }
      isFirst = false
      try announce()
      guard try runTurn(trialsToRun) else { return .stopped }
      let scores = scores(of: planner.trials, prompts: promptOrder.selection)
      planner.observe { scores[$0.id] ?? .nan }
    }
    try journal.finish()
    return journal.failureCount == 0 ? .finished : .finishedWithFailures(journal.failureCount)
  }

  /// Writes the trials that are known now into the manifest.
  private mutating func announce() throws(SweepError) {
    let trials = planner.trials
    manifest.trials = trials.contains(where: \.isBaseline) ? trials : [planner.baseline] + trials
    try journal.update(manifest)
  }

  // MARK: - Turns and rungs

  /// The prompts to choose on, in an order drawn by chance, and those to report on.
  private var promptOrder: (selection: [Int], report: [Int]) {
    let split = PromptSplit(
      promptCount: prompts.count, holdout: specification.data.holdout, seed: specification.seed)
    var stream = PhiloxStream(seed: ~specification.seed, purpose: .promptOrder)
    let order = stream.permutation(of: split.selection.count)
    return (order.map { split.selection[$0] }, split.report)
  }

  /// Runs trials on all prompts, or with halving on more and more.
  ///
  /// - Returns: whether it came to the end.
  private mutating func runTurn(_ trials: [Trial]) throws(SweepError) -> Bool {
    guard let termination = specification.earlyTermination else {
      let places = prompts.indices.filter(shard.contains(promptAt:))
      return try run(trials, on: places)
    }
    let (selection, report) = promptOrder
    let halving = SuccessiveHalving(
      eta: termination.eta, minimum: termination.minimumIterations, promptCount: selection.count)
    var alive = trials
    var begun = 0
    for count in halving.promptCounts {
      guard try run(alive, on: Array(selection[begun..<count])) else { return false }
      begun = count
      guard count < selection.count else { break }
      // The baseline is what the others are compared with, and stays.
      let rivals = alive.filter { !$0.isBaseline }
      let scores = scores(of: rivals, prompts: Array(selection[..<count]))
      let survivors = Set(
        halving.survivors(of: rivals.map { scores[$0.id] ?? .nan }).map { rivals[$0].id })
      alive = alive.filter { $0.isBaseline || survivors.contains($0.id) }
    }
    return try run(alive, on: report.filter { !selection.contains($0) })
  }

  /// The trials' scores on some prompts, greater is better.
  private func scores(of trials: [Trial], prompts places: [Int]) -> [String: Double] {
    guard let objective = specification.objective else { return [:] }
    let prompts = places.map { self.prompts[$0] }
    var records: [String: [String: [SampleRecord]]] = [:]
    // A path has no single score.
    let trials = trials.filter { $0.temperatures == nil }
    for trial in trials {
      for prompt in prompts {
        for sample in 0..<sampleCount(of: trial) {
          let key = SampleRecord.Key(trial: trial.id, prompt: prompt.id, sample: sample)
          if let record = journal.records[key] {
            records[trial.id, default: [:]][prompt.id, default: []].append(record)
          }
        }
      }
    }
    return Dictionary(
      trials.map { trial in
        let score = evaluator.statistics(
          of: objective.name, records: records[trial.id] ?? [:], prompts: prompts
        ).score
        return (trial.id, objective.goal == .maximize ? score : -score)
      }, uniquingKeysWith: { first, _ in first })
  }

  private func sampleCount(of trial: Trial) -> Int {
    trial.sampleCount(repeats: specification.repeats)
  }

  // MARK: - Tasks

  /// Runs trials on the prompts at some places.
  ///
  /// - Returns: whether it came to the end.
  private mutating func run(_ trials: [Trial], on places: [Int]) throws(SweepError) -> Bool {
    progress.expected =
      progress.done + progress.failed
      + places.reduce(0) { $0 + tasks(of: trials, on: prompts[$1]).count }
    report(progress)
    var state = RunState(progress: progress, scorers: scorers)
    var executor = executor
    defer { self.executor = executor }
    var rest = places[...]
    var wasStopped = false
    let isComplete = try executor.run {
      while !wasStopped, let place = rest.first {
        wasStopped = isStopped()
        if wasStopped { break }
        rest.removeFirst()
        let tasks = tasks(of: trials, on: prompts[place])
        if !tasks.isEmpty { return tasks }
      }
      return nil
    } finished: { task, result throws(SweepError) in
      try note(result, of: task, &state)
    }
    progress = state.progress
    scorers = state.scorers
    return isComplete && !wasStopped
  }

  /// What is left to do for trials on a prompt.
  private func tasks(of trials: [Trial], on prompt: SweepPrompt) -> [SampleTask] {
    trials.flatMap { trial in
      (0..<sampleCount(of: trial)).map { sample in
        SampleTask(trial: trial, prompt: prompt, sample: sample, seed: seed(of: trial))
      }
    }.filter {
      !journal.doneSamples.contains(
        .init(trial: $0.trial.id, prompt: prompt.id, sample: $0.sample))
    }
  }

  /// The seed of a trial's noise: the sweep's own, or one that its id decides.
  private func seed(of trial: Trial) -> UInt64 {
    switch specification.noise {
    case .shared: specification.seed
    case .independent: specification.seed ^ (UInt64(trial.id, radix: 16) ?? 0) << 16
    }
  }

  /// What changes while tasks run.
  private struct RunState {
    var progress: SweepProgress
    var scorers: [any SampleScorer]
  }

  private func note(
    _ result: Result<SampleOutput, SampleFailure>, of task: SampleTask, _ state: inout RunState
  ) throws(SweepError) {
    let key = SampleRecord.Key(
      trial: task.trial.id, prompt: task.prompt.id, sample: task.sample)
    switch result {
    case .success(let output):
      var key = key
      var settings = task.trial.settings
      if let part = output.part {
        key.segment = part.index
        // A run that was killed within a path left some of its segments.
        guard journal.records[key] == nil else { return finish(output, &state) }
        settings = settings.map {
          $0.key == Trial.pathSetting
            ? JSONMember(
              $0.key,
              .array([.single(part.temperatures.lowerBound), .single(part.temperatures.upperBound)])
            ) : $0
        }
      }
      var numbers: [String: Double] = [:]
      for index in state.scorers.indices {
        numbers[state.scorers[index].name] = try state.scorers[index].score(output, on: task)
      }
      try journal.append(
        SampleRecord(
          key: key, settings: settings, seed: task.seed, text: output.text,
          tokens: output.tokens, tokenLogProbabilities: output.tokenLogProbabilities,
          entropies: evaluator.needsEntropies ? output.entropies : [],
          keptReferenceTokens: evaluator.needsSupport ? output.keptReferenceTokens : [],
          finishReason: output.finishReason, isComplete: output.isComplete,
          metrics: evaluator.values(of: output, on: task.prompt, commands: numbers),
          seconds: output.seconds, segmentCount: output.part?.count))
      finish(output, &state)
    case .failure(let failure):
      try journal.append(FailureRecord(key: key, reason: failure.description))
      state.progress.failed += 1
      if let failureLimit, state.progress.failed > failureLimit {
        throw .tooManyFailures(count: state.progress.failed, limit: failureLimit)
      }
    }
    report(state.progress)
  }

  private func finish(_ output: SampleOutput, _ state: inout RunState) {
    if output.part.map({ $0.index == $0.count - 1 }) ?? true { state.progress.done += 1 }
    state.progress.generatedTokens += output.tokens.count
  }
}
