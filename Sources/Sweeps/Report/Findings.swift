import JSON
import Metrics

/// What a sweep's numbers say beyond the rows of its ranking: which differences could be seen at all, what differences go
/// with, and what each method finds by how many settings.
public struct Findings: Sendable {
  /// What differences to the baseline could be seen, by the variation that there is.
  public struct Sensitivity: Sendable {
    /// The prompts, or clusters of prompts, that numbers are of.
    public var promptCount: Int
    /// Samples a prompt.
    public var sampleCount: Double
    /// The variation of a prompt's difference: the median over the trials.
    public var power: PairedPower
    /// The share of an interval's width, squared, that more samples of the same prompts would take away; the median over
    /// the trials. 0 with one sample a prompt, which can't tell.
    public var sampleShare: Double
  }

  /// The trials that have the same parameters in effect.
  public struct Method: Sendable {
    /// The strategy and the parameters that apply.
    public var name: String
    /// For m from 1: the expected score of the best of m of its settings (``ExpectedBest``).
    public var curve: [Double]
  }

  /// What could be seen; `nil` without an objective, with fewer than two prompts, and where no trial differs from the
  /// baseline.
  public let sensitivity: Sensitivity?
  /// What differences go with; `nil` without an objective.
  public let decomposition: VarianceDecomposition?
  /// The trials that the decomposition is of: those that ran on every prompt.
  public let decomposedTrialCount: Int
  /// The methods, in the order of the plan; the baseline counts where it is a trial of the space.
  public let methods: [Method]
  /// For metrics that compare equal numbers of samples alone: the number that is compared.
  public let comparedSampleCounts: [String: Int]

  init(_ statistics: SweepStatistics, rows: [Ranking.Row]) {
    let manifest = statistics.manifest
    comparedSampleCounts = manifest.metrics.reduce(into: [:]) { counts, name in
      counts[name] = statistics.evaluator.comparedSampleCount(of: name)
    }
    guard let objective = manifest.objective else {
      (sensitivity, decomposition, decomposedTrialCount, methods) = (nil, nil, 0, [])
      return
    }
    sensitivity = Self.sensitivity(statistics, objective)
    methods = Self.methods(rows, objective)
    // Trials that were let go, or failed somewhere, were judged on other prompts.
    let most = rows.map(\.promptCount).max() ?? 0
    let whole = rows.filter {
      $0.promptCount == most && !($0.trial.isBaseline && $0.trial.number == 0)
    }
    let places = whole.reduce(statistics.split.report) {
      statistics.completed($1.trial, among: $0)
    }
    let trials = whole.map(\.trial)
    decomposedTrialCount = trials.count
    decomposition = VarianceDecomposition(
      factors: manifest.parameters.map { name in
        .init(name: name, levels: ParameterLevels(name, trials: trials).groups)
      },
      values: trials.map {
        statistics.statistics(of: objective.name, $0, on: places).pseudovalues
      }, seed: manifest.seed)
  }

  private static func sensitivity(
    _ statistics: SweepStatistics, _ objective: SweepSpecification.Objective
  ) -> Sensitivity? {
    let manifest = statistics.manifest
    // Prompts of a cluster are alike, so that its prompts are no samples of it.
    let isClustered = manifest.prompts.contains { $0.cluster != nil }
    let components = manifest.trials.compactMap { trial -> VarianceComponents? in
      guard trial.temperatures == nil else { return nil }
      if !isClustered, let samples = statistics.sampleDifferences(of: trial, objective.name) {
        return VarianceComponents(samples)
      }
      guard let baseline = statistics.baseline, trial.id != baseline.id else { return nil }
      let common = statistics.completed(
        baseline, among: statistics.completed(trial, among: statistics.split.report))
      let own = statistics.statistics(of: objective.name, trial, on: common).pseudovalues
      let other = statistics.statistics(of: objective.name, baseline, on: common).pseudovalues
      return VarianceComponents(zip(own, other).map { [$0 - $1] })
    }.filter { $0.promptDeviation > 0 }
    guard !components.isEmpty else { return nil }
    func median(_ values: [Double]) -> Double { Quantile.interpolated(values.sorted(), 0.5) }
    return Sensitivity(
      promptCount: components.map(\.promptCount).max() ?? 0,
      sampleCount: components.map(\.sampleCount).max() ?? 1,
      power: PairedPower(deviation: median(components.map(\.promptDeviation))),
      sampleShare: median(components.map(\.sampleShare)))
  }

  private static func methods(
    _ rows: [Ranking.Row], _ objective: SweepSpecification.Objective
  ) -> [Method] {
    let most = rows.map(\.promptCount).max() ?? 0
    let judged = rows.filter {
      $0.promptCount == most && $0.trial.number > 0 && $0.selectionScore.isFinite
    }
    var names: [String] = []
    var scores: [String: [Double]] = [:]
    // From the last to the first: the curve wants the worst first.
    for row in judged.reversed() {
      let name = row.trial.methodName
      guard let value = row.value(of: objective.name)?.estimate, value.isFinite else { continue }
      scores[name, default: []].append(value)
    }
    for row in judged.sorted(by: { $0.trial.number < $1.trial.number })
    where !names.contains(row.trial.methodName) {
      names.append(row.trial.methodName)
    }
    return names.compactMap { name in
      scores[name].map { Method(name: name, curve: ExpectedBest.curve($0)) }
    }
  }
}

extension Trial {
  /// The strategy and the parameters that apply.
  var methodName: String {
    let names = parameters.map(\.key).filter { $0 != "strategy" }
    return (strategy ?? "") + (names.isEmpty ? "" : ": " + names.joined(separator: ", "))
  }
}
