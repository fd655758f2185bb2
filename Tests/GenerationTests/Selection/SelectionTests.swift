import Decoding
import Foundation
import Generation
import Metrics
import Synchronization
import TestSupport
import Testing

@Suite struct MinimumBayesRiskTests {
  private func candidates(_ texts: [String], _ logProbabilities: [Double] = []) -> [SampleCandidate]
  {
    texts.enumerated().map {
      SampleCandidate(
        text: $1, logProbability: $0 < logProbabilities.count ? logProbabilities[$0] : 0)
    }
  }

  @Test func sampleMostLikeAllStandsFirst() {
    let samples = candidates([
      "the cat sat on the mat", "a dog barked", "the cat sat on a mat", "the cat sat on the mat!",
    ])
    for utility in [ChrF(), TokenF1()] as [any Utility] {
      let ranked = MinimumBayesRisk(utility: utility).rank(samples)
      #expect(Set(ranked.map(\.index)) == [0, 1, 2, 3])
      #expect(ranked.last?.index == 1)
      #expect(ranked.map(\.score) == ranked.map(\.score).sorted(by: >))
    }
  }

  @Test func exactMatchMakesItAMajorityVote() {
    var generator = SplitMix64(seed: 3)
    for _ in 0..<100 {
      let texts = (0..<7).map { _ in ["a", "b", "c"][generator.below(3)] }
      let ranked = MinimumBayesRisk(utility: ExactMatch()).rank(candidates(texts))
      let voted = SelfConsistency(answer: { $0 }).rank(candidates(texts))
      #expect(ranked.map(\.score) == voted.map(\.score))
      #expect(ranked.first?.index == voted.first?.index)
    }
  }

  @Test func scoreIsTheMeanUtilityOverAllSamples() {
    let texts = ["a b", "a c", "a b"]
    let ranked = MinimumBayesRisk(utility: TokenF1()).rank(candidates(texts))
    // “a” is an article, so that b and c have nothing in common.
    #expect(ranked.map(\.index) == [0, 2, 1])
    let expected: [Double] = [2.0 / 3, 2.0 / 3, 1.0 / 3]
    #expect(ranked.map(\.score) == expected)
  }

  @Test func probabilityDecidesTiesThenTheOrder() {
    let mbr = MinimumBayesRisk(utility: TokenF1())
    #expect(mbr.rank(candidates(["x", "y", "z"], [-3, -1, -2])).map(\.index) == [1, 2, 0])
    #expect(mbr.rank(candidates(["x", "y", "z"], [-1, -1, -1])).map(\.index) == [0, 1, 2])
  }

  @Test func weightsByProbabilityCountDuplicatesOnce() {
    let samples = candidates(["x", "x", "x", "y"], [-5, -5, -5, -1])
    #expect(MinimumBayesRisk(utility: ExactMatch()).rank(samples).first?.index == 0)
    let weighted = MinimumBayesRisk(utility: ExactMatch(), weighting: .probability).rank(samples)
    #expect(weighted.map(\.index) == [3, 0, 1, 2])
    let odds = exp(-4.0)
    #expect(abs(weighted[0].score - 1 / (1 + odds)) < 1e-12)
    // Far below what a Double can hold, and with nothing that is probable at all.
    let rare = candidates(["x", "y"], [-2000, -1999])
    #expect(
      MinimumBayesRisk(utility: ExactMatch(), weighting: .probability).rank(rare).first?.index == 1)
    let impossible = candidates(["x", "y"], [-.infinity, -.infinity])
    #expect(MinimumBayesRisk(weighting: .probability).rank(impossible).count == 2)
  }

  @Test func emptySamplesAgreeWithEachOther() {
    let ranked = MinimumBayesRisk().rank(candidates(["", "x", "", ""]))
    #expect(ranked.map(\.index) == [0, 2, 3, 1])
    #expect(MinimumBayesRisk().rank([]).isEmpty)
  }

  @Test func eachTextIsPreparedOnceAndEachPairComparedOnce() {
    let counter = CountingUtility()
    _ = MinimumBayesRisk(utility: counter).rank(candidates(["a", "b", "a", "c", "b", "a"]))
    #expect(counter.prepared.value == 3)
    #expect(counter.compared.value == 9)
  }

  @Test func orderOfTheSamplesDoesNotChangeTheChoice() {
    var generator = SplitMix64(seed: 5)
    let texts = (0..<20).map { _ in
      (0..<6).map { _ in ["cat ", "dog ", "ran ", "sat "][generator.below(4)] }.joined()
    }
    let samples = texts.enumerated().map {
      SampleCandidate(text: $1, logProbability: -Double($0))
    }
    let chosen = MinimumBayesRisk().rank(samples).map { samples[$0.index] }
    for _ in 0..<5 {
      let shuffled = samples.shuffled(using: &generator)
      #expect(MinimumBayesRisk().rank(shuffled).map { shuffled[$0.index] } == chosen)
    }
  }
}

/// Exact match that counts what it is asked.
private struct CountingUtility: Utility {
  final class Counter: Sendable {
    private let count = Mutex(0)
    func add(_ number: Int) { count.withLock { $0 += number } }
    var value: Int { count.withLock { $0 } }
  }

  let prepared = Counter()
  let compared = Counter()

  func profiles(of texts: [String]) -> [String] {
    prepared.add(texts.count)
    return texts
  }

  func utility(of hypothesis: String, reference: String) -> Double {
    compared.add(1)
    return hypothesis == reference ? 1 : 0
  }
}

@Suite struct SelfConsistencyTests {
  private func rank(
    _ texts: [String], _ logProbabilities: [Double] = [],
    answer: @escaping @Sendable (String) -> String? = AnswerExtraction.number.answer
  ) -> [RankedSample] {
    SelfConsistency(answer: answer).rank(
      texts.enumerated().map {
        SampleCandidate(
          text: $1, logProbability: $0 < logProbabilities.count ? logProbabilities[$0] : 0)
      })
  }

  @Test func majorityWinsWhateverTheWords() {
    let ranked = rank(["So it is 18.", "I think 20", "2 + 16 = 18", "The answer: 18.0"])
    #expect(ranked.map(\.index) == [0, 2, 3, 1])
    #expect(ranked.map(\.score) == [0.75, 0.75, 0.75, 0.25])
  }

  @Test func tiesGoToTheMoreProbableAnswerThenToTheFirst() {
    #expect(rank(["1", "2", "1", "2"], [-1, -2, -3, -1]).map(\.index) == [3, 1, 0, 2])
    #expect(rank(["2", "1", "1", "2"]).map(\.index) == [0, 3, 1, 2])
  }

  @Test func mostProbableSampleOfTheAnswerStandsFirst() {
    #expect(rank(["1 a", "1 b", "2"], [-9, -3, -1]).map(\.index) == [1, 0, 2])
  }

  @Test func samplesWithoutAnAnswerAbstainAndStandLast() {
    let ranked = rank(["", "5", " \n", "6", "6"], [0, -1, 0, -1, -1])
    #expect(ranked.map(\.index) == [3, 4, 1, 0, 2])
    #expect(ranked.map(\.score) == [0.4, 0.4, 0.2, 0, 0])
    #expect(rank(["a", "b"], answer: { _ in nil }).map(\.index) == [0, 1])
    #expect(rank([]).isEmpty)
  }

  @Test func answersAreWhatTheClosureFinds() {
    let ranked = rank(["yes, 1", "no, 1", "no, 2"]) { $0.hasPrefix("no") ? "no" : "yes" }
    #expect(ranked.map(\.index) == [1, 2, 0])
  }

  @Test(arguments: [
    ("18", "18"), ("The answer is 1,234.50 dollars", "1234.5"), ("$0012", "12"), ("3.0", "3"),
    ("-0.50", "-0.5"), ("−7", "-7"), ("-0", "0"), ("0.0", "0"), ("5-3", "3"), ("x-3", "3"),
    ("(2)-3", "3"), ("a = -3", "-3"), ("10%", "10"), ("1/2", "2"), ("1,2", "2"),
    ("1,2345", "2345"), ("12,345,678", "12345678"), ("1234,567", "567"), ("1.2.3", "3"),
    (".5", "0.5"), ("-.5", "-0.5"), ("end .25.", "0.25"), ("it is 7.", "7"), ("v1.", "1"),
    ("...5", "5"), ("12 apples and 3 pears", "3"), ("00,000", "0"),
    ("99999999999999999999999.10", "99999999999999999999999.1"), ("٣", "٣"),
    ("no digits", "no digits"), ("  Two\n Words ", "two words"),
  ])
  func lastNumberIsNormalised(text: String, expected: String) {
    #expect(AnswerExtraction.number.answer(in: text) == expected)
  }

  @Test func wholeTextIgnoresCaseAndSpacing() {
    #expect(AnswerExtraction.text.answer(in: " The  Answer\nis 5 ") == "the answer is 5")
    #expect(AnswerExtraction.text.answer(in: " \t") == nil)
    #expect(AnswerExtraction.number.answer(in: "") == nil)
  }
}
