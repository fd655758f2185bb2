import JSON
import Metrics

extension MetricCurve {
  /// The curves of all trials that are paths: of the objective, or else of the first metric.
  static func all(of results: SweepResults) throws(SweepError) -> [MetricCurve] {
    let manifest = results.manifest
    guard let metric = manifest.objective?.name ?? manifest.metrics.first else { return [] }
    var curves: [MetricCurve] = []
    for trial in manifest.trials {
      if let curve = try MetricCurve(results, trial: trial, metric: metric) { curves.append(curve) }
    }
    return curves
  }

  /// What the curves of all trials that are paths say, in a few sentences each.
  ///
  /// - Throws: ``SweepError/execution(_:)`` for a metric that this version doesn't know.
  public static func summaries(
    of results: SweepResults, ranking: Ranking
  ) throws(SweepError) -> [String] {
    try all(of: results).map {
      "Trial \($0.trial.number), \($0.title): \($0.summary(baseline: ranking.baselineScore))"
    }
  }

  /// The metric and the other parameters.
  var title: String {
    "\(metric) over the temperature"
      + trial.parameters.filter { $0.key != Trial.pathSetting }
      .map { ", \($0.key) \($0.value.string ?? $0.value.text)" }.joined()
  }

  /// One of the best temperatures, with as few decimal places as can be.
  var shortestBestTemperature: Double? {
    guard let best else { return nil }
    let middle = (Double(best.lowerBound) + Double(best.upperBound)) / 2
    var scale = 1.0
    while scale < 1e9 {
      scale *= 10
      let rounded = (middle * scale).rounded() / scale
      if best.contains(Float(rounded)) { return rounded }
    }
    return middle
  }

  /// What the curve says.
  func summary(baseline: Double?) -> String {
    let range = trial.temperatures ?? 0...0
    var text =
      "\(distinctTextCount) different texts of \(promptCount)"
      + " \(promptCount == 1 ? "prompt" : "prompts") between \(range.lowerBound) and"
      + " \(range.upperBound)."
    guard let best, let bestScore else { return text }
    text +=
      " The best temperatures are \(best.lowerBound) to \(best.upperBound), with \(metric)"
      + " \(ScoreText.number(bestScore.estimate))"
    if bestScore.lower.isFinite {
      text +=
        " (95 % interval of that temperature alone \(ScoreText.number(bestScore.lower)) to"
        + " \(ScoreText.number(bestScore.upper)))"
    }
    if let baseline, baseline.isFinite {
      text += "; the baseline has \(ScoreText.number(baseline))"
    }
    return text + "."
  }
}

extension Ranking {
  /// The baseline's score by the objective, or else by the first metric.
  var baselineScore: Double? {
    guard let metric = manifest.objective?.name ?? manifest.metrics.first else { return nil }
    return rows.first { $0.trial.isBaseline }?.value(of: metric)?.estimate
  }
}
