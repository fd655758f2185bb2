import Decoding
import Foundation
import LanguageModeling
import TestSupport
import Testing

/// Draws under each filter against the distribution that it leaves of eight tokens, worked out by hand.
@Suite struct SamplerDistributionTests {
  /// Entropy 1.684 nats; the logarithms have a standard deviation of 1.1504.
  private static let p = [0.35, 0.25, 0.15, 0.1, 0.08, 0.04, 0.02, 0.01]

  private static func kept(_ tokens: Set<Int>) -> [Double] {
    let sum = tokens.reduce(0) { $0 + p[$1] }
    return p.indices.map { tokens.contains($0) ? p[$0] / sum : 0 }
  }

  private static func tempered(_ temperature: Double) -> [Double] {
    let powers = p.map { pow($0, 1 / temperature) }
    return powers.map { $0 / powers.reduce(0, +) }
  }

  private static func cases() throws -> [(any Filter, [Double])] {
    let share = -p.reduce(0) { $0 + $1 * log($1) } / log(8)
    let excluded = zip(p, kept([2, 3, 4, 5, 6, 7])).map { 0.6 * $0 + 0.4 * $1 }
    return [
      // 0.2 of the best is 0.07.
      (try MinP(0.2), kept([0, 1, 2, 3, 4])),
      (try EpsilonCutoff(0.05), kept([0, 1, 2, 3, 4])),
      // sqrt(0.09) · exp(−1.684) is 0.0557.
      (try EtaCutoff(0.09), kept([0, 1, 2, 3, 4])),
      // The distances from the entropy are 0.634, 0.298, 0.213, 0.619, 0.842 and more.
      (try Typical(0.55), kept([0, 1, 2, 3])),
      // ln 0.35 − 1.1504 is ln 0.1108.
      (try TopNSigma(1), kept([0, 1, 2])),
      // The terms −p ln p add up to 0.367, 0.714, 0.999, 1.229; the limit is 1.010.
      (try TopH(0.6), kept([0, 1, 2])),
      (try XTC(probability: 0.4, threshold: 0.12), excluded),
      (try DynamicTemperature(range: 0.5), tempered(0.5 + share)),
      (try DynamicTemperature(center: 1.5, range: 2, exponent: 2), tempered(3.5 * share * share)),
    ]
  }

  @Test func everyFilterLeavesItsDistributionToTheDraw() throws {
    let model = TableLanguageModel(vocabularyCount: 8) { _ in Self.p.map { Float(log($0)) } }
    for (filter, expected) in try Self.cases() {
      let request = DecodingRequest(
        prompt: [0], strategy: Sampling(filters: [filter]), samples: Array(0..<30_000), seed: 23,
        stopRules: StopRules(maxNewTokens: 1))
      var counts = Array(repeating: 0, count: 8)
      for tokens in try run([request], over: model)[0].tokens { counts[Int(tokens[0])] += 1 }
      #expect(chiSquareDeviate(counts: counts, probabilities: expected) < 3.5, "\(filter)")
    }
  }
}
