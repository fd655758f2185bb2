import JSON
import Metrics

/// What a ranking says, in sentences: the same in the terminal, in Markdown and on the page.
public struct FindingsText {
  private let ranking: Ranking
  private let manifest: Manifest

  /// The sentences about a ranking.
  public init(_ ranking: Ranking) {
    self.ranking = ranking
    manifest = ranking.manifest
  }

  /// That the run isn't finished, if it isn't.
  public var state: String? {
    guard !ranking.isFinished else { return nil }
    let counts = ranking.promptCounts
    let judged =
      manifest.isExhaustive
      ? ": all numbers are of the \(Self.count(counts.report, "prompt")) that every trial has run on"
      : ""
    return
      "The run is not finished\(judged). An interval that is looked at again and again misses more often than it says; wait for the end to decide."
  }

  /// Which trial ranks first and how sure that is; that none does, where no metric ranks.
  public var verdict: String {
    guard let objective = manifest.objective else {
      return "The sweep names no metric to rank by; the trials stand in the order of the plan."
    }
    guard let first = ranking.rows.first, let value = first.value(of: objective.name),
      value.estimate.isFinite
    else { return "No trial has a number for \(objective.name) yet." }
    guard ranking.rows.count > 1 else {
      return "\(Self.name(first.trial)) has \(objective.name) "
        + "\(ScoreText.number(value.estimate))\(Self.interval(value)), and there is no other trial"
        + " to rank."
    }
    let ties = ranking.rows.count { $0.rank == first.rank }
    var text =
      ties > 1
      ? "\(ties) trials share the first rank, with \(objective.name) "
      : "\(Self.name(first.trial)) ranks first, with \(objective.name) "
    text += ScoreText.number(value.estimate)
    text += Self.interval(value)
    guard let difference = first.difference else { return text + "." }
    text += ": \(ScoreText.signed(difference.interval.estimate)) against the baseline"
    if difference.interval.lower.isFinite {
      text += " (\(interval(difference)) \(ScoreText.range(difference.interval)))"
    }
    return text
      + (difference.isClear ? ", more than chance explains" : ", which chance can explain")
      + " (p = \(ScoreText.probability(difference.adjusted)) after correction)."
  }

  private static func interval(_ value: ConfidenceInterval) -> String {
    value.lower.isFinite ? " (95 % interval \(ScoreText.range(value)))" : ""
  }

  /// What the columns and marks of the table mean.
  public var legend: [String] {
    var lines = [
      "* The baseline: what holds when no parameter says anything, the sweep's defaults over what the model's files recommend."
    ]
    if ranking.rows.contains(where: { $0.difference?.kind == .fixed }) {
      lines.append(
        "Δ baseline: the paired difference on the same prompts, with its own 95 % interval; p: approximate randomisation over prompts, with Holm's correction for the number of trials."
      )
    }
    if ranking.rows.contains(where: { $0.difference?.kind == .anyTime }) {
      lines.append(
        "Δ baseline: the paired difference on the prompts that choose, with an interval that holds at any time (a betting confidence sequence, without replacement); p in the same way, with Holm's correction. Trials that were let go keep the interval that they had then."
      )
    }
    if case .halving? = manifest.earlyTermination {
      lines.append(
        "Trials were let go by halving, which doesn't bound how often the best is lost; early_terminate: {type: confidence} does."
      )
    }
    if ranking.manifest.holdout > 0, manifest.objective != nil {
      lines.append(
        "Trials are ordered by the \(Self.count(ranking.promptCounts.selection, "prompt")) to choose on; all else, in the table and in the charts, is of the \(ranking.promptCounts.report) held out."
      )
    }
    for name in manifest.metrics {
      guard let count = ranking.findings.comparedSampleCounts[name] else { continue }
      lines.append(
        "\(name): over \(Self.count(count, "sample")) of a prompt at a time, as many as every trial has."
      )
    }
    return lines
  }

  /// What could be seen, and what would help.
  public var lessons: [String] {
    guard let objective = manifest.objective, let found = ranking.findings.sensitivity else {
      return []
    }
    let unit = manifest.prompts.contains { $0.cluster != nil } ? "cluster" : "prompt"
    let detectable = found.power.detectableDifference(promptCount: found.promptCount)
    // A difference that is worth looking for: the one that was found, or half of what can be seen.
    let observed = ranking.rows.first?.difference.map { abs($0.interval.estimate) } ?? 0
    let wanted = Self.rounded(
      observed > 0.1 * detectable && observed < 0.9 * detectable ? observed : detectable / 2)
    var lines = [
      "With \(Self.count(found.promptCount, unit)), a difference in \(objective.name) under \(ScoreText.number(detectable)) is mostly not seen (power 80 %, one comparison)"
        + (found.power.promptCount(toDetect: wanted).map {
          "; \($0) would show \(ScoreText.number(wanted))."
        } ?? ".")
    ]
    guard manifest.repeats > 1, found.sampleCount > 1 else { return lines }
    let share = found.sampleShare
    // The width goes with the root of the variance.
    let gain = 1 - (1 - share / 2).squareRoot()
    lines.append(
      share < 0.02
        ? "The variation is that of the prompts: more samples of the same prompts would not help, more prompts would."
        : "\(ScoreText.percent(share)) of the variation of a mean difference is that of the samples: twice as many samples a prompt would make intervals \(ScoreText.percent(gain)) narrower, twice as many \(unit)s 29 %."
    )
    return lines
  }

  /// What an interval of a difference is.
  func interval(_ difference: Ranking.Difference) -> String {
    switch difference.kind {
    case .fixed: "paired 95 % interval"
    case .anyTime:
      if case .confidence(let level, _)? = manifest.earlyTermination {
        "any-time \(FixedPoint.text(100 * level, places: level * 100 == (level * 100).rounded() ? 0 : 1)) % interval"
      } else {
        "any-time interval"
      }
    }
  }

  /// How a trial is called in a sentence.
  static func name(_ trial: Trial) -> String {
    if trial.parameters.isEmpty { return "The baseline" }
    let parameters = trial.parameters.map { "\($0.key) \($0.value.string ?? $0.value.text)" }
    return "Trial \(trial.number) (\(parameters.joined(separator: ", ")))"
  }

  static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// With one significant digit, or two where it begins with 1.
  private static func rounded(_ value: Double) -> Double {
    let one = Distribution.rounded(value, digits: 1)
    return abs(one - value) > 0.2 * value ? Distribution.rounded(value, digits: 2) : one
  }
}
