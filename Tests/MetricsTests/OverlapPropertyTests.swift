import Metrics
import TestSupport
import Testing

/// What holds for every text.
@Suite struct OverlapProperties {
  /// Texts over a small alphabet, so that much is shared, with marks, spaces and scalars outside ASCII among it.
  static func texts(_ count: Int, seed: UInt64) -> [String] {
    let pieces = [
      "a", "b", "the", "c d", " ", " ", ".", ",", "1", "-", "é", "e\u{301}", "日", "😀", "\n", "x1",
    ]
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      (0..<generator.below(18)).map { _ in pieces[generator.below(pieces.count)] }.joined()
    }
  }

  @Test func textScoresFullMarksWithItself() {
    for text in Self.texts(200, seed: 1) {
      let words = BLEUTokenization.thirteenA.words(of: text)
      let isBlank = words.isEmpty
      for chrF in [ChrF(), .plusPlus] {
        #expect(abs(chrF.score(hypothesis: text, references: [text]) - (isBlank ? 0 : 100)) < 1e-9)
        let profiles = chrF.profiles(of: [text])
        #expect(abs(chrF.utility(of: profiles[0], reference: profiles[0]) - 100) < 1e-9)
      }
      let bleu = BLEU.sentence.score(hypothesis: text, references: [text])
      #expect(abs(bleu - (isBlank ? 0 : 100)) < 1e-9)
      #expect(TokenF1().score(hypothesis: text, references: ["zzz", text]) == 1)
      #expect(ExactMatch().score(hypothesis: text, references: [text]) == 1)
    }
  }

  @Test func scoresStayInBounds() {
    let texts = Self.texts(60, seed: 2)
    for hypothesis in texts {
      for reference in texts {
        for score in [
          ChrF().score(hypothesis: hypothesis, references: [reference]),
          ChrF.plusPlus.score(hypothesis: hypothesis, references: [reference]),
          BLEU.sentence.score(hypothesis: hypothesis, references: [reference]),
          BLEU(smoothing: .none).score(hypothesis: hypothesis, references: [reference]),
          100 * TokenF1().score(hypothesis: hypothesis, references: [reference]),
          100
            * Rouge.longestCommonSubsequence.score(hypothesis: hypothesis, references: [reference])
            .f1,
          100 * Rouge.summary.score(hypothesis: hypothesis, references: [reference]).f1,
        ] {
          #expect((0...100 + 1e-9).contains(score), "\(hypothesis) \(reference)")
        }
      }
    }
  }

  @Test func precisionAndRecallChangePlacesWithTheTexts() {
    let texts = Self.texts(40, seed: 3)
    for hypothesis in texts {
      for reference in texts {
        // With β = 1 neither weighs more, so the two texts can change places.
        let metric = ChrF(beta: 1)
        let forth = metric.score(hypothesis: hypothesis, references: [reference])
        let back = metric.score(hypothesis: reference, references: [hypothesis])
        #expect(abs(forth - back) < 1e-9)
        let f1 = TokenF1()
        #expect(
          f1.score(hypothesis: hypothesis, references: [reference])
            == f1.score(hypothesis: reference, references: [hypothesis]))
        for rouge in [Rouge.ngrams(1), .ngrams(2), .longestCommonSubsequence] {
          let forth = rouge.score(hypothesis: hypothesis, references: [reference])
          let back = rouge.score(hypothesis: reference, references: [hypothesis])
          #expect(forth.precision == back.recall && forth.recall == back.precision)
        }
      }
    }
    #expect(
      ChrF().score(hypothesis: "ab", references: ["abcd"])
        < ChrF().score(hypothesis: "abcd", references: ["ab"]))
  }

  @Test func statisticsAddUpInAnyOrderAndGrouping() {
    let texts = Self.texts(60, seed: 4)
    let pairs = Array(zip(texts, texts.dropFirst(7) + texts.prefix(7)))
    let bleu = BLEU()
    let chrF = ChrF.plusPlus
    let bleus = pairs.map { bleu.statistics(hypothesis: $0, references: [$1]) }
    let chrFs = pairs.map { chrF.statistics(hypothesis: $0, references: [$1]) }
    for shards in [1, 2, 3, 5] {
      func merged<Statistics: AdditiveStatistics>(_ parts: [Statistics]) -> Statistics {
        .sum(
          of: (0..<shards).reversed().map { shard in
            .sum(of: parts.indices.filter { $0 % shards == shard }.map { parts[$0] })
          })
      }
      #expect(merged(bleus) == .sum(of: bleus))
      #expect(merged(chrFs) == .sum(of: chrFs))
    }
    #expect(BLEU.Statistics() + bleus[0] == bleus[0] && bleus[0] + BLEU.Statistics() == bleus[0])
    #expect(ChrF.Statistics() + chrFs[0] == chrFs[0] && chrFs[0] + ChrF.Statistics() == chrFs[0])
  }

  @Test func moreReferencesNeverLowerScoresOfTheBestReference() {
    let texts = Self.texts(30, seed: 5)
    for hypothesis in texts {
      var best = [0.0, 0, 0]
      for count in 1...texts.count {
        let references = Array(texts.prefix(count))
        let scores = [
          ChrF().score(hypothesis: hypothesis, references: references),
          TokenF1().score(hypothesis: hypothesis, references: references),
          Rouge.longestCommonSubsequence.score(hypothesis: hypothesis, references: references).f1,
        ]
        #expect(zip(scores, best).allSatisfy { $0 >= $1 })
        best = scores
      }
    }
  }

  @Test func scalarsAreComparedAndNotCanonicalEquivalents() {
    #expect(ExactMatch().score(hypothesis: "é", references: ["e\u{301}"]) == 0)
    #expect(ChrF().score(hypothesis: "é", references: ["e\u{301}"]) == 0)
    #expect(TokenF1().score(hypothesis: "é", references: ["e\u{301}"]) == 0)
  }

  @Test func withoutReferencesNothingIsScored() {
    #expect(BLEU.sentence.score(hypothesis: "a b c", references: []) == 0)
    #expect(ChrF().score(hypothesis: "a b c", references: []) == 0)
    #expect(Rouge.summary.score(hypothesis: "a", references: []).f1 == 0)
    #expect(ExactMatch().score(hypothesis: "", references: []) == 0)
  }

  @Test func longTextsAreScoredInTimeThatGrowsWithTheirLength() {
    let long = String(repeating: "lorem ipsum dolor, sit amet 12.5 ", count: 3000)
    let other = String(repeating: "ipsum lorem sit, dolor amen 12,5 ", count: 3000)
    #expect(ChrF.plusPlus.score(hypothesis: long, references: [other]) > 10)
    #expect(BLEU.sentence.score(hypothesis: long, references: [long]) > 99.9)
    #expect(
      Rouge.longestCommonSubsequence.score(hypothesis: long, references: [other]).f1 > 0.3)
  }

  @Test func signatureNamesWhatDecidesTheScore() {
    #expect(
      BLEU().signature(referenceCount: 2) == "nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp")
    #expect(
      BLEU(smoothing: .floor(0.1), usesEffectiveOrder: true, ignoresCase: true)
        .signature(referenceCount: 1) == "nrefs:1|case:lc|eff:yes|tok:13a|smooth:floor[0.1]")
  }
}
