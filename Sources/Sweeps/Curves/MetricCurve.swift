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

  /// A run of temperatures with one band.
  public struct BandPiece: Hashable, Sendable {
    /// The first and the last binary32 temperature of the run.
    public var temperatures: ClosedRange<Float>
    /// The ends of the band.
    public var lower, upper: Double
  }

  /// The trial.
  public let trial: Trial
  /// The metric.
  public let metric: String
  /// The score, from the lowest temperature to the highest; neighbours differ.
  public let pieces: [Piece]
  /// A band that holds the whole curve of all prompts of the kind with 95 %, from the lowest temperature to the highest, of
  /// every run at which no text changes (``SimultaneousBand``). Empty where the prompts are too few for one.
  public let band: [BandPiece]
  /// The temperatures with the best score on the prompts to choose on; `nil` without a goal.
  public let best: ClosedRange<Float>?
  /// The score at the best temperatures on the prompts to report on, with the bootstrap's interval for that temperature
  /// alone.
  public let bestScore: ConfidenceInterval?
  /// Texts that differ, over all prompts and samples.
  public let distinctTextCount: Int
  /// The prompts on which every segment is there.
  public let promptCount: Int

  /// The curve of a metric over a trial's path; `nil` where the trial is none, or has no prompt that is done.
  ///
  /// - Parameter resamples: of the bootstrap.
  /// - Throws: ``SweepError/execution(_:)`` for a metric that this version doesn't know.
  /// - Complexity: O(segments · (resamples + prompts) · prompts), and the statistics of the metric.
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
    band = report.count > 1 ? Self.band(of: report, table, statistics, bootstrap) : []
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
    Self.piece(of: pieces, at: temperature, \.temperatures)?.score ?? .nan
  }

  /// The band at a temperature; `nil` outside, and where there is none.
  public func band(at temperature: Float) -> BandPiece? {
    Self.piece(of: band, at: temperature, \.temperatures)
  }

  private static func piece<Piece>(
    of pieces: [Piece], at temperature: Float, _ temperatures: (Piece) -> ClosedRange<Float>
  ) -> Piece? {
    var (low, high) = (0, pieces.count)
    while low < high {
      let middle = (low + high) / 2
      if temperatures(pieces[middle]).upperBound < temperature {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < pieces.count && temperatures(pieces[low]).contains(temperature)
      ? pieces[low] : nil
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
    of prompts: [Int], _ table: PathTable, _ statistics: PromptStatistics, _ bootstrap: Bootstrap
  ) -> [BandPiece] {
    var band = SimultaneousBand(bootstrap: bootstrap)
    var runs: [ClosedRange<Float>] = []
    table.forEachInterval(of: prompts) { temperatures, rows in
      band.add(statistics.selecting(rows))
      runs.append(temperatures)
    }
    let steps = band.steps
    guard steps.contains(where: { $0.lower.isFinite }) else { return [] }
    return zip(runs, steps).map { BandPiece(temperatures: $0, lower: $1.lower, upper: $1.upper) }
  }
}
