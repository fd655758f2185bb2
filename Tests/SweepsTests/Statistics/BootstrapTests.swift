import Metrics
import Sweeps
import Testing

struct BootstrapTests {
  @Test func intervalsOfMeansCoverAboutAsOftenAsTheySay() {
    // Means of 40 uniform numbers: the true mean is ½.
    var stream = PhiloxStream(seed: 1, purpose: .randomSearch)
    var covered = 0
    let experiments = 400
    let bootstrap = Bootstrap(promptCount: 40, resampleCount: 400, seed: 9)
    for _ in 0..<experiments {
      let interval = bootstrap.interval(
        of: PromptStatistics(meanOf: (0..<40).map { _ in stream.uniform() }))
      if interval.lower <= 0.5, 0.5 <= interval.upper { covered += 1 }
    }
    // A percentile interval of 40 covers a little less than 95 %; three standard errors are 3.3 points.
    #expect(abs(Double(covered) / Double(experiments) - 0.94) < 0.035)
  }

  @Test func anIntervalHasTheWidthOfTheStandardError() {
    let numbers = (0..<100).map { Double($0 % 10) }
    let interval = Bootstrap(promptCount: 100, resampleCount: 4_000, seed: 3)
      .interval(of: PromptStatistics(meanOf: numbers))
    // Standard deviation √8.25, so a standard error of 0.2872 and ±1.96 of it.
    #expect(interval.estimate == 4.5)
    #expect(abs((interval.upper - interval.lower) - 2 * 1.96 * 0.2872) < 0.05)
  }

  @Test func oneConstantPromptLeavesNoWidth() {
    let interval = Bootstrap(promptCount: 1, seed: 0)
      .interval(of: PromptStatistics(meanOf: [2.5]))
    #expect(interval == ConfidenceInterval(estimate: 2.5, lower: 2.5, upper: 2.5))
  }

  @Test func noPromptsLeaveEverythingUndefined() {
    let bootstrap = Bootstrap(promptCount: 0, seed: 0)
    let empty = PromptStatistics(meanOf: [])
    #expect(bootstrap.interval(of: empty).estimate.isNaN)
    #expect(bootstrap.interval(of: empty).lower.isNaN)
    #expect(bootstrap.comparison(of: empty, with: empty).pValue.isNaN)
  }

  @Test func differencesArePaired() {
    // Prompts differ wildly, and the trial is always ahead by about a tenth: only a paired test can see that.
    let baseline = (0..<50).map { Double($0 * $0 % 97) }
    let trial = baseline.enumerated().map { $1 + 0.1 + 0.01 * Double($0 % 3) }
    let bootstrap = Bootstrap(promptCount: 50, seed: 5)
    let comparison = bootstrap.comparison(
      of: PromptStatistics(meanOf: trial), with: PromptStatistics(meanOf: baseline))
    #expect(comparison.difference.lower > 0.1)
    #expect(comparison.difference.upper < 0.12)
    #expect(comparison.pValue < 0.01)
    let own = bootstrap.interval(of: PromptStatistics(meanOf: baseline))
    #expect(own.upper - own.lower > 10)
  }

  @Test func equalTrialsAreNeverSignificant() {
    let numbers = (0..<20).map { Double($0 * 7 % 13) }
    let comparison = Bootstrap(promptCount: 20, seed: 1).comparison(
      of: PromptStatistics(meanOf: numbers), with: PromptStatistics(meanOf: numbers))
    #expect(comparison.difference == ConfidenceInterval(estimate: 0, lower: 0, upper: 0))
    #expect(comparison.pValue == 1)
  }

  @Test func aScoreOfSumsIsNotTheMeanOfScores() {
    // Pooled: 1 + 8 out of 2 + 8, not the mean of ½ and 1.
    let statistics = PromptStatistics(
      rows: [[1, 2], [8, 8]].map { MetricStatistics(sums: $0) }
    ) { $0.sums[0] / $0.sums[1] }
    #expect(statistics.score == 0.9)
    #expect(statistics.score(of: [0]) == 0.5)
    #expect(statistics.score(of: [0, 0, 1]) == 10.0 / 12)
    #expect(statistics.selecting([1]).score == 1)
  }
}
