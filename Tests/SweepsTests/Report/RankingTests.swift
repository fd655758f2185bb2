import JSON
import Sweeps
import TestSupport
import Testing

struct RankingTests {
  private static let grid = """
    "repeats": 2, "metric": {"name": "nll", "goal": "minimize"}, "metrics": ["distinct_1", "nll"],
    "parameters": {"temperature": {"values": [0, 0.5, 1, 1.5]}, "top_k": {"values": [0, 5]}}
    """

  private func ranking(
    _ fields: String = grid, promptCount: Int = 9, data: String = "",
    executor: FakeExecutor = FakeExecutor()
  ) throws -> (Ranking, SweepResults) {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(fields, promptCount: promptCount, data: data)
    try fixture.run(into: folder.path, executor: executor)
    let results = try SweepResults.read(folder.path)
    return (try Ranking(results, resamples: 200, assignments: 300), results)
  }

  /// The pooled mean negative log-likelihood of some records, computed by hand.
  private func nll(_ records: some Sequence<SampleRecord>) -> Double {
    let all = records.flatMap(\.tokenLogProbabilities)
    return -all.reduce(0, +) / Double(all.count)
  }

  @Test func trialsStandByTheirScoreOverAllContinuations() throws {
    let (ranking, results) = try ranking()
    #expect(ranking.rows.count == 7)
    for row in ranking.rows {
      let records = results.records.filter { $0.key.trial == row.trial.id }
      #expect(abs(row.selectionScore - nll(records)) < 1e-12)
      let interval = try #require(row.value(of: "nll"))
      #expect(interval.estimate == row.selectionScore)
      #expect(interval.lower <= interval.estimate && interval.estimate <= interval.upper)
    }
    let scores = ranking.rows.map(\.selectionScore)
    #expect(scores == scores.sorted())
  }

  @Test func differencesAreToTheBaselineAndCorrectedForTheNumberOfTrials() throws {
    let (ranking, _) = try ranking()
    let baseline = try #require(ranking.rows.first { $0.trial.isBaseline })
    #expect(baseline.difference == nil)
    for row in ranking.rows where !row.trial.isBaseline {
      let difference = try #require(row.difference)
      #expect(
        abs(
          difference.bootstrap.difference.estimate - (row.selectionScore - baseline.selectionScore))
          < 1e-12)
      #expect(difference.adjusted >= difference.randomization)
      #expect(difference.adjusted <= 1)
    }
  }

  @Test func aMaximizedMetricTurnsTheOrder() throws {
    let (ranking, _) = try ranking(
      Self.grid.replacing(#""goal": "minimize""#, with: #""goal": "maximize""#))
    let scores = ranking.rows.map(\.selectionScore)
    #expect(scores == scores.sorted(by: >))
  }

  @Test func trialsAreChosenOnSomePromptsAndToldOnTheOthers() throws {
    let (ranking, results) = try ranking(promptCount: 10, data: #", "holdout": 0.4"#)
    #expect(ranking.promptCounts == (6, 4))
    let split = PromptSplit(promptCount: 10, holdout: 0.4, seed: 11)
    for row in ranking.rows {
      func records(_ places: [Int]) -> [SampleRecord] {
        results.records.filter { record in
          record.key.trial == row.trial.id && places.contains { "p\($0)" == record.key.prompt }
        }
      }
      #expect(abs(row.selectionScore - nll(records(split.selection))) < 1e-12)
      #expect(
        abs((row.value(of: "nll")?.estimate ?? 0) - nll(records(split.report))) < 1e-12)
    }
  }

  @Test func trialsThatFailedOrWereLetGoStandBehindTheOthers() throws {
    let (ranking, _) = try ranking(
      executor: FakeExecutor(fails: { $0.trial.number == 3 && $0.prompt.id == "p1" }))
    #expect(ranking.rows.last?.trial.number == 3)
    #expect(ranking.rows.last?.failureCount == 2)
    #expect(ranking.rows.last?.promptCount == 8)
    let (halved, _) = try self.ranking(
      Self.grid + #", "early_terminate": {"type": "halving", "eta": 2, "min_iter": 2}"#)
    let counts = halved.rows.map(\.promptCount)
    #expect(counts == counts.sorted(by: >))
    #expect(Set(counts).count > 2)
  }

  @Test func withoutAnObjectiveTheOrderIsThatOfThePlan() throws {
    let (ranking, _) = try ranking(
      #""metrics": ["nll"], "parameters": {"top_k": {"values": [3, 1, 2]}}"#)
    #expect(ranking.rows.map(\.trial.number) == [0, 1, 2, 3])
    #expect(ranking.rows.allSatisfy { $0.difference == nil && $0.selectionScore.isNaN })
  }

  @Test func tablesHaveTheColumnsOfTheirPeers() throws {
    let (ranking, _) = try ranking(
      executor: FakeExecutor(fails: { $0.trial.number == 3 && $0.prompt.id == "p1" }))
    func rows(_ format: TrialCSV) -> [[Substring]] {
      format.text(of: ranking).split(separator: "\r\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
    }
    let optuna = rows(.optuna)
    #expect(
      optuna[0] == [
        "number", "value", "params_temperature", "params_top_k", "user_attrs_distinct_1", "state",
      ])
    #expect(optuna.dropFirst().map { String($0[0]) } == (0..<7).map(String.init))
    #expect(optuna.map { $0.last ?? "" }.count { $0 == "FAIL" } == 1)
    #expect(optuna.dropFirst().allSatisfy { Double($0[1]) != nil })
    let wandb = rows(.wandb)
    #expect(wandb[0] == ["Name", "State", "Sweep", "temperature", "top_k", "distinct_1", "nll"])
    #expect(wandb.last?[1] == "failed")
    let plain = rows(.plain)
    #expect(plain.allSatisfy { $0.count == plain[0].count })
    #expect(plain[1][0] == "1")
  }

  @Test func aTerminalObeysNothingInATable() throws {
    let (ranking, _) = try ranking(
      #""metrics": ["nll"], "parameters": {"lora": {"values": ["a\u001b[2J", "b\u009b\tc"]}}"#)
    for format in TrialCSV.allCases {
      let text = format.text(of: ranking)
      #expect(text.contains(#"a\u{1b}[2J"#) && text.contains("b\\u{9b}\tc"))
      #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{9B}" })
    }
  }

  @Test func fieldsThatHoldSeparatorsAreQuoted() throws {
    let (ranking, _) = try ranking(
      #""metrics": ["nll"], "parameters": {"lora": {"values": ["a,b", "say \"hi\""]}}"#)
    let text = TrialCSV.plain.text(of: ranking)
    #expect(text.contains(#","a,b","#))
    #expect(text.contains(#","say ""hi""","#))
  }
}
