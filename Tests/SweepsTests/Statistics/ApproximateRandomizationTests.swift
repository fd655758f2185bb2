import Sweeps
import Testing

struct ApproximateRandomizationTests {
  /// The p-value by the definition: over all 2^n assignments.
  private func exactPValue(_ trial: [Double], _ baseline: [Double]) -> Double {
    let observed = abs(zip(trial, baseline).map(-).reduce(0, +))
    var extreme = 0
    for assignment in 0..<(1 << trial.count) {
      var difference = 0.0
      for prompt in trial.indices {
        let sign = assignment >> prompt & 1 == 1 ? -1.0 : 1
        difference += sign * (trial[prompt] - baseline[prompt])
      }
      if abs(difference) >= observed - 1e-9 { extreme += 1 }
    }
    return Double(extreme) / Double(1 << trial.count)
  }

  @Test func fewPromptsAreEnumerated() {
    let trial = [3.0, 1, 4, 1, 5, 9, 2, 6]
    let baseline = [2.0, 7, 1, 0, 2, 8, 1, 4]
    let pValue = ApproximateRandomization(seed: 1).pValue(
      of: PromptStatistics(meanOf: trial), against: PromptStatistics(meanOf: baseline))
    #expect(abs(pValue - exactPValue(trial, baseline)) < 1e-12)
  }

  @Test func aDrawnTestComesCloseToTheEnumeratedOne() {
    let trial = (0..<14).map { Double($0 * 5 % 11) + 0.6 }
    let baseline = (0..<14).map { Double($0 * 3 % 11) }
    let exact = exactPValue(trial, baseline)
    let drawn = ApproximateRandomization(rounds: 8_000, seed: 1).pValue(
      of: PromptStatistics(meanOf: trial), against: PromptStatistics(meanOf: baseline))
    // Three standard errors of 8,000 draws.
    #expect(abs(drawn - exact) < 3 * (exact * (1 - exact) / 8_000).squareRoot() + 1.0 / 8_000)
  }

  @Test func equalResultsGiveOne() {
    for count in [1, 5, 40] {
      let statistics = PromptStatistics(meanOf: (0..<count).map(Double.init))
      let test = ApproximateRandomization(rounds: 100, seed: 1)
      #expect(test.pValue(of: statistics, against: statistics) == 1)
    }
  }

  @Test func undefinedScoresAndOtherPromptsHaveNoPValue() {
    let test = ApproximateRandomization(seed: 1)
    let two = PromptStatistics(meanOf: [1, 2])
    #expect(test.pValue(of: PromptStatistics(meanOf: [1, .nan]), against: two).isNaN)
    #expect(test.pValue(of: PromptStatistics(meanOf: [1]), against: two).isNaN)
    #expect(
      test.pValue(of: PromptStatistics(meanOf: []), against: PromptStatistics(meanOf: [])).isNaN)
  }

  @Test func theTestKeepsItsLevelWhereNothingDiffers() {
    var stream = PhiloxStream(seed: 4, purpose: .randomSearch)
    var rejected = 0
    for _ in 0..<400 {
      let trial = (0..<12).map { _ in stream.uniform() }
      let baseline = (0..<12).map { _ in stream.uniform() }
      let pValue = ApproximateRandomization(rounds: 2_048, seed: 2).pValue(
        of: PromptStatistics(meanOf: trial), against: PromptStatistics(meanOf: baseline))
      if pValue <= 0.05 { rejected += 1 }
    }
    // 20 expected; four standard deviations are 17.
    #expect(rejected <= 37)
    #expect(rejected >= 5)
  }
}
