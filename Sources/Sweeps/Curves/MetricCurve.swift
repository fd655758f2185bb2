import JSON
import Metrics

/// A metric as an exact function of the temperature: what a trial that is a path says.
///
/// On each prompt the metric is a step function of the temperature, and so is the score of all prompts together. The
/// best temperatures are those of the prompts to choose on; the curve, its band and the score there are of the prompts to
/// report on (``PromptSplit``).
public struct MetricCurve: Sendable {
  /// A run of temperatures with one score.
  public struct Piece: Hashable, Sendable {
    /// The first and the last binary32 temperature of the run.
    public var temperatures: ClosedRange<Float>
    /// The score at each of them; NaN where it is undefined.
    public var score: Double
  }

  /// The curve with its band at one temperature.
  public struct BandPoint: Hashable, Sendable {
    /// The temperature.
    public var temperature: Double
    /// The ends of the band.
    public var lower, upper: Double
  }

  /// The trial.
  public let trial: Trial
  /// The metric.
  public let metric: String
  /// The score, from the lowest temperature to the highest; neighbours differ.
  public let pieces: [Piece]
  /// A band that holds the whole curve of all prompts of the kind with 95 %, at evenly spaced temperatures: the bootstrap
  /// over prompts, with the greatest deviation over these temperatures in standard errors. Empty for a single prompt.
  public let band: [BandPoint]
  /// The temperatures with the best score on the prompts to choose on; `nil` without a goal.
  public let best: ClosedRange<Float>?
  /// The score at the best temperatures on the prompts to report on, with the bootstrap's interval for that temperature
  /// alone.
  public let bestScore: ConfidenceInterval?
  /// Texts that differ, over all prompts and samples.
  public let distinctTextCount: Int
  /// The prompts on which every segment is there.
  public let promptCount: Int

  /// The most temperatures of a band.
  private static let bandPointCount = 200

  /// The curve of a metric over a trial's path; `nil` where the trial is none, or has no prompt that is done.
  ///
  /// - Parameter resamples: of the bootstrap.
  /// - Throws: ``SweepError/execution(_:)`` for a metric that this version doesn't know.
  /// - Complexity: O(segments · (prompts + statistics of the metric) + band · resamples · prompts).
  public init?(
    _ results: SweepResults, trial: Trial, metric: String, resamples: Int = 1_000
  ) throws(SweepError) {
    guard trial.temperatures != nil else { return nil }
    let manifest = results.manifest
    let table = PathTable(results, trial: trial)
    guard !table.prompts.isEmpty else { return nil }
    let statistics = try MetricEvaluator(manifest).comparing(
      manifest.trials, repeats: manifest.repeats
    ).statistics(
      of: metric, records: table.records, baseline: table.baselines, prompts: table.rows)
    let split = PromptSplit(manifest.prompts, holdout: manifest.holdout, seed: manifest.seed)
    let report = table.places(among: split.report)
    let selection = table.places(among: split.selection)
    guard !report.isEmpty else { return nil }
    self.trial = trial
    self.metric = metric
    promptCount = table.prompts.count
    distinctTextCount = table.distinctTextCount
    pieces = Self.pieces(of: report, table, statistics)
    let bootstrap = Bootstrap(
      promptCount: report.count, resampleCount: resamples, seed: manifest.seed)
    band =
      report.count > 1
      ? Self.band(of: report, table, statistics, bootstrap, trial.temperatures ?? 0...0) : []
    guard let objective = manifest.objective, objective.name == metric,
      let best = Self.best(
        Self.pieces(of: selection, table, statistics), isMaximized: objective.goal == .maximize)
    else {
      self.best = nil
      bestScore = nil
      return
    }
    self.best = best.temperatures
    let rows = table.rows(at: best.temperatures.lowerBound)
    bestScore = bootstrap.interval(of: statistics.selecting(report.map { rows[$0] }))
  }

  /// The score at a temperature; NaN outside.
  public func score(at temperature: Float) -> Double {
    var (low, high) = (0, pieces.count)
    while low < high {
      let middle = (low + high) / 2
      if pieces[middle].temperatures.upperBound < temperature {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < pieces.count && pieces[low].temperatures.contains(temperature)
      ? pieces[low].score : .nan
  }

  // MARK: - Computing

  /// The score of some prompts as a step function.
  private static func pieces(
    of prompts: [Int], _ table: PathTable, _ statistics: PromptStatistics
  ) -> [Piece] {
    var pieces: [Piece] = []
    table.forEachInterval(of: prompts) { temperatures, rows in
      let score = statistics.score(of: rows)
      if let last = pieces.last, last.score == score || (last.score.isNaN && score.isNaN) {
        pieces[pieces.count - 1].temperatures =
          last.temperatures.lowerBound...temperatures.upperBound
      } else {
        pieces.append(Piece(temperatures: temperatures, score: score))
      }
    }
    return pieces
  }

  /// The piece with the best score; among equals the widest.
  private static func best(_ pieces: [Piece], isMaximized: Bool) -> Piece? {
    func key(_ piece: Piece) -> (Double, Float) {
      (
        isMaximized ? piece.score : -piece.score,
        piece.temperatures.upperBound - piece.temperatures.lowerBound
      )
    }
    return pieces.filter { !$0.score.isNaN }.max { key($0) < key($1) }
  }

  private static func band(
    of prompts: [Int], _ table: PathTable, _ statistics: PromptStatistics, _ bootstrap: Bootstrap,
    _ temperatures: ClosedRange<Float>
  ) -> [BandPoint] {
    let (low, high) = (Double(temperatures.lowerBound), Double(temperatures.upperBound))
    let points = (0..<bandPointCount).map {
      low + (high - low) * Double($0) / Double(bandPointCount - 1)
    }
    let rows = points.map { point in
      let rows = table.rows(
        at: min(temperatures.upperBound, max(temperatures.lowerBound, Float(point))))
      return prompts.map { rows[$0] }
    }
    let scores = rows.map { statistics.score(of: $0) }
    // By resample, by temperature.
    let resampled = bootstrap.map { places in
      rows.map { row in statistics.score(of: places.map { row[$0] }) }
    }
    guard !resampled.isEmpty else { return [] }
    let deviations = points.indices.map { index in
      (resampled.reduce(0) { $0 + ($1[index] - scores[index]) * ($1[index] - scores[index]) }
        / Double(resampled.count)).squareRoot()
    }
    let greatest = resampled.map { row in
      row.indices.reduce(0.0) { greatest, index in
        deviations[index] > 0
          ? max(greatest, abs(row[index] - scores[index]) / deviations[index]) : greatest
      }
    }.filter(\.isFinite).sorted()
    let factor = ConfidenceInterval.quantile(greatest, 0.95)
    return points.indices.map { index in
      BandPoint(
        temperature: points[index], lower: scores[index] - factor * deviations[index],
        upper: scores[index] + factor * deviations[index])
    }
  }
}
