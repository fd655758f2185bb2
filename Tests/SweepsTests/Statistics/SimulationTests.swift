import Foundation
import Sweeps
import Testing

/// Sweeps with a known truth, over and over: how often intervals hold it, how often tests find what isn't there.
///
/// A few hundred sweeps in every run of the tests, which show gross faults; `DECODE_SIMULATION_ROUNDS=10000` gives the
/// numbers, with standard errors of 0.2 points, and prints them.
struct SimulationTests {
  private let rounds =
    ProcessInfo.processInfo.environment["DECODE_SIMULATION_ROUNDS"].flatMap(Int.init) ?? 200

  /// Four standard errors of a share of `rounds`.
  private func slack(_ share: Double) -> Double {
    4 * (share * (1 - share) / Double(rounds)).squareRoot()
  }

  private func tell(_ what: String, _ share: Double) {
    guard rounds >= 1_000 else { return }
    print("simulation of \(rounds) sweeps: \(what): \((share * 1e4).rounded() / 100) %")
  }

  /// How a prompt's difference varies about the truth.
  enum Law: String, CaseIterable {
    case normal, heavyTailed, uniform, twoValued

    func draw(_ stream: inout PhiloxStream) -> Double {
      switch self {
      case .normal: return Self.normal(&stream)
      // Student's t with 3 degrees of freedom.
      case .heavyTailed:
        let squares = (0..<3).reduce(0.0) { sum, _ in
          let value = Self.normal(&stream)
          return sum + value * value
        }
        return Self.normal(&stream) / (squares / 3).squareRoot()
      case .uniform: return 2 * stream.uniform() - 1
      case .twoValued: return stream.uniform() < 0.5 ? -1 : 1
      }
    }

    static func normal(_ stream: inout PhiloxStream) -> Double {
      (-2 * log(stream.uniform())).squareRoot() * cos(2 * .pi * stream.uniform())
    }
  }

  @Test(arguments: Law.allCases, [8, 16, 40])
  func intervalsOfDifferencesCover(law: Law, prompts: Int) {
    var stream = PhiloxStream(seed: UInt64(prompts), purpose: .randomSearch)
    let zero = PromptStatistics(meanOf: Array(repeating: 0, count: prompts))
    var hits = 0
    for round in 0..<rounds {
      let numbers = (0..<prompts).map { _ in 0.7 + law.draw(&stream) }
      let interval = RandomSubsets(
        promptCount: prompts, subsetCount: 399, seed: UInt64(round)
      ).interval(of: PromptStatistics(meanOf: numbers), minus: zero)
      if interval.lower <= 0.7 + 1e-12, interval.upper >= 0.7 - 1e-12 { hits += 1 }
    }
    let share = Double(hits) / Double(rounds)
    tell("\(law.rawValue) differences, \(prompts) prompts, 95 % intervals cover", share)
    #expect(share >= 0.95 - slack(0.95))
  }

  @Test func intervalsThatHoldAtAnyTimeCoverWithPeekingAfterEveryPrompt() {
    var stream = PhiloxStream(seed: 5, purpose: .randomSearch)
    var misses = 0
    let rounds = rounds
    for round in 0..<rounds {
      let population = (0..<60).map { index in
        round.isMultiple(of: 2)
          ? (stream.uniform() < 0.3 ? 1 : 0) : 2 * stream.uniform() - 1 + Double(index % 3) / 3
      }.map { min(max($0, -1), 1) }
      let mean = population.reduce(0, +) / 60
      var sequence = BettingSequence(populationCount: 60, bounds: -1...1)
      var isMissed = false
      for place in stream.permutation(of: 60) {
        sequence.observe(population[place])
        // The interval misses the mean exactly where the mean is refused.
        if sequence.pValue(against: mean) <= 0.05 { isMissed = true }
      }
      if isMissed { misses += 1 }
    }
    let share = 1 - Double(misses) / Double(rounds)
    tell("all of 60 looks, any-time 95 % intervals cover", share)
    #expect(share >= 0.95 - slack(0.95))
  }

  @Test func holmFindsNothingWhereNothingIs() {
    var stream = PhiloxStream(seed: 6, purpose: .randomSearch)
    var found = 0
    for round in 0..<rounds {
      // Ten trials that are as good as the baseline, on the same twelve prompts.
      let baseline = PromptStatistics(meanOf: (0..<12).map { _ in Law.normal(&stream) })
      let values = (0..<10).map { _ in
        ApproximateRandomization(rounds: 999, seed: UInt64(round)).pValue(
          of: PromptStatistics(meanOf: (0..<12).map { _ in Law.normal(&stream) }),
          against: baseline)
      }
      if HolmCorrection.adjusted(values).contains(where: { $0 < 0.05 }) { found += 1 }
    }
    let share = Double(found) / Double(rounds)
    tell("ten trials that differ in nothing, Holm's p below 0.05 for any", share)
    #expect(share <= 0.05 + slack(0.05))
  }

  @Test func theExpectedBestIsUnbiased() {
    var stream = PhiloxStream(seed: 7, purpose: .randomSearch)
    // Of settings that are uniform in 0...1, the best of m has the mean m / (m + 1).
    var sums = Array(repeating: 0.0, count: 12)
    for _ in 0..<rounds {
      let curve = ExpectedBest.curve((0..<12).map { _ in stream.uniform() }.sorted())
      for (index, value) in curve.enumerated() { sums[index] += value / Double(rounds) }
    }
    var worst = 0.0
    for (index, mean) in sums.enumerated() {
      let m = Double(index + 1)
      let deviation = (m / ((m + 1) * (m + 1) * (m + 2))).squareRoot()
      let error = abs(mean - m / (m + 1)) / (deviation / Double(rounds).squareRoot())
      worst = max(worst, error)
    }
    tell("expected best of 1 to 12, the greatest bias in standard errors, of 100", worst / 100)
    #expect(worst < 4.5)
  }

  @Test(arguments: [Law.normal, .heavyTailed, .twoValued], [8, 16, 40])
  func bandsHoldTheWholeCurve(law: Law, prompts: Int) {
    var stream = PhiloxStream(seed: UInt64(prompts), purpose: .bootstrap)
    // A tenth of the rounds: a band looks at a whole curve.
    let rounds = max(rounds / 10, 100)
    let stepCount = 30
    var held = 0
    for round in 0..<rounds {
      // Step functions about 0, of which about each seventh value is new.
      var numbers = (0..<prompts).map { _ in law.draw(&stream) }
      var band = SimultaneousBand(
        bootstrap: Bootstrap(promptCount: prompts, resampleCount: 400, seed: UInt64(round)))
      for _ in 0..<stepCount {
        band.add(PromptStatistics(meanOf: numbers))
        for index in numbers.indices where stream.uniform() < 0.15 {
          numbers[index] = law.draw(&stream)
        }
      }
      if band.steps.allSatisfy({ $0.lower <= 0 && $0.upper >= 0 }) { held += 1 }
    }
    let share = Double(held) / Double(rounds)
    tell(
      "\(law.rawValue) curves, \(prompts) prompts, 95 % bands hold all of \(stepCount) steps", share
    )
    // Of two values, all prompts may have the same by chance, and few prompts can't tell.
    guard law != .twoValued || prompts >= 16 else { return }
    #expect(share >= 0.95 - 4 * (0.95 * 0.05 / Double(rounds)).squareRoot())
  }

  @Test func powerIsWhatItSays() {
    let power = PairedPower(deviation: 1)
    let difference = power.detectableDifference(promptCount: 40)
    var stream = PhiloxStream(seed: 8, purpose: .randomSearch)
    let zero = PromptStatistics(meanOf: Array(repeating: 0, count: 40))
    var seen = 0
    for round in 0..<rounds {
      let numbers = (0..<40).map { _ in difference + Law.normal(&stream) }
      let interval = RandomSubsets(promptCount: 40, subsetCount: 399, seed: UInt64(round))
        .interval(of: PromptStatistics(meanOf: numbers), minus: zero)
      if interval.lower > 0 { seen += 1 }
    }
    let share = Double(seen) / Double(rounds)
    tell("a difference that is seen with a power of 80 % on 40 prompts is seen", share)
    #expect(abs(share - 0.8) < 0.04 + slack(0.8))
  }
}
