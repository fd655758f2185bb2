import Foundation
import LanguageModeling
import Metrics
import TestSupport
import Testing

@Suite struct Diversity {
  static func samples(_ count: Int, seed: UInt64) -> [[TokenID]] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      (0..<generator.below(12)).map { _ in TokenID(generator.below(5)) }
    }
  }

  @Test func poolingIsCountingAllAtOnce() {
    let samples = Self.samples(30, seed: 1)
    for order in 1...4 {
      let parts = samples.map { NGramDiversity(of: [$0], order: order) }
      #expect(NGramDiversity.sum(of: parts) == NGramDiversity(of: samples, order: order))
    }
    #expect(
      TokenHistogram.sum(of: samples.map { TokenHistogram(of: [$0]) })
        == TokenHistogram(of: samples))
  }

  @Test func nothingIsUndefinedAndNotZero() {
    #expect(NGramDiversity(of: [[1, 2]], order: 3).share == nil)
    #expect(NGramDiversity(of: [], order: 1).share == nil)
    #expect(SelfBLEU.value(of: [[1, 2, 3]]) == nil)
    #expect(TokenHistogram().entropy == nil && TokenHistogram().zipfCoefficient() == nil)
    #expect(TokenHistogram(counts: [4: 9]).zipfCoefficient() == nil)
    #expect(Mean().value == nil && Likelihood().perplexity == nil)
    #expect(Likelihood(logProbabilities: [-1]).bitsPerByte == nil)
    #expect(Likelihood(logProbabilities: []).textPerplexities.weight == 0)
  }

  @Test func equalSamplesAreAsAlikeAsCanBe() {
    let sample: [TokenID] = [1, 2, 3, 4, 5, 6]
    #expect(abs((SelfBLEU.value(of: [sample, sample, sample]) ?? 0) - 1) < 1e-12)
    #expect(SelfBLEU.value(of: [[1, 2, 3, 4], [5, 6, 7, 8]]) == 0)
    #expect(SelfBLEU.value(of: [[], []]) == 0)
  }

  /// Each sample against all others, reference by reference.
  @Test func countingOnceForAllIsCountingForEach() {
    for seed in 1...20 {
      let samples = Self.samples(6, seed: UInt64(seed))
      let scores = SelfBLEU.scores(of: samples, order: 3)
      for (index, sample) in samples.enumerated() {
        var others = samples
        others.remove(at: index)
        #expect(abs(scores[index] - Self.bleu(sample, others, order: 3)) < 1e-12)
      }
    }
  }

  private static func ngrams(_ tokens: [TokenID], _ order: Int) -> [[TokenID]: Int] {
    guard tokens.count >= order else { return [:] }
    return (0...(tokens.count - order)).reduce(into: [:]) {
      $0[Array(tokens[$1..<$1 + order]), default: 0] += 1
    }
  }

  private static func bleu(_ sample: [TokenID], _ others: [[TokenID]], order: Int) -> Double {
    var product = 1.0
    for n in 1...order {
      let own = ngrams(sample, n)
      let matches = own.reduce(0) { sum, item in
        sum + min(item.value, others.map { ngrams($0, n)[item.key] ?? 0 }.max() ?? 0)
      }
      if n == 1 && matches == 0 { return 0 }
      product *= (matches > 0 ? Double(matches) : 0.1) / Double(max(1, own.values.reduce(0, +)))
    }
    let closest =
      others.map(\.count).min {
        (abs($0 - sample.count), $0) < (abs($1 - sample.count), $1)
      } ?? 0
    let penalty =
      sample.count > closest ? 1 : exp(1 - Double(closest) / Double(sample.count))
    return penalty * pow(product, 1 / Double(order))
  }

  @Test func passAtKIsTheShareOfDrawsThatHoldACorrectSample() throws {
    for n in 1...7 {
      for c in 0...n {
        for k in 1...n {
          // All sets of k of the n samples, of which the first c are correct.
          let sets = (0..<(1 << n)).filter { $0.nonzeroBitCount == k }
          let hits = sets.filter { $0 & ((1 << c) - 1) != 0 }
          let value = try #require(PassAtK.estimate(samples: n, correct: c, k: k))
          #expect(abs(value - Double(hits.count) / Double(sets.count)) < 1e-12)
        }
      }
    }
    for (n, c, k) in [(0, 0, 1), (3, 4, 1), (3, -1, 1), (3, 1, 0), (3, 1, 4), (-1, 0, 1)] {
      #expect(PassAtK.estimate(samples: n, correct: c, k: k) == nil)
    }
  }

  @Test func oracleIsTheBestAndNeverNaN() {
    #expect(Oracle.value(of: [0.5, .nan, 2, 1]) == 2)
    #expect(Oracle.value(of: [.nan]) == nil && Oracle.value(of: []) == nil)
  }

  @Test func zipfTakesTheMostFrequentAlone() throws {
    let counts = Dictionary(uniqueKeysWithValues: (1...50).map { (TokenID($0), 6000 / $0) })
    var cut = counts
    for token in 51...500 { cut[TokenID(token)] = 1 }
    let whole = try #require(TokenHistogram(counts: counts).zipfCoefficient())
    #expect(abs(whole - 1) < 0.01)
    #expect(TokenHistogram(counts: cut).zipfCoefficient(limit: 50) == whole)
  }

  @Test func entropyOfEqualSharesIsTheLogarithmOfTheirNumber() {
    let histogram = TokenHistogram(of: [[1, 2, 3, 4], [4, 3, 2, 1]])
    #expect(abs((histogram.entropy ?? 0) - log(4)) < 1e-12)
    #expect(Entropy.nats(of: [1, 0, 0]) == 0)
  }
}

@Suite struct ExpectedUtility {
  @Test func valueIsTheMeanOverAllSamplesAndDuplicatesCount() {
    let texts = ["a cat", "a dog", "a cat", "", "the cat sat"]
    for weights in [nil, [1, 2, 0, 0.5, 3] as [Double]] {
      let values = ChrF().expectedUtilities(of: texts, weights: weights)
      for (text, value) in zip(texts, values) {
        var (sum, total) = (0.0, 0.0)
        for (reference, weight) in zip(texts, weights ?? texts.map { _ in 1 }) {
          let utility =
            text.isEmpty && reference.isEmpty
            ? 100 : ChrF().score(hypothesis: text, references: [reference])
          sum += weight * utility
          total += weight
        }
        #expect(abs(value - sum / total) < 1e-9)
      }
    }
  }

  @Test func orderOfTheSamplesChangesNoBit() {
    let texts = OverlapProperties.texts(40, seed: 8)
    let values = ChrF().expectedUtilities(of: texts)
    var generator = SplitMix64(seed: 9)
    for _ in 0..<5 {
      let order = texts.indices.shuffled(using: &generator)
      let shuffled = ChrF().expectedUtilities(of: order.map { texts[$0] })
      #expect(shuffled == order.map { values[$0] })
    }
  }

  @Test func nothingIsWorthNothing() {
    #expect(TokenF1().expectedUtilities(of: []).isEmpty)
    #expect(TokenF1().expectedUtilities(of: ["a"], weights: [0]) == [0])
    #expect(TokenF1().expectedUtilities(of: ["a", "b"], weights: [1]) == [1, 0])
  }
}
