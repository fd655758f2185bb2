import Foundation
import Metrics
import Testing

/// Scores equal those of sacrebleu, rouge_score and NLTK, on hostile texts too.
@Suite struct OverlapFixtures {
  let fixture: OverlapFixture

  init() throws { fixture = try OverlapFixture.load() }

  private static func isClose(_ value: Double, _ expected: Double) -> Bool {
    abs(value - expected) <= 1e-9 * max(1, abs(expected))
  }

  @Test func wordsAreThoseOfSacrebleu() {
    for item in fixture.tokenizations {
      for (tokenization, expected) in [
        (BLEUTokenization.none, item.none), (.thirteenA, item.thirteenA),
        (.international, item.intl),
      ] {
        // By scalars: `String` would take a composed and a decomposed letter for the same.
        let words = tokenization.words(of: item.text).map { Array($0.unicodeScalars) }
        #expect(
          words == expected.map { Array($0.unicodeScalars) },
          "\(tokenization): \(item.text.debugDescription)")
      }
    }
  }

  @Test func bleuOfSentencesIsThatOfSacrebleu() {
    for (index, options) in fixture.bleu_options.enumerated() {
      for item in fixture.cases {
        let score = options.metric.score(hypothesis: item.hypothesis, references: item.references)
        #expect(
          Self.isClose(score, item.bleu[index]),
          "\(options) \(item.hypothesis.debugDescription) \(item.references): \(score) \(item.bleu[index])"
        )
      }
    }
  }

  @Test func chrFOfSentencesIsThatOfSacrebleu() {
    for (index, options) in fixture.chrf_options.enumerated() {
      for item in fixture.cases {
        let score = options.metric.score(hypothesis: item.hypothesis, references: item.references)
        #expect(
          Self.isClose(score, item.chrf[index]),
          "\(options) \(item.hypothesis.debugDescription) \(item.references): \(score) \(item.chrf[index])"
        )
      }
    }
  }

  @Test func scoresOfCorporaAreThoseOfSummedStatistics() {
    for corpus in fixture.corpora {
      for (index, options) in fixture.bleu_options.enumerated() {
        let metric = options.metric
        let statistics = BLEU.Statistics.sum(
          of: corpus.pairs.map { metric.statistics(hypothesis: $0[0], references: [$0[1]]) })
        #expect(Self.isClose(metric.score(statistics), corpus.bleu[index]), "\(options)")
      }
      for (index, options) in fixture.chrf_options.enumerated() {
        let metric = options.metric
        let statistics = ChrF.Statistics.sum(
          of: corpus.pairs.map { metric.statistics(hypothesis: $0[0], references: [$0[1]]) })
        #expect(Self.isClose(metric.score(statistics), corpus.chrf[index]), "\(options)")
      }
    }
  }

  @Test func rougeIsThatOfRougeScore() {
    let kinds: [Rouge] = [.ngrams(1), .ngrams(2), .ngrams(3), .longestCommonSubsequence, .summary]
    for item in fixture.cases {
      for (kind, expected) in zip(kinds, item.rouge) {
        let score = kind.score(hypothesis: item.hypothesis, references: item.references)
        #expect(
          Self.isClose(score.precision, expected[0]) && Self.isClose(score.recall, expected[1])
            && Self.isClose(score.f1, expected[2]),
          "\(kind) \(item.hypothesis.debugDescription) \(item.references): \(score)")
      }
    }
  }

  @Test func tokenF1AndExactMatchAreThoseOfTheirDefinitions() {
    for item in fixture.cases {
      let f1 = TokenF1().score(hypothesis: item.hypothesis, references: item.references)
      #expect(
        Self.isClose(f1, item.f1), "\(item.hypothesis.debugDescription) \(item.references): \(f1)")
      for (options, expected) in zip(fixture.exact_options, item.exact) {
        let score = options.metric.score(hypothesis: item.hypothesis, references: item.references)
        #expect(score == expected, "\(options) \(item.hypothesis.debugDescription)")
      }
    }
  }

  @Test func selfBLEUIsThatOfNLTK() {
    for item in fixture.self_bleu {
      let scores = SelfBLEU.scores(of: item.samples, order: item.order)
      #expect(
        scores.count == item.scores.count && zip(scores, item.scores).allSatisfy(Self.isClose),
        "\(item.samples) \(item.order): \(scores) \(item.scores)")
    }
  }
}
