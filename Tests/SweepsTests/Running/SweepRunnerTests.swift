import JSON
import Sweeps
import TestSupport
import Testing

struct SweepRunnerTests {
  private static let grid = """
    "repeats": 2, "metric": {"name": "chrf", "goal": "maximize"},
    "metrics": ["nll", "distinct_1", "entropy", "tokens_per_second"],
    "parameters": {"temperature": {"values": [0, 0.5]}, "top_k": {"values": [0, 5]}}
    """

  @Test func everyTrialRunsOnEveryPromptAsOftenAsItIsToAndTheBaselineBeside() throws {
    let folder = try TemporaryDirectory()
    let results = try SweepFixture(Self.grid).merged(in: folder)
    // Baseline, greedy (once: top-k means nothing to it) and two of sampling.
    #expect(results.manifest.trials.map(\.number) == [0, 1, 2, 3])
    #expect(results.records.count == 7 * (2 + 1 + 2 + 2))
    #expect(Set(results.records.map(\.key)).count == results.records.count)
    #expect(results.records.allSatisfy { $0.seed == 11 })
    let names = results.records[0].metrics.map(\.key)
    // Speed stands with the timing; the objective is computed without being listed.
    #expect(names == ["nll", "distinct_1", "entropy", "chrf"])
    #expect(results.records.allSatisfy { $0.entropies.count == $0.tokens.count })
  }

  @Test func allTrialsOfAPromptAreGivenToTheExecutorTogether() throws {
    let folder = try TemporaryDirectory()
    let executor = FakeExecutor()
    try SweepFixture(Self.grid).run(into: folder.path, executor: executor)
    #expect(executor.log.groups.map { Set($0.map(\.prompt.id)) } == (0..<7).map { ["p\($0)"] })
    #expect(executor.log.groups.allSatisfy { $0.count == 7 })
    let wide = FakeExecutor()
    try SweepFixture(
      #""repeats": 30, "parameters": {"top_k": {"values": [1, 2, 3]}}"#, promptCount: 3
    ).run(into: folder.path + "/wide", executor: wide)
    #expect(wide.log.groups.map { Set($0.map(\.prompt.id)) } == [["p0"], ["p1"], ["p2"]])
    #expect(wide.log.groups.allSatisfy { $0.count == 120 })
  }

  @Test func aSearchOfSeveralResultsGivesOneRecordARankWhateverTheRepeats() throws {
    let folder = try TemporaryDirectory()
    let results = try SweepFixture(
      """
      "repeats": 5, "defaults": {"num_return_sequences": 3},
      "parameters": {"temperature": {"value": 0}}
      """, promptCount: 1
    ).merged(in: folder)
    let greedy = try #require(results.manifest.trials.first { $0.isDeterministic })
    #expect(results.records.filter { $0.key.trial == greedy.id }.map(\.key.sample) == [0, 1, 2])
    #expect(results.records.count == 3 + 5)
  }

  @Test func trialsWithNoiseOfTheirOwnHaveSeedsOfTheirOwn() throws {
    let folder = try TemporaryDirectory()
    let results = try SweepFixture(#""noise": "independent", "# + Self.grid).merged(in: folder)
    let seeds = Set(results.records.map { "\($0.key.trial) \($0.seed)" })
    #expect(seeds.count == 4)
    #expect(Set(results.records.map(\.seed)).count == 4)
  }

  @Test(arguments: 0..<12) func aRunThatIsKilledAnywhereAndResumedEqualsOneThatIsNot(round: Int)
    throws
  {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(Self.grid)
    let whole = try fixture.merged(in: folder)
    var random = SplitMix64(seed: UInt64(round))
    let output = folder.path + "/killed"
    let shard = output + "/shard-1-of-1"
    var lives = 0
    while true {
      lives += 1
      let kill = FakeExecutor(killedAfter: random.below(whole.records.count / 2))
      do {
        try fixture.run(into: output, resumes: lives > 1, executor: kill)
        break
      } catch SweepError.execution("killed") {
        // The journal as a kill in the middle of a write leaves it.
        let journal = try FileBytes.read(shard + "/results.jsonl")
        let torn = Array(#"{"schema": 1, "trial": "0123456789ab", "#.utf8)
        try FileBytes.write(
          journal + torn.prefix(random.below(torn.count)), to: shard + "/results.jsonl")
        #expect(throws: SweepError.self) { try ShardMerge.results(of: [output]) }
      }
      try #require(lives < 200)
    }
    #expect(lives > 1)
    #expect(try ShardMerge.results(of: [output]).lines == whole.lines)
  }

  @Test func whatIsDoneIsNotDoneAgain() throws {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(Self.grid)
    #expect(throws: SweepError.execution("killed")) {
      try fixture.run(into: folder.path, executor: FakeExecutor(killedAfter: 20))
    }
    let second = FakeExecutor()
    try fixture.run(into: folder.path, resumes: true, executor: second)
    #expect(second.log.tasks.count == 49 - 20)
    let third = FakeExecutor()
    #expect(try fixture.run(into: folder.path, resumes: true, executor: third) == .finished)
    #expect(third.log.tasks.isEmpty)
  }

  @Test(arguments: [1, 2, 3, 5]) func anyNumberOfShardsGivesTheSameBytes(count: Int) throws {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(Self.grid)
    let whole = folder.path + "/whole"
    try fixture.run(into: whole)
    try ShardMerge.write(try ShardMerge.results(of: [whole]), to: whole + "/merged")
    let results = try fixture.merged(in: folder, shards: count)
    try ShardMerge.write(results, to: folder.path + "/merged")
    for name in ["results.jsonl", "failures.jsonl", "manifest.json"] {
      #expect(
        try FileBytes.read(folder.path + "/merged/" + name)
          == FileBytes.read(whole + "/merged/" + name))
    }
  }

  @Test func aFailedTrialIsWrittenDownAndStopsNobody() throws {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(Self.grid)
    let bad = FakeExecutor(fails: { $0.trial.number == 2 && $0.prompt.id == "p3" })
    #expect(try fixture.run(into: folder.path, executor: bad) == .finishedWithFailures(2))
    let results = try ShardMerge.results(of: [folder.path])
    #expect(results.failures.count == 2)
    #expect(results.failures.allSatisfy { $0.reason == "the prompt is too long" })
    #expect(results.records.count == 49 - 2)
    // Resumed, it is tried again, and what it failed in is forgotten.
    #expect(try fixture.run(into: folder.path, resumes: true) == .finished)
    let mended = try ShardMerge.results(of: [folder.path])
    #expect(mended.failures.isEmpty)
    #expect(mended.records.count == 49)
  }

  @Test func tooManyFailuresEndARun() throws {
    let folder = try TemporaryDirectory()
    let bad = FakeExecutor(fails: { $0.prompt.id != "p0" })
    #expect(throws: SweepError.tooManyFailures(count: 4, limit: 3)) {
      try SweepFixture(Self.grid).run(into: folder.path, executor: bad, failureLimit: 3)
    }
  }

  @Test func aRunThatIsToldToStopEndsAfterWhatIsUnderWayAndCanGoOn() throws {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(
      #""repeats": 20, "parameters": {"top_k": {"values": [1, 2, 3]}}"#, promptCount: 3)
    let executor = FakeExecutor()
    let outcome = try fixture.run(
      into: folder.path, executor: executor, isStopped: { executor.log.groups.count == 2 })
    #expect(outcome == .stopped)
    #expect(executor.log.tasks.count == 160)
    let status = try SweepStatus.read(folder.path)
    #expect(status.shards.map(\.done) == [160])
    #expect(status.shards.map(\.expected) == [240])
    #expect(!status.shards[0].isFinished)
    // Told to stop at once, the executor leaves its group unfinished.
    let hasty = FakeExecutor(stoppedAfter: 10)
    #expect(try fixture.run(into: folder.path, resumes: true, executor: hasty) == .stopped)
    #expect(try fixture.run(into: folder.path, resumes: true) == .finished)
    #expect(try SweepStatus.read(folder.path).shards[0].done == 240)
  }

  @Test func halvingKeepsTheBestAndTheBaselineAndRunsThemOnAllPrompts() throws {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(
      """
      "metric": {"name": "nll", "goal": "minimize"},
      "parameters": {"top_k": {"values": [1, 2, 3, 4, 5, 6, 7, 8, 9]}},
      "early_terminate": {"type": "halving", "eta": 3, "min_iter": 2}
      """, promptCount: 12)
    try fixture.run(into: folder.path)
    let results = try ShardMerge.results(of: [folder.path])
    var counts: [String: Int] = [:]
    for record in results.records { counts[record.key.trial, default: 0] += 1 }
    #expect(counts.values.sorted() == [2, 2, 2, 2, 2, 2, 6, 6, 12, 12])
    let baseline = try #require(results.manifest.trials.first { $0.isBaseline })
    #expect(counts[baseline.id] == 12)
    // Killed in the middle, it makes the same decisions.
    let output = folder.path + "/killed"
    #expect(throws: SweepError.self) {
      try fixture.run(into: output, executor: FakeExecutor(killedAfter: 29))
    }
    try fixture.run(into: output, resumes: true)
    #expect(try ShardMerge.results(of: [output]).lines == results.lines)
  }

  @Test func theEstimatorResumesWithTheSameTrials() throws {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(
      """
      "method": "tpe", "run_cap": 26, "metric": {"name": "nll", "goal": "minimize"},
      "parameters": {"temperature": {"min": 0.1, "max": 2}, "top_k": {"min": 0, "max": 50}}
      """)
    try fixture.run(into: folder.path)
    let whole = try ShardMerge.results(of: [folder.path])
    #expect(whole.manifest.trials.count == 27)
    let output = folder.path + "/killed"
    for (life, count) in [20, 60, 31].enumerated() {
      #expect(throws: SweepError.execution("killed")) {
        try fixture.run(
          into: output, resumes: life > 0, executor: FakeExecutor(killedAfter: count))
      }
    }
    try fixture.run(into: output, resumes: true)
    let resumed = try ShardMerge.results(of: [output])
    #expect(resumed.lines == whole.lines)
    #expect(resumed.manifest == whole.manifest)
  }

  @Test(arguments: [
    #""method": "tpe", "run_cap": 4, "#, #""early_terminate": {"type": "halving"}, "#,
  ])
  func searchesThatNeedAllPromptsRefuseShards(field: String) throws {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(field + Self.grid)
    #expect(throws: SweepError.self) { try fixture.run(into: folder.path, shard: "1/2") }
    #expect(try fixture.run(into: folder.path) == .finished)
  }
}
