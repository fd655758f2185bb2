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
  ) throws(SweepError) -> SampleNeeds {
    let commands = specification.metrics.compactMap { metric -> String? in
      if case .named = metric { nil } else { metric.name }
    }
    let evaluator = try MetricEvaluator(
      names: specification.metrics.map(\.name), commands: Set(commands))
    return evaluator.sampleNeeds
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
      let scores = scores(of: planner.trials, prompts: split.selection)
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

  private var split: PromptSplit {
    PromptSplit(prompts, holdout: specification.data.holdout, seed: specification.seed)
  }

  /// Runs trials on all prompts, or lets some go on the way.
  ///
  /// - Returns: whether it came to the end.
  private mutating func runTurn(_ trials: [Trial]) throws(SweepError) -> Bool {
    let split = split
    let order = split.selectionOrder(seed: specification.seed)
    let rest = split.report.filter { !split.selection.contains($0) }
    switch specification.earlyTermination {
    case nil:
      return try run(trials, on: prompts.indices.filter(shard.contains(promptAt:)))
    case .halving(let eta, let minimum)?:
      let halving = SuccessiveHalving(eta: eta, minimum: minimum, promptCount: order.count)
      return try run(trials, on: order, thenOn: rest, rungs: halving.promptCounts) {
        runner, rivals, places in
        let scores = runner.scores(of: rivals, prompts: places)
        return halving.survivors(of: rivals.map { scores[$0.id] ?? .nan }).map { rivals[$0].id }
      }
    case .confidence(let level, let minimum)?:
      guard let objective = specification.objective else { return false }
      let rungs = Array(stride(from: minimum, to: order.count, by: minimum)) + [order.count]
      let race = TrialRace(
        evaluator: evaluator.comparing(trials, repeats: specification.repeats),
        objective: objective, level: level, populationCount: order.count,
        rivalCount: trials.count { !$0.isBaseline })
      return try run(trials, on: order, thenOn: rest, rungs: rungs) { runner, rivals, places in
        race.survivors(
          of: rivals, against: runner.planner.baseline,
          records: runner.records(of: trials, on: places),
          prompts: places.map { runner.prompts[$0] })
      }
    }
  }

  /// Runs trials on more and more prompts, and after each rung with those that survive it. The baseline is what the
  /// others are compared with, and stays.
  ///
  /// - Parameters:
  ///   - rungs: numbers of prompts, cumulative and ascending; the last is all of `order`.
  ///   - survivors: the ids of the trials that go on, given the runner, those that are left and the prompts so far.
  private mutating func run(
    _ trials: [Trial], on order: [Int], thenOn rest: [Int], rungs: [Int],
    survivors: (SweepRunner, [Trial], [Int]) -> [String]
  ) throws(SweepError) -> Bool {
    var alive = trials
    var begun = 0
    for count in rungs {
      guard try run(alive, on: Array(order[begun..<count])) else { return false }
      begun = count
      guard count < order.count else { break }
      let stay = Set(
        survivors(self, alive.filter { !$0.isBaseline }, Array(order[..<count])))
      alive = alive.filter { $0.isBaseline || stay.contains($0.id) }
    }
    return try run(alive, on: rest)
  }

  /// What is in the journal of some trials on the prompts at some places, by trial and prompt.
  private func records(
    of trials: [Trial], on places: [Int]
  ) -> [String: [String: [SampleRecord]]] {
    var records: [String: [String: [SampleRecord]]] = [:]
    for trial in trials {
      for place in places {
        let prompt = prompts[place].id
        for sample in 0..<sampleCount(of: trial) {
          let key = SampleRecord.Key(trial: trial.id, prompt: prompt, sample: sample)
          if let record = journal.records[key] {
            records[trial.id, default: [:]][prompt, default: []].append(record)
          }
        }
      }
    }
    return records
  }

  /// The trials' scores on some prompts, greater is better.
  private func scores(of trials: [Trial], prompts places: [Int]) -> [String: Double] {
    guard let objective = specification.objective else { return [:] }
    let prompts = places.map { self.prompts[$0] }
    // A path has no single score.
    let trials = trials.filter { $0.temperatures == nil }
    let all = planner.trials.contains(where: \.isBaseline) ? trials : [planner.baseline] + trials
    let records = records(of: all, on: places)
    let evaluator = evaluator.comparing(all, repeats: specification.repeats)
    return Dictionary(
      trials.map { trial in
        let score = evaluator.statistics(
          of: objective.name, records: records[trial.id] ?? [:],
          baseline: records[planner.baseline.id] ?? [:], prompts: prompts
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
        let name = state.scorers[index].name
        switch try state.scorers[index].score(output, on: task) {
        case .success(let number): numbers[name] = number
        case .failure(let failure): return try note(failure, key, &state)
        }
      }
      try journal.append(
        SampleRecord(
          output, key: key, settings: settings, seed: task.seed, on: task.prompt,
          evaluator: evaluator, commands: numbers))
      finish(output, &state)
    case .failure(let failure): try note(failure, key, &state)
    }
    report(state.progress)
  }

  private func note(
    _ failure: SampleFailure, _ key: SampleRecord.Key, _ state: inout RunState
  ) throws(SweepError) {
    try journal.append(FailureRecord(key: key, reason: failure.description))
    state.progress.failed += 1
    if let failureLimit, state.progress.failed > failureLimit {
      throw .tooManyFailures(count: state.progress.failed, limit: failureLimit)
    }
  }

  private func finish(_ output: SampleOutput, _ state: inout RunState) {
    if output.part.map({ $0.index == $0.count - 1 }) ?? true { state.progress.done += 1 }
    state.progress.generatedTokens += output.tokens.count
  }
}
