import JSON
import Sweeps
import Testing

struct RandomSourceTests {
  private func grid(_ name: String, _ count: Int) -> ParameterSpace {
    ParameterSpace([
      Parameter(name: name, distribution: .integers(minimum: 1, maximum: count))
    ])
  }

  @Test func finiteSpacesAreDrawnWithoutReplacementUntilTheyRunOut() {
    for seed in 0..<20 as Range<UInt64> {
      var source = RandomSource(spaces: [grid("a", 5), grid("b", 7)], count: 40, seed: seed)
      let points = source.next()
      #expect(points.count == 12)
      #expect(Set(points).count == 12)
    }
  }

  @Test func pointsOfFiniteSpacesAreAllAsProbable() {
    var counts: [[JSONMember]: Int] = [:]
    for seed in 0..<6_000 as Range<UInt64> {
      var source = RandomSource(spaces: [grid("a", 2), grid("b", 10)], count: 3, seed: seed)
      for point in source.next() { counts[point, default: 0] += 1 }
    }
    #expect(counts.count == 12)
    // 1,500 expected; four standard deviations of a binomial with p = ¼ are 134.
    #expect(counts.values.allSatisfy { abs($0 - 1_500) < 134 })
  }

  @Test func rangesKeepTheirBoundsAndAreEven() {
    let cases: [(Distribution, (Double) -> Double)] = [
      (.uniform(minimum: 0.2, maximum: 1.4), { ($0 - 0.2) / 1.2 }),
      (.logUniform(minimum: 0.01, maximum: 100), { logarithm($0 / 0.01) / logarithm(10_000) }),
    ]
    for (distribution, share) in cases {
      var source = RandomSource(
        spaces: [ParameterSpace([Parameter(name: "x", distribution: distribution)])], count: 4_000,
        seed: 1)
      var quarters = [0, 0, 0, 0]
      for point in source.next() {
        let place = share(point[0].value.double ?? .nan)
        #expect(place >= -1e-9 && place <= 1 + 1e-9)
        quarters[min(3, max(0, Int(place * 4)))] += 1
      }
      // Four standard deviations of a binomial with n = 4,000 and p = ¼ are 110.
      #expect(quarters.allSatisfy { abs($0 - 1_000) < 110 })
    }
  }

  private func logarithm(_ x: Double) -> Double {
    // ln x as the area under 1/t is too slow; halving the exponent is enough for a test of evenness.
    var (value, sum) = (x, 0.0)
    while value > 2 {
      value /= 2
      sum += 0.693_147_180_559_945_3
    }
    let ratio = (value - 1) / (value + 1)
    var term = ratio
    var power = 1.0
    for _ in 0..<40 {
      sum += 2 * term / power
      term *= ratio * ratio
      power += 2
    }
    return sum
  }

  @Test func normalDrawsHaveTheirMomentsAndCategoriesTheirProbabilities() {
    var stream = PhiloxStream(seed: 3, purpose: .randomSearch)
    let normal = Distribution.normal(mean: 2, deviation: 0.5)
    let draws = (0..<10_000).map { _ in normal.draw(using: &stream).double ?? .nan }
    let mean = draws.reduce(0, +) / 10_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 10_000
    #expect(abs(mean - 2) < 0.02)
    #expect(abs(variance - 0.25) < 0.015)

    let categorical = Distribution.categorical(
      [.string("a"), .string("b")], probabilities: [0.2, 0.8])
    let count = (0..<10_000).count { _ in categorical.draw(using: &stream) == .string("a") }
    #expect(abs(count - 2_000) < 160)
  }

  @Test func drawnNumbersAreShort() {
    var stream = PhiloxStream(seed: 3, purpose: .randomSearch)
    for distribution in [
      Distribution.uniform(minimum: 0, maximum: 1), .logUniform(minimum: 1e-4, maximum: 1e4),
      .normal(mean: 0, deviation: 1),
    ] {
      for _ in 0..<1_000 {
        let text = distribution.draw(using: &stream).text.filter(\.isNumber)
        #expect(text.drop { $0 == "0" }.count <= 8, "\(text)")
      }
    }
  }

  @Test func theSeedDecides() {
    func points(_ seed: UInt64) -> [[JSONMember]] {
      var source = RandomSource(
        spaces: [
          ParameterSpace([
            Parameter(name: "t", distribution: .uniform(minimum: 0, maximum: 1))
          ])
        ], count: 5, seed: seed)
      return source.next()
    }
    #expect(points(1) == points(1))
    #expect(points(1) != points(2))
  }
}
