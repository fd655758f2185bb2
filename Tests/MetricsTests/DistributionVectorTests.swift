import Foundation
import LanguageModeling
import Metrics
import Testing

/// Numbers that follow from the definitions, worked out by hand or in a few lines of Python.
@Suite struct DistributionVectors {
  static let texts: [[TokenID]] = [[1, 2, 3, 1, 2, 3], [1, 2, 4, 4, 4, 4]]

  @Test(arguments: zip(1...4, [4.0 / 12, 0.5, 0.75, 1]))
  func distinctIsPooledOverTexts(order: Int, expected: Double) {
    #expect(NGramDiversity(of: Self.texts, order: order).share == expected)
  }

  @Test func repetitionOfOneText() {
    for (order, expected) in zip(1...4, [0.5, 0.4, 0.25, 0]) {
      let value = NGramDiversity.repetition(in: Self.texts[0], order: order) ?? -1
      #expect(abs(value - expected) < 1e-12)
    }
    let cycle = (0..<32).map { TokenID($0 % 4 + 1) }
    for (order, expected) in zip(1...4, [0.875, 0.8709677419, 0.8666666667, 0.8620689655]) {
      let value = NGramDiversity.repetition(in: cycle, order: order) ?? -1
      #expect(abs(value - expected) < 1e-9)
    }
    #expect(NGramDiversity.repetition(in: [1, 2, 3], order: 4) == nil)
  }

  @Test(
    arguments: [
      (5, 2, 1, 0.4), (5, 2, 3, 0.9), (10, 3, 5, 0.9166666667), (20, 1, 10, 0.5), (4, 4, 2, 1),
      (5, 0, 3, 0),
    ] as [(Int, Int, Int, Double)])
  func passAtK(samples: Int, correct: Int, k: Int, expected: Double) throws {
    let value = try #require(PassAtK.estimate(samples: samples, correct: correct, k: k))
    #expect(abs(value - expected) < 1e-9)
  }

  @Test(
    arguments: [([12, 6, 4, 3], 1), ([8, 4, 2, 1], 1.4590219583), ([5, 5, 5], 0)]
      as [([Int], Double)])
  func zipf(counts: [Int], expected: Double) throws {
    let histogram = TokenHistogram(
      counts: Dictionary(uniqueKeysWithValues: counts.enumerated().map { (TokenID($0), $1) }))
    let value = try #require(histogram.zipfCoefficient())
    #expect(abs(value - expected) < 1e-9)
  }

  @Test func perplexityOfAHalfAQuarterAndAnEighth() {
    let likelihood = Likelihood(
      logProbabilities: [0.5, 0.25, 0.125].map { log($0) }, byteCount: 3)
    #expect(abs((likelihood.perplexity ?? 0) - 4) < 1e-12)
    #expect(abs((likelihood.bitsPerByte ?? 0) - 2) < 1e-12)
    #expect(abs((likelihood.mean ?? 0) - 2 * log(2)) < 1e-12)
  }

  @Test func pooledAndMeanPerplexityDiffer() {
    let both =
      Likelihood(logProbabilities: [log(0.5)]) + Likelihood(logProbabilities: [log(0.125)])
    #expect(abs((both.perplexity ?? 0) - 4) < 1e-12)
    #expect(abs((both.meanTextPerplexity ?? 0) - 5) < 1e-12)
  }

  @Test(arguments: [(0.5, 0.455429), (1.0, 0.947537), (2.0, 1.245050)])
  func entropyOfASoftmax(temperature: Double, expected: Double) {
    let weights = [2.0, 1, 0, -1].map { exp($0 / temperature) }
    let total = weights.reduce(0, +)
    #expect(abs(Entropy.nats(of: weights.map { $0 / total }) - expected) < 1e-6)
  }
}
