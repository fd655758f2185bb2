import Metrics

/// The trials of a sweep from best to worst, with what the metrics say of each and how sure that is.
///
/// Trials are ordered by the objective on the prompts to choose on; all other numbers are of the prompts to report on,
/// which are the same prompts unless some are held out (``PromptSplit``). Those that ran on fewer prompts, because they
/// failed or were let go, come after those that ran on more. Equal scores share a rank. Without an objective the order is
/// that of the plan, and there are no ranks.
public struct Ranking: Sendable {
  /// A metric of a trial.
  public struct Value: Sendable {
    /// The metric.
    public var name: String
    /// Its score, with the interval that covers it with 95 %; a NaN where it is undefined.
    public var interval: ConfidenceInterval
  }

  /// When an interval holds.
  public enum IntervalKind: String, Hashable, Sendable {
    /// For a number of prompts that was fixed beforehand, looked at once.
    case fixed
    /// However often one looks, and whenever one stops.
    case anyTime = "any time"
  }

  /// A trial against the baseline, by the objective, on the same prompts.
  public struct Difference: Sendable {
    /// The trial's score minus the baseline's, with the interval that covers the true difference with 95 %, or the level
    /// of `early_terminate`.
    public var interval: ConfidenceInterval
    /// When the interval holds.
    public var kind: IntervalKind
    /// How probable a difference at least as great is without a true one, two-sided: by approximate randomisation, or
    /// by the sequence of bets where the interval holds at any time.
    public var pValue: Double
    /// The p-value of the paired bootstrap; NaN where the interval holds at any time.
    public var bootstrapPValue: Double
    /// ``pValue`` under Holm's correction for the number of trials.
    public var adjusted: Double

    /// Whether chance explains the difference badly, also in view of how many trials there are.
    public var isClear: Bool { adjusted < 0.05 }
  }

  /// One trial.
  public struct Row: Sendable {
    /// The trial.
    public var trial: Trial
    /// Its rank, from 1; equal scores have the same one. `nil` without an objective or a score.
    public var rank: Int?
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
  /// Whether every shard has come to its end.
  public let isFinished: Bool
  /// What the numbers say beyond the rows.
  public let findings: Findings

  /// Ranks the trials of `results`.
  ///
  /// - Parameters:
  ///   - resamples: of the bootstrap; of random subsets there are twice as many less one.
  ///   - assignments: of approximate randomisation.
  /// - Throws: ``SweepError/execution(_:)`` for a metric that this version doesn't know.
  /// - Complexity: O(trials · metrics · prompts · (resamples + assignments)).
  public init(
    _ results: SweepResults, resamples: Int = 1_000, assignments: Int = 10_000
  ) throws(SweepError) {
    manifest = results.manifest
    isFinished = results.isFinished
    var statistics = try SweepStatistics(
      results, resamples: resamples, assignments: assignments)
    let judged = Set(statistics.places)
    promptCounts = (
      statistics.split.selection.count(where: judged.contains),
      statistics.split.report.count(where: judged.contains)
    )
    var rows: [Row] = []
    // A path has a curve in the place of a score.
    for trial in manifest.trials where trial.temperatures == nil {
      rows.append(statistics.row(of: trial))
    }
    let adjusted = HolmCorrection.adjusted(rows.map { $0.difference?.pValue ?? .nan })
    for (index, value) in adjusted.enumerated() { rows[index].difference?.adjusted = value }
    self.rows = Self.ranked(Self.ordered(rows, by: manifest.objective))
    findings = Findings(statistics, rows: self.rows)
  }

  /// Whether the first trial is better than the baseline by more than chance explains.
  public var hasClearWinner: Bool {
    guard let objective = manifest.objective, let difference = rows.first?.difference else {
      return false
    }
    let sign = objective.goal == .maximize ? 1.0 : -1.0
    return difference.isClear && sign * difference.interval.estimate > 0
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

  /// Gives ranks to rows in their order. Sums taken in another order may differ in the last digits, and are equal.
  private static func ranked(_ rows: [Row]) -> [Row] {
    var rows = rows
    for index in rows.indices where rows[index].selectionScore.isFinite {
      rows[index].rank = index + 1
      guard index > 0, rows[index - 1].promptCount == rows[index].promptCount else { continue }
      let (before, own) = (rows[index - 1].selectionScore, rows[index].selectionScore)
      if abs(before - own) <= 1e-12 * max(before.magnitude, own.magnitude) {
        rows[index].rank = rows[index - 1].rank
      }
    }
    return rows
  }
}
