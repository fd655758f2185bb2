import Metrics

/// What is known of the trials of a sweep, prompt by prompt: the numbers that a ranking and its findings are made of.
///
/// A run that isn't finished and has all trials on all prompts is judged on the prompts that every trial has run on.
struct SweepStatistics {
  let manifest: Manifest
  let split: PromptSplit
  let evaluator: MetricEvaluator
  let baseline: Trial?
  /// The places of the prompts that are judged at all.
  let places: [Int]
  private let order: [Int]
  private let records: [String: [String: [SampleRecord]]]
  private let failures: [String: Int]
  private let resamples: Int
  private let assignments: Int
  /// By number of prompts or clusters.
  private var subsets: [Int: RandomSubsets] = [:]
  private var bootstraps: [Int: Bootstrap] = [:]

  /// - Parameters:
  ///   - resamples: of the bootstrap, and the number of random subsets.
  ///   - assignments: of approximate randomisation.
  init(_ results: SweepResults, resamples: Int, assignments: Int) throws(SweepError) {
    manifest = results.manifest
    self.resamples = resamples
    self.assignments = assignments
    split = PromptSplit(manifest.prompts, holdout: manifest.holdout, seed: manifest.seed)
    order = split.selectionOrder(seed: manifest.seed)
    evaluator = try MetricEvaluator(manifest).comparing(manifest.trials, repeats: manifest.repeats)
    baseline = manifest.trials.first(where: \.isBaseline)
    records = results.recordsByTrial
    var failures: [String: Int] = [:]
    for failure in results.failures { failures[failure.key.trial, default: 0] += 1 }
    self.failures = failures
    var places = Array(manifest.prompts.indices)
    if !results.isFinished, manifest.isExhaustive {
      for trial in manifest.trials where trial.temperatures == nil {
        let whole = Self.completed(trial, records, manifest, among: places)
        if !whole.isEmpty { places = whole }
      }
    }
    self.places = places
  }

  /// The places of the prompts on which every continuation of a trial is there.
  private static func completed(
    _ trial: Trial, _ records: [String: [String: [SampleRecord]]], _ manifest: Manifest,
    among places: some Sequence<Int>
  ) -> [Int] {
    let count = trial.sampleCount(repeats: manifest.repeats)
    let records = records[trial.id] ?? [:]
    return places.filter { (records[manifest.prompts[$0].id]?.count ?? 0) == count }
  }

  /// The places of the prompts on which every continuation of a trial is there, among those that are judged.
  func completed(_ trial: Trial, among some: some Sequence<Int>) -> [Int] {
    let judged = Set(places)
    return Self.completed(trial, records, manifest, among: some).filter(judged.contains)
  }

  /// What a metric knows of a trial, a row for each prompt or cluster.
  func statistics(of metric: String, _ trial: Trial, on places: [Int]) -> PromptStatistics {
    let statistics = evaluator.statistics(
      of: metric, records: records[trial.id] ?? [:], baseline: baselineRecords,
      prompts: places.map { manifest.prompts[$0] })
    let clusters = PromptSplit.clusters(manifest.prompts, among: places)
    return clusters.count == places.count ? statistics : statistics.grouped(clusters)
  }

  private var baselineRecords: [String: [SampleRecord]] {
    baseline.flatMap { records[$0.id] } ?? [:]
  }

  mutating func row(of trial: Trial) -> Ranking.Row {
    let whole = completed(trial, among: manifest.prompts.indices)
    let chosen = Set(whole)
    let reported = split.report.filter(chosen.contains)
    let values = manifest.metrics.map { name in
      Ranking.Value(
        name: name, interval: interval(of: statistics(of: name, trial, on: reported)))
    }
    let selectionScore = manifest.objective.map { objective in
      statistics(of: objective.name, trial, on: split.selection.filter(chosen.contains)).score
    }
    return Ranking.Row(
      trial: trial, rank: nil, selectionScore: selectionScore ?? .nan, values: values,
      difference: difference(of: trial, on: reported),
      promptCount: whole.count, failureCount: failures[trial.id] ?? 0)
  }

  private mutating func interval(of statistics: PromptStatistics) -> ConfidenceInterval {
    subsets(statistics.promptCount).interval(of: statistics)
  }

  private mutating func subsets(_ promptCount: Int) -> RandomSubsets {
    if let known = subsets[promptCount] { return known }
    // So that 2.5 % of one more than there are is a whole number for round numbers of resamples.
    let made = RandomSubsets(
      promptCount: promptCount, subsetCount: 2 * resamples - 1, seed: manifest.seed)
    subsets[promptCount] = made
    return made
  }

  private mutating func bootstrap(_ promptCount: Int) -> Bootstrap {
    if let known = bootstraps[promptCount] { return known }
    let made = Bootstrap(
      promptCount: promptCount, resampleCount: resamples, seed: manifest.seed)
    bootstraps[promptCount] = made
    return made
  }

  // MARK: - Differences

  private mutating func difference(of trial: Trial, on places: [Int]) -> Ranking.Difference? {
    guard let objective = manifest.objective, let baseline, trial.id != baseline.id else {
      return nil
    }
    if let anyTime = anyTimeDifference(of: trial, objective, reported: places) { return anyTime }
    let common = completed(baseline, among: places)
    guard !common.isEmpty else { return nil }
    let own = statistics(of: objective.name, trial, on: common)
    let other = statistics(of: objective.name, baseline, on: common)
    return Ranking.Difference(
      interval: subsets(own.promptCount).interval(of: own, minus: other), kind: .fixed,
      pValue: ApproximateRandomization(rounds: assignments, seed: manifest.seed)
        .pValue(of: own, against: other),
      bootstrapPValue: bootstrap(own.promptCount).comparison(of: own, with: other).pValue,
      adjusted: .nan)
  }

  /// Where trials were let go by intervals that hold at any time, those of the prompts that chose. A trial that was
  /// kept and has held out prompts is compared on those, as ever.
  private func anyTimeDifference(
    of trial: Trial, _ objective: SweepSpecification.Objective, reported: [Int]
  ) -> Ranking.Difference? {
    guard case .confidence(let level, _)? = manifest.earlyTermination, let baseline,
      !split.holdsOut || reported.isEmpty
    else { return nil }
    let seen = Set(completed(trial, among: order)).intersection(completed(baseline, among: order))
    let race = TrialRace(
      evaluator: evaluator, objective: objective, level: level, populationCount: order.count,
      rivalCount: 1)
    guard !seen.isEmpty,
      let sequence = race.sequence(
        of: records[trial.id] ?? [:], against: baselineRecords,
        prompts: order.filter(seen.contains).map { manifest.prompts[$0] }, level: level)
    else { return nil }
    return Ranking.Difference(
      interval: sequence.interval, kind: .anyTime, pValue: sequence.pValue(against: 0),
      bootstrapPValue: .nan, adjusted: .nan)
  }

  /// By prompt, what each sample contributes to the difference between a trial and the baseline: samples of one number
  /// are paired, a single one stands against all. `nil` where samples are judged together, and without common prompts.
  func sampleDifferences(of trial: Trial, _ metric: String) -> [[Double]]? {
    guard let baseline, trial.id != baseline.id else { return nil }
    let common = completed(baseline, among: completed(trial, among: split.report))
    func values(_ trial: Trial) -> [[Double]]? {
      guard
        let single = evaluator.sampleStatistics(
          of: metric, records: records[trial.id] ?? [:], baseline: baselineRecords,
          prompts: common.map { manifest.prompts[$0] })
      else { return nil }
      var rest = single.statistics.pseudovalues[...]
      return single.counts.map { count in
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
      }
    }
    guard common.count > 1, let own = values(trial), let other = values(baseline) else {
      return nil
    }
    return zip(own, other).map { own, other in
      if own.count == other.count { return zip(own, other).map { $0 - $1 } }
      if other.count == 1 { return own.map { $0 - other[0] } }
      if own.count == 1 { return other.map { own[0] - $0 } }
      let mean = other.reduce(0, +) / Double(max(1, other.count))
      return own.map { $0 - mean }
    }
  }
}

extension SweepResults {
  /// The records by trial and prompt, in the order of their samples.
  var recordsByTrial: [String: [String: [SampleRecord]]] {
    var table: [String: [String: [SampleRecord]]] = [:]
    for record in records {
      table[record.key.trial, default: [:]][record.key.prompt, default: []].append(record)
    }
    return table
  }
}

extension MetricEvaluator {
  /// The metrics of a sweep that ran; what the catalogue doesn't have was a user's program.
  init(_ manifest: Manifest) throws(SweepError) {
    try self.init(
      names: manifest.metrics,
      commands: Set(
        manifest.metrics.filter { (try? MetricCatalogue.metric(named: $0)) == nil }))
  }
}
