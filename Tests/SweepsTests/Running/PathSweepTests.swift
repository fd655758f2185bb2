import JSON
import Sweeps
import TestSupport
import Testing

@Suite struct PathSweepTests {
  private static let paths = """
    "repeats": 2, "metric": {"name": "length", "goal": "maximize"}, "metrics": ["length", "nll"],
    "parameters": {"temperature": {"path": {"min": 0.2, "max": 1.4}}, "top_k": {"values": [0, 5]}}
    """

  @Test func aSegmentIsALineAndTheSegmentsOfASampleHoldTheInterval() throws {
    let folder = try TemporaryDirectory()
    let results = try SweepFixture(Self.paths).merged(in: folder)
    let paths = results.manifest.trials.filter { $0.temperatures != nil }
    #expect(paths.count == 2)
    #expect(paths.allSatisfy { $0.temperatures == 0.2...1.4 })
    for trial in paths {
      for prompt in results.manifest.prompts {
        for sample in 0..<2 {
          let lines = results.records.filter {
            $0.key.trial == trial.id && $0.key.prompt == prompt.id && $0.key.sample == sample
          }
          #expect(lines.map(\.key.segment) == Array(0..<lines.count))
          #expect(lines.allSatisfy { $0.segmentCount == lines.count })
          let ends = lines.map { self.ends(of: $0) }
          #expect(ends.first?.first == 0.2 && ends.last?.last == 1.4)
          #expect(zip(ends, ends.dropFirst()).allSatisfy { $0[1].nextUp == $1[0] })
        }
      }
    }
    // The baseline has one temperature.
    #expect(results.records.count { $0.segmentCount == nil } == 7 * 2)
  }

  private func ends(of record: SampleRecord) -> [Float] {
    guard
      case .array(let ends)? = record.settings.first(where: { $0.key == "temperature" })?.value
    else { return [] }
    return ends.compactMap(\.double).map { Float($0) }
  }

  @Test func shardsGiveTheSameLines() throws {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(Self.paths)
    let whole = try fixture.merged(in: folder).lines
    #expect(try fixture.merged(in: folder, shards: 3).lines == whole)
  }

  @Test(arguments: [1, 5, 14, 15, 16, 40]) func aRunThatIsKilledWithinAPathGoesOn(count: Int) throws
  {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(Self.paths)
    let whole = try fixture.merged(in: folder).lines
    let output = folder.path + "/killed"
    #expect(throws: SweepError.self) {
      try fixture.run(into: output, executor: FakeExecutor(killedAfter: count))
    }
    try fixture.run(into: output, resumes: true)
    #expect(try ShardMerge.results(of: [output]).lines == whole)
    // Nothing is left to do.
    let executor = FakeExecutor()
    try fixture.run(into: output, resumes: true, executor: executor)
    #expect(executor.log.tasks.isEmpty)
  }

  @Test func aCurveIsTheScoreOfTheTextsAtEachTemperature() throws {
    let folder = try TemporaryDirectory()
    let results = try SweepFixture(Self.paths).merged(in: folder)
    let trial = try #require(results.manifest.trials.last)
    let curve = try #require(try MetricCurve(results, trial: trial, metric: "length"))
    #expect(curve.promptCount == 7)
    #expect(curve.pieces.first?.temperatures.lowerBound == 0.2)
    #expect(curve.pieces.last?.temperatures.upperBound == 1.4)
    var random = SplitMix64(seed: 1)
    for _ in 0..<200 {
      let temperature = Float(0.2) + Float(random.below(1_200_000)) / 1_000_000
      let lengths = results.records.filter {
        let ends = self.ends(of: $0)
        return $0.key.trial == trial.id && ends.count == 2 && ends[0] <= temperature
          && temperature <= ends[1]
      }.map { Double($0.tokens.count) }
      #expect(lengths.count == 14)
      let mean = lengths.reduce(0, +) / 14
      #expect(abs(curve.score(at: temperature) - mean) < 1e-12)
    }
    let best = try #require(curve.best)
    let greatest = curve.pieces.map(\.score).max()
    #expect(curve.score(at: best.lowerBound) == greatest)
    #expect(curve.bestScore?.estimate == greatest)
    // The band has every run of temperatures, and the curve in it.
    #expect(curve.band.first?.temperatures.lowerBound == 0.2)
    #expect(curve.band.last?.temperatures.upperBound == 1.4)
    for (piece, next) in zip(curve.band, curve.band.dropFirst()) {
      #expect(piece.temperatures.upperBound.nextUp == next.temperatures.lowerBound)
      let score = curve.score(at: piece.temperatures.lowerBound)
      #expect(piece.lower <= score && score <= piece.upper)
      #expect(curve.band(at: piece.temperatures.upperBound) == piece)
    }
    #expect(curve.band(at: 1.5) == nil)
  }

  @Test func aPathHasACurveInTheReportAndNoRank() throws {
    let folder = try TemporaryDirectory()
    let results = try SweepFixture(Self.paths).merged(in: folder)
    let ranking = try Ranking(results, resamples: 50, assignments: 50)
    #expect(ranking.rows.map(\.trial.isBaseline) == [true])
  }

  @Test(arguments: [
    (#""parameters": {"top_p": {"path": {"min": 0.2, "max": 1}}}"#, "top_p"),
    (#""parameters": {"temperature": {"path": {"min": 0, "max": 1}}}"#, "above 0"),
    (#""parameters": {"temperature": {"path": {"min": 2, "max": 1}}}"#, "at least min"),
    (#""parameters": {"temperature": {"path": {"min": 1, "max": 2}, "value": 1}}"#, "value"),
    (
      #""metric": {"name": "nll", "goal": "minimize"}, "method": "tpe", "run_cap": 3, "parameters": {"temperature": {"path": {"min": 1, "max": 2}}}"#,
      "tpe"
    ),
    (
      #""metric": {"name": "nll", "goal": "minimize"}, "early_terminate": {"type": "halving"}, "parameters": {"temperature": {"path": {"min": 1, "max": 2}}}"#,
      "early_terminate"
    ),
  ])
  func pathsThatMakeNoSenseAreRefused(fields: String, word: String) throws {
    let error = #expect(throws: SweepError.self) { try SweepFixture(fields) }
    #expect(error?.description.contains(word) == true)
  }
}
