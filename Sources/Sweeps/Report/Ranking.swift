import JSON
import Metrics

/// The trials of a sweep from best to worst, with what the metrics say of each and how sure that is.
///
/// Trials are ordered by the objective on the prompts to choose on; all other numbers are of the prompts to report on,
/// which are the same prompts unless some are held out (``PromptSplit``). Those that ran on fewer prompts, because they
/// failed or were halved away, come after those that ran on more. Without an objective the order is that of the plan.
public struct Ranking: Sendable {
  /// A metric of a trial.
  public struct Value: Sendable {
    /// The metric.
    public var name: String
    /// Its score, with the interval that covers it with 95 %; a NaN where it is undefined.
    public var interval: ConfidenceInterval
  }

  /// A trial against the baseline, by the objective.
  public struct Difference: Sendable {
    /// The difference and the p-value of the paired bootstrap.
    public var bootstrap: Comparison
    /// The p-value of approximate randomisation.
    public var randomization: Double
    /// That p-value under Holm's correction for the number of trials.
    public var adjusted: Double
  }

  /// One trial.
  public struct Row: Sendable {
    /// The trial.
    public var trial: Trial
    /// The objective on the prompts to choose on; NaN without one, or where it is undefined.
    public var selectionScore: Double
    /// The metrics, in the manifest's order.
    public var values: [Value]
    /// Against the baseline; `nil` for the baseline itself, without an objective, and without common prompts.
    public var difference: Difference?
    /// Prompts on which every continuation is there.
    public var promptCount: Int
    /// Continuations that failed.
    public var failureCount: Int

    /// A metric by its name.
    public func value(of metric: String) -> ConfidenceInterval? {
      values.first { $0.name == metric }?.interval
    }
  }

  /// What was asked.
  public let manifest: Manifest
  /// The trials, best first.
  public let rows: [Row]
  /// The number of prompts to choose on, and to report on.
  public let promptCounts: (selection: Int, report: Int)

  /// Ranks the trials of `results`.
  ///
  /// - Parameters:
  ///   - resamples: of the bootstrap.
  ///   - assignments: of approximate randomisation.
  /// - Throws: ``SweepError/execution(_:)`` for a metric that this version doesn't know.
  /// - Complexity: O(trials · metrics · prompts · (resamples + assignments)).
  public init(
    _ results: SweepResults, resamples: Int = 1_000, assignments: Int = 10_000
  ) throws(SweepError) {
    manifest = results.manifest
    let split = PromptSplit(
      promptCount: manifest.prompts.count, holdout: manifest.holdout, seed: manifest.seed)
    promptCounts = (split.selection.count, split.report.count)
    var statistics = try TrialStatistics(results, split: split)
    statistics.resamples = resamples
    statistics.assignments = assignments
    let baseline = results.manifest.trials.first(where: \.isBaseline)
    var rows: [Row] = []
    // A path has a curve in the place of a score.
    for trial in results.manifest.trials where trial.temperatures == nil {
      rows.append(statistics.row(of: trial, against: baseline))
    }
    let adjusted = HolmCorrection.adjusted(rows.map { $0.difference?.randomization ?? .nan })
    for (index, value) in adjusted.enumerated() { rows[index].difference?.adjusted = value }
    self.rows = Self.ordered(rows, by: manifest.objective)
  }

  private static func ordered(
    _ rows: [Row], by objective: SweepSpecification.Objective?
  ) -> [Row] {
    guard let objective else { return rows }
    let sign = objective.goal == .maximize ? -1.0 : 1.0
    return rows.sorted { first, second in
      if first.promptCount != second.promptCount { return first.promptCount > second.promptCount }
      let (left, right) = (sign * first.selectionScore, sign * second.selectionScore)
      if left.isNaN || right.isNaN {
        return left.isNaN == right.isNaN
          ? first.trial.number < second.trial.number : right.isNaN
      }
      return (left, first.trial.number) < (right, second.trial.number)
    }
  }
}

/// What is known of the trials of a sweep, prompt by prompt.
private struct TrialStatistics {
  let manifest: Manifest
  let evaluator: MetricEvaluator
  let split: PromptSplit
  var resamples = 1_000
  var assignments = 10_000
  private let records: [String: [String: [SampleRecord]]]
  private let failures: [String: Int]
  /// By number of prompts.
  private var bootstraps: [Int: Bootstrap] = [:]

  init(_ results: SweepResults, split: PromptSplit) throws(SweepError) {
    manifest = results.manifest
    evaluator = try MetricEvaluator(manifest)
    self.split = split
    records = results.recordsByTrial
    var failures: [String: Int] = [:]
    for failure in results.failures { failures[failure.key.trial, default: 0] += 1 }
    self.failures = failures
  }

  mutating func row(of trial: Trial, against baseline: Trial?) -> Ranking.Row {
    let whole = Set(completed(trial, among: manifest.prompts.indices))
    let reported = split.report.filter(whole.contains)
    let values = manifest.metrics.map { name in
      Ranking.Value(name: name, interval: interval(of: name, trial, on: reported))
    }
    let selectionScore = manifest.objective.map { objective in
      statistics(of: objective.name, trial, on: split.selection.filter(whole.contains)).score
    }
    return Ranking.Row(
      trial: trial, selectionScore: selectionScore ?? .nan, values: values,
      difference: baseline.flatMap { difference(of: trial, on: reported, from: $0) },
      promptCount: whole.count, failureCount: failures[trial.id] ?? 0)
  }

  /// The places of the prompts on which every continuation of a trial is there.
  private func completed(_ trial: Trial, among places: some Sequence<Int>) -> [Int] {
    let count = trial.sampleCount(repeats: manifest.repeats)
    let records = records[trial.id] ?? [:]
    return places.filter { (records[manifest.prompts[$0].id]?.count ?? 0) == count }
  }

  private func statistics(
    of metric: String, _ trial: Trial, on places: [Int]
  ) -> PromptStatistics {
    evaluator.statistics(
      of: metric, records: records[trial.id] ?? [:], prompts: places.map { manifest.prompts[$0] })
  }

  private mutating func interval(
    of metric: String, _ trial: Trial, on places: [Int]
  ) -> ConfidenceInterval {
    let statistics = statistics(of: metric, trial, on: places)
    return bootstrap(places.count).interval(of: statistics)
  }

  private mutating func bootstrap(_ promptCount: Int) -> Bootstrap {
    if let known = bootstraps[promptCount] { return known }
    let made = Bootstrap(
      promptCount: promptCount, resampleCount: resamples, seed: manifest.seed)
    bootstraps[promptCount] = made
    return made
  }

  private mutating func difference(
    of trial: Trial, on places: [Int], from baseline: Trial
  ) -> Ranking.Difference? {
    guard let objective = manifest.objective, trial.id != baseline.id else { return nil }
    let common = completed(baseline, among: places)
    guard !common.isEmpty else { return nil }
    let own = statistics(of: objective.name, trial, on: common)
    let other = statistics(of: objective.name, baseline, on: common)
    return Ranking.Difference(
      bootstrap: bootstrap(common.count).comparison(of: own, with: other),
      randomization: ApproximateRandomization(rounds: assignments, seed: manifest.seed)
        .pValue(of: own, against: other), adjusted: .nan)
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
