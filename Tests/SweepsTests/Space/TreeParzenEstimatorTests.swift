import JSON
import Sweeps
import Testing

struct TreeParzenEstimatorTests {
  private let spaces = [
    ParameterSpace([
      Parameter(name: "temperature", distribution: .uniform(minimum: 0, maximum: 2)),
      Parameter(name: "top_k", distribution: .integers(minimum: 0, maximum: 100)),
      Parameter(name: "order", distribution: .values([.string("a"), .string("b"), .string("c")])),
      Parameter(
        name: "penalty", distribution: .logUniform(minimum: 0.01, maximum: 100)),
    ]),
    ParameterSpace([Parameter(name: "num_beams", distribution: .values([.integer(4)]))]),
  ]

  /// Greatest, 0, at temperature 0.7, top-k 40, order b, penalty 1.
  private func score(_ point: [JSONMember]) -> Double {
    let object = JSONValue.object(point)
    guard let temperature = object["temperature"]?.double, let topK = object["top_k"]?.double,
      let penalty = object["penalty"]?.double
    else { return -3 }
    let ratio = max(penalty, 1 / penalty)
    return -abs(temperature - 0.7) - abs(topK - 40) / 50
      - (object["order"] == .string("b") ? 0 : 0.5) - (ratio - 1) / 20
  }

  private func best(of source: some PointSource) -> Double {
    var source = source
    var best = -Double.infinity
    while true {
      let points = source.next()
      guard !points.isEmpty else { return best }
      let scores = points.map(score)
      best = max(best, scores.max() ?? best)
      source.observe(scores)
    }
  }

  @Test func findsBetterPointsThanChance() {
    var wins = 0
    var gain = 0.0
    for seed in 0..<20 as Range<UInt64> {
      let estimator = best(of: TreeParzenEstimator(spaces: spaces, count: 60, seed: seed))
      let chance = best(of: RandomSource(spaces: spaces, count: 60, seed: seed))
      if estimator > chance { wins += 1 }
      gain += (estimator - chance) / 20
    }
    #expect(wins >= 15)
    #expect(gain > 0.05)
  }

  @Test func proposesExactlyAsManyPointsAsAskedAndInsideTheirRanges() {
    for count in [1, 7, 10, 11, 33] {
      var source = TreeParzenEstimator(spaces: spaces, count: count, seed: 5)
      var points: [[JSONMember]] = []
      while true {
        let turn = source.next()
        if turn.isEmpty { break }
        points += turn
        source.observe(turn.map(score))
      }
      #expect(points.count == count)
      for point in points where point.count == 4 {
        #expect((0...2).contains(point[0].value.double ?? .nan))
        #expect((0...100).contains(point[1].value.double ?? .nan))
        #expect((0.01...100).contains(point[3].value.double ?? .nan))
      }
    }
  }

  @Test func failuresAreShunnedAndAllFailingIsNoTrap() {
    // Everything above temperature 1 fails.
    var source = TreeParzenEstimator(spaces: [spaces[0]], count: 80, seed: 2)
    var failures: [Bool] = []
    while true {
      let turn = source.next()
      if turn.isEmpty { break }
      let scores = turn.map { (($0[0].value.double ?? 2) > 1) ? Double.nan : 1 }
      failures += scores.map(\.isNaN)
      source.observe(scores)
    }
    #expect(failures.suffix(40).count { $0 } < 12)

    var failing = TreeParzenEstimator(spaces: spaces, count: 30, seed: 2)
    var count = 0
    while true {
      let turn = failing.next()
      if turn.isEmpty { break }
      count += turn.count
      failing.observe(turn.map { _ in .nan })
    }
    #expect(count == 30)
  }

  @Test func isAFunctionOfSeedAndScores() {
    func run(_ seed: UInt64) -> [[JSONMember]] {
      var source = TreeParzenEstimator(spaces: spaces, count: 30, seed: seed)
      var points: [[JSONMember]] = []
      while true {
        let turn = source.next()
        if turn.isEmpty { return points }
        points += turn
        source.observe(turn.map(score))
      }
    }
    #expect(run(1) == run(1))
    #expect(run(1) != run(2))
  }
}
