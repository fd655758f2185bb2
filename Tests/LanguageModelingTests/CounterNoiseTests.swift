import Foundation
import LanguageModeling
import Testing

@Suite struct CounterNoiseTests {
  private struct Fixture: Decodable {
    struct Hash: Decodable {
      var tokens: [TokenID]
      var hash: String
    }
    struct Case: Decodable {
      var seed: String
      var prompt: [TokenID]
      var sample: Int
      var position: Int
      var token: TokenID?
      var bits: String
      var gumbel: Double
    }
    var hashes: [Hash]
    var cases: [Case]
  }

  private func fixture() throws -> Fixture {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/noise.json")
    return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: url))
  }

  @Test func agreesWithAnImplementationFromTheDescriptionAlone() throws {
    for sample in try fixture().cases {
      let seed = try #require(UInt64(sample.seed))
      let bits = try #require(UInt64(sample.bits))
      let noise = CounterNoise(
        seed: seed, prompt: PromptHash(sample.prompt), sample: sample.sample)
      let uniform = (Double(bits) + 0.5) * 0x1p-52
      if let token = sample.token {
        #expect(noise.uniform(position: sample.position, token: token) == uniform)
        let gumbel = noise.gumbel(position: sample.position, token: token)
        #expect(abs(gumbel - sample.gumbel) <= 4e-15 * max(1, abs(sample.gumbel)))
      } else {
        #expect(noise.uniform(position: sample.position) == uniform)
      }
    }
  }

  @Test func hashesAreFNV1a() throws {
    for sample in try fixture().hashes {
      #expect(PromptHash(sample.tokens).rawValue == UInt64(sample.hash))
    }
    // The published hash of “foob”.
    #expect(PromptHash([0x626f_6f66]).rawValue == 0xdd12_0e79_0c25_12af)
  }

  @Test func uniformsFillTheIntervalEvenly() {
    let noise = CounterNoise(seed: 7, prompt: PromptHash([1, 2, 3]), sample: 0)
    var counts = Array(repeating: 0, count: 64)
    for position in 0..<100 {
      for token in 0..<640 {
        let u = noise.uniform(position: position, token: TokenID(token))
        #expect(u > 0 && u < 1)
        counts[Int(u * 64)] += 1
      }
    }
    let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000 }
    // 63 degrees of freedom: 103.4 is exceeded once in a thousand.
    #expect(chiSquare < 103.4)
  }

  @Test func everyPartOfTheKeyChangesTheNoise() {
    let hash = PromptHash([1, 2])
    let base = CounterNoise(seed: 1, prompt: hash, sample: 0)
    let values = [
      base.uniform(position: 3, token: 5), base.uniform(position: 4, token: 5),
      base.uniform(position: 3, token: 6), base.uniform(position: 3, token: 9),
      base.uniform(position: 3),
      CounterNoise(seed: 2, prompt: hash, sample: 0).uniform(position: 3, token: 5),
      CounterNoise(seed: 1 << 32 | 1, prompt: hash, sample: 0).uniform(position: 3, token: 5),
      CounterNoise(seed: 1, prompt: PromptHash([2, 1]), sample: 0).uniform(position: 3, token: 5),
      CounterNoise(seed: 1, prompt: hash, sample: 1).uniform(position: 3, token: 5),
    ]
    #expect(Set(values).count == values.count)
  }

  @Test func everyRoundHasNoiseOfItsOwnAndTheFirstIsThePlainOne() {
    let noise = CounterNoise(seed: 4, prompt: PromptHash([1, 2]), sample: 1)
    #expect(noise.inRound(0) == noise)
    #expect(noise.inRound(3).inRound(0) == noise)
    var seen: Set<Double> = []
    for round in 0..<50 {
      let round = noise.inRound(round)
      for position in 0..<4 {
        seen.formUnion([round.uniform(position: position), round.coin(position: position)])
        for token: TokenID in 0..<6 { seen.insert(round.uniform(position: position, token: token)) }
      }
    }
    #expect(seen.count == 50 * 4 * 8)
  }

  @Test func portableLogarithmIsWithinTwoUnitsInTheLastPlace() {
    let noise = CounterNoise(seed: 3, prompt: PromptHash([]), sample: 0)
    var xs = [
      Double.leastNonzeroMagnitude, .leastNormalMagnitude, 0x1p-53, 1, 0x1.fffffffffffffp-1,
    ]
    for position in 0..<20_000 {
      let u = noise.uniform(position: position)
      xs += [u, 1 / u, 1 + u * 1e-6, 1 - u * 1e-6]
    }
    for x in xs {
      let expected = Foundation.log(x)
      #expect(abs(PortableLogarithm.log(x) - expected) <= 2 * expected.ulp)
    }
    for x in xs where x < 1 {
      let expected = Foundation.log1p(-x)
      #expect(abs(PortableLogarithm.logOfComplement(x) - expected) <= 2 * expected.ulp)
    }
    #expect(PortableLogarithm.log(0) == -.infinity)
    #expect(PortableLogarithm.log(.infinity) == .infinity)
    #expect(PortableLogarithm.log(.nan).isNaN)
  }
}
