import Foundation
import Sweeps
import Testing

/// What scipy, statsmodels and confseq make of numbers: `Fixtures/statistics.json`.
private struct StatisticsFixture: Decodable {
  var betting: [Betting]
  var power: [Power]
  var randomization: [Randomization]
  var subsets: [Subsets]
  var holm: Holm
  var variance: [Variance]
  var best: [Best]

  struct Betting: Decodable {
    var numbers: [Double]
    var population: Int
    var means: [Double]
    /// `nil`: infinite.
    var capitals: [Double?]
    var logical: [Double]
  }
  struct Power: Decodable {
    var deviation: Double
    var count: Int
    var difference: Double
  }
  struct Randomization: Decodable {
    var left: [Double]
    var right: [Double]
    var p: Double
  }
  struct Subsets: Decodable {
    var numbers: [Double]
    var lower: Double
    var upper: Double
  }
  struct Holm: Decodable {
    var p: [Double]
    var adjusted: [Double]
  }
  struct Variance: Decodable {
    var groups: [[Double]]
    var f: Double
  }
  struct Best: Decodable {
    var values: [Double]
    var curve: [Double]
  }

  static func load() throws -> StatisticsFixture {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/statistics.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: path))
  }
}

struct StatisticsFixtureTests {
  private let fixture: StatisticsFixture

  init() throws { fixture = try StatisticsFixture.load() }

  private func isClose(_ left: Double, _ right: Double) -> Bool {
    abs(left - right) <= 1e-9 * max(1, right.magnitude)
  }

  @Test func capitalIsThatOfConfseq() throws {
    for example in fixture.betting {
      var sequence = BettingSequence(populationCount: example.population, bounds: 0...1)
      for number in example.numbers { sequence.observe(number) }
      for (mean, expected) in zip(example.means, example.capitals) {
        let capital = sequence.capital(against: mean)
        guard let expected else {
          #expect(capital == .infinity)
          continue
        }
        #expect(isClose(capital, expected), "\(mean): \(capital), \(expected)")
      }
      let interval = sequence.interval
      #expect(interval.lower >= example.logical[0] - 1e-9)
      #expect(interval.upper <= example.logical[1] + 1e-9)
    }
  }

  @Test func powerIsThatOfStatsmodels() {
    for example in fixture.power {
      let power = PairedPower(deviation: example.deviation)
      #expect(
        isClose(power.detectableDifference(promptCount: example.count), example.difference))
      #expect(power.promptCount(toDetect: example.difference) == example.count)
    }
  }

  @Test func randomizationIsThatOfScipy() {
    for example in fixture.randomization {
      let p = ApproximateRandomization(seed: 1).pValue(
        of: PromptStatistics(meanOf: example.left), against: PromptStatistics(meanOf: example.right)
      )
      #expect(isClose(p, example.p))
    }
  }

  @Test func intervalsHoldWhatTheRandomizationTestDoesNotRefuse() {
    for example in fixture.subsets {
      let count = example.numbers.count
      let subsets = RandomSubsets(promptCount: count, subsetCount: 1 << count, seed: 1)
      let zero = PromptStatistics(meanOf: Array(repeating: 0, count: count))
      let interval = subsets.interval(
        of: PromptStatistics(meanOf: example.numbers), minus: zero)
      #expect(isClose(interval.lower, example.lower) && isClose(interval.upper, example.upper))
      // A little outside of an end, the test refuses; inside it doesn't.
      func p(_ difference: Double) -> Double {
        ApproximateRandomization(seed: 1).pValue(
          of: PromptStatistics(meanOf: example.numbers),
          against: PromptStatistics(meanOf: Array(repeating: difference, count: count)))
      }
      for (end, outwards) in [(interval.lower, -1.0), (interval.upper, 1.0)] {
        #expect(p(end + outwards * 1e-6) <= 0.05)
        #expect(p(end - outwards * 1e-6) > 0.05)
      }
    }
  }

  @Test func holmIsThatOfStatsmodels() {
    let adjusted = HolmCorrection.adjusted(fixture.holm.p)
    for (own, expected) in zip(adjusted, fixture.holm.adjusted) { #expect(isClose(own, expected)) }
  }

  @Test func meanSquaresAreThoseOfScipy() throws {
    for example in fixture.variance {
      let found = try #require(VarianceComponents(example.groups))
      let own = 1 + found.sampleCount * found.prompts / found.samples
      // A ratio below 1 leaves no variance to the prompts.
      #expect(isClose(own, max(1, example.f)))
    }
  }

  @Test func theExpectedBestIsTheMeanOverAllChoices() {
    for example in fixture.best {
      let curve = ExpectedBest.curve(example.values)
      #expect(curve.count == example.curve.count)
      for (own, expected) in zip(curve, example.curve) { #expect(isClose(own, expected)) }
    }
    #expect(ExpectedBest.curve([]).isEmpty && ExpectedBest.curve([4]) == [4])
  }
}
