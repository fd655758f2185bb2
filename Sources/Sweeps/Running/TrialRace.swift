import Metrics

/// Early stopping with error control: trials go once another is better beyond doubt.
///
/// For each trial there is an interval for its mean difference to the baseline over all prompts that choose, which holds
/// at any time (``BettingSequence``), at a level that is shared out between the trials (Bonferroni). A trial goes when its
/// interval lies below that of another, or below 0, where the baseline stands. So the trial that is best on all those
/// prompts is lost with a probability of at most 1 − level, however often one looks.
struct TrialRace {
  let evaluator: MetricEvaluator
  let objective: SweepSpecification.Objective
  let level: Double
  /// The prompts that choose.
  let populationCount: Int
  /// The trials that are compared with the baseline.
  let rivalCount: Int

  /// The ids of the trials that go on.
  ///
  /// - Parameters:
  ///   - records: of the trials and the baseline on `prompts`.
  ///   - prompts: those so far, in the order in which they were drawn.
  func survivors(
    of rivals: [Trial], against baseline: Trial, records: [String: [String: [SampleRecord]]],
    prompts: [SweepPrompt]
  ) -> [String] {
    let own = 1 - (1 - level) / Double(max(1, rivalCount))
    let intervals = rivals.map { trial in
      sequence(
        of: records[trial.id] ?? [:], against: records[baseline.id] ?? [:], prompts: prompts,
        level: own
      ).map { objective.goal == .maximize ? $0.interval : $0.interval.negated }
    }
    let bar = intervals.reduce(0) { max($0, $1?.lower ?? 0) }
    return zip(rivals, intervals).filter { $0.1.map { $0.upper >= bar } ?? true }.map(\.0.id)
  }

  /// The differences of a trial to the baseline, prompt by prompt; one without a number counts as none. `nil` for a
  /// metric without bounds.
  func sequence(
    of records: [String: [SampleRecord]], against baseline: [String: [SampleRecord]],
    prompts: [SweepPrompt], level: Double
  ) -> BettingSequence? {
    guard let bounds = evaluator.metric(objective.name)?.bounds else { return nil }
    let width = bounds.upperBound - bounds.lowerBound
    var sequence = BettingSequence(
      populationCount: populationCount, bounds: -width...width, level: level)
    func values(_ records: [String: [SampleRecord]]) -> [Double] {
      let statistics = evaluator.statistics(
        of: objective.name, records: records, baseline: baseline, prompts: prompts)
      return prompts.indices.map { statistics.score(of: CollectionOfOne($0)) }
    }
    for (own, other) in zip(values(records), values(baseline)) {
      let difference = own - other
      sequence.observe(difference.isFinite ? difference : 0)
    }
    return sequence
  }
}

extension ConfidenceInterval {
  /// That of the opposite number.
  var negated: ConfidenceInterval {
    ConfidenceInterval(estimate: -estimate, lower: -upper, upper: -lower)
  }
}
