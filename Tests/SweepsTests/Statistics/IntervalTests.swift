import Sweeps
import Testing

struct IntervalTests {
  @Test func fewPromptsHaveNoInterval() {
    for count in 0...5 {
      let interval = RandomSubsets(promptCount: count, seed: 1).interval(
        of: PromptStatistics(meanOf: (0..<count).map(Double.init)))
      #expect(interval.lower.isNaN && interval.upper.isNaN)
    }
    let six = RandomSubsets(promptCount: 6, seed: 1).interval(
      of: PromptStatistics(meanOf: [1, 2, 3, 4, 5, 6]))
    // The least and the greatest of 63 subsets: 62 of 64 places lie between them.
    #expect(six.lower == 1 && six.upper == 6)
  }

  @Test func equalTextsDifferByNothingForSure() {
    let statistics = PromptStatistics(meanOf: (0..<20).map { Double($0 * $0 % 7) })
    let interval = RandomSubsets(promptCount: 20, seed: 2).interval(
      of: statistics, minus: statistics)
    #expect(interval.estimate == 0 && interval.lower == 0 && interval.upper == 0)
  }

  @Test func clustersAreResampledWhole() {
    // Two documents of eight prompts each, alike within: there are two numbers, and not sixteen.
    let numbers = (0..<16).map { $0 < 8 ? 1.0 : 3.0 }
    let grouped = PromptStatistics(meanOf: numbers).grouped([Array(0..<8), Array(8..<16)])
    #expect(grouped.promptCount == 2 && grouped.score == 2)
    #expect(RandomSubsets(promptCount: 2, seed: 1).interval(of: grouped).lower.isNaN)
  }

  @Test func pseudovaluesOfAMeanAreItsNumbers() {
    let numbers = [1.0, 4, 2, 8]
    for (own, expected) in zip(PromptStatistics(meanOf: numbers).pseudovalues, numbers) {
      #expect(abs(own - expected) < 1e-12)
    }
    #expect(PromptStatistics(meanOf: [7]).pseudovalues == [7])
  }

  @Test func bettingKnowsTheMeanOnceItHasSeenAll() {
    var sequence = BettingSequence(populationCount: 5, bounds: -2...2)
    #expect(sequence.interval.lower == -2 && sequence.interval.upper == 2)
    for number in [1.0, -1, 2, 0, 0.5] { sequence.observe(number) }
    let interval = sequence.interval
    #expect(abs(interval.lower - 0.5) < 1e-6 && abs(interval.upper - 0.5) < 1e-6)
    // More than 0.9 would need a number above 2 at the end.
    #expect(sequence.capital(against: 0.95) == .infinity)
  }

  @Test func bettingNarrowsAndRefusesWhatIsFar() {
    var sequence = BettingSequence(populationCount: 1_000, bounds: 0...1)
    var stream = PhiloxStream(seed: 4, purpose: .randomSearch)
    var width = 1.0
    for count in 1...400 {
      sequence.observe(0.6 + 0.2 * stream.uniform())
      if count.isMultiple(of: 100) {
        let interval = sequence.interval
        #expect(interval.lower < 0.7 && interval.upper > 0.7)
        #expect(interval.upper - interval.lower <= width)
        width = interval.upper - interval.lower
      }
    }
    #expect(width < 0.1)
    #expect(sequence.pValue(against: 0.5) < 1e-4 && sequence.pValue(against: 0.7) > 0.05)
  }

  @Test func moreSamplesHelpAsFarAsTheyVary() throws {
    let components = try #require(VarianceComponents([[1, 3], [5, 7]]))
    #expect(components.samples == 2 && components.prompts == 7)
    #expect(abs(components.sampleShare - 1.0 / 8) < 1e-12)
    #expect(components.varianceOfMean(promptCount: 2, sampleCount: 2) == 4)
    #expect(VarianceComponents([[1, 2]]) == nil)
    #expect(VarianceComponents([[1], []]) == nil)
    // One sample a prompt can't tell both apart.
    #expect(try #require(VarianceComponents([[1], [3]])).samples == 0)
  }
}
