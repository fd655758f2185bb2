import Metrics
import Testing

/// Numbers of the reference projects' own tests.
@Suite struct OverlapVectors {
  static let references = [
    ["The dog bit the man.", "The dog had bit the man."],
    ["It was not unexpected.", "No one was surprised."],
    ["The man bit him first.", "The man had bitten the dog."],
  ]
  static let hypotheses = [
    "The dog bit the man.", "It wasn't surprising.", "The man had just bitten him.",
  ]

  private func corpus(_ metric: BLEU, _ hypotheses: [String] = Self.hypotheses) -> Double {
    metric.score(
      BLEU.Statistics.sum(
        of: zip(hypotheses, Self.references).map {
          metric.statistics(hypothesis: $0, references: $1)
        }))
  }

  /// sacrebleu, test/test_bleu.py.
  @Test func bleuOfTheCorpusInSacrebleusReadme() {
    #expect(abs(corpus(BLEU()) - 48.530827) < 1e-6)
    #expect(abs(corpus(BLEU(tokenization: .none)) - 49.1919566) < 1e-6)
    #expect(abs(corpus(BLEU(tokenization: .international)) - 43.91623493) < 1e-6)
    #expect(abs(corpus(BLEU(smoothing: .none)) - 48.530827) < 1e-6)
    #expect(corpus(BLEU(), ["", "", ""]) == 0)
  }

  /// sacrebleu, test/test_bleu.py (orders 1 to 6).
  @Test(arguments: zip(1...6, [77.65, 60.50, 53.93, 48.53, 46.14, 43.28]))
  func bleuOfOtherOrders(order: Int, expected: Double) {
    #expect(abs(corpus(BLEU(maximumOrder: order)) - expected) < 0.005)
  }

  /// sacrebleu, test/test_bleu.py: `test_scoring`, `test_raw_bleu`, `test_effective_order`, `test_offset`.
  @Test func bleuFromStatisticsAndOfRawSentences() {
    let statistics = BLEU.Statistics(
      hypothesisLength: 11, referenceLength: 11, matches: [9, 7, 5, 3], totals: [10, 8, 6, 4])
    #expect(abs(BLEU().score(statistics) / 100 - 0.8375922397) < 1e-9)
    let raw = BLEU(tokenization: .none, smoothing: .floor(0.01), usesEffectiveOrder: true)
    let cases: [(String, String, Double)] = [
      ("this is a fest", "this is a test", 0.223606797749979),
      ("this is a test", "this is a test", 1), ("test", "a test", 0.3678794411714425),
      ("a test", "a test", 1), ("a little test", "a test", 0.03218297948685433),
    ]
    for (hypothesis, reference, expected) in cases {
      let score = raw.score(hypothesis: hypothesis, references: [reference])
      #expect(abs(score / 100 - expected) < 1e-9)
    }
    let two = BLEU.Statistics.sum(of: [
      raw.statistics(hypothesis: "this is a test", references: ["ref1"]),
      raw.statistics(hypothesis: "another test", references: ["ref2"]),
    ])
    #expect(raw.score(two) == 0)
  }

  /// sacrebleu, test/test_bleu.py: `test_degenerate_stats`.
  @Test(
    arguments: [
      ([0, 0, 0, 0], [4, 4, 2, 1], 0, 1, 0), ([0, 0, 0, 0], [10, 11, 12, 0], 14, 10, 0),
      ([0, 0, 0, 0], [0, 0, 0, 0], 0, 0, 0.1), ([6, 5, 4, 0], [6, 5, 4, 3], 6, 6, 0),
      ([0, 0, 0, 0], [0, 0, 0, 0], 1, 5, 0.01),
    ] as [([Int], [Int], Int, Int, Double)])
  func degenerateStatisticsScoreNothing(
    matches: [Int], totals: [Int], length: Int, referenceLength: Int, floor: Double
  ) {
    let statistics = BLEU.Statistics(
      hypothesisLength: length, referenceLength: referenceLength, matches: matches, totals: totals)
    #expect(BLEU(smoothing: .floor(floor)).score(statistics) == 0)
  }

  private func chrF(_ metric: ChrF, _ hypotheses: [String], _ references: [String]) -> Double {
    metric.score(
      ChrF.Statistics.sum(
        of: zip(hypotheses, references).map {
          metric.statistics(hypothesis: $0, references: [$1])
        }))
  }

  /// sacrebleu, test/test_chrf.py: `test_chrf` and `test_chrf_eff_order`, β = 3.
  @Test(
    arguments: [
      (["abcdefg"], ["hijklmnop"], 0, 0), (["a"], ["b"], 0, 0), ([""], ["ref"], 0, 0),
      (["aa"], ["ab"], 8.3333, 25), (["a", "b"], ["a", "c"], 8.3333, 50),
      (["a"], ["a"], 16.6667, 100), (["a b c"], ["a b c"], 50, 100), (["a b c"], ["abc"], 50, 100),
    ] as [([String], [String], Double, Double)])
  func chrFOfShortTexts(
    hypotheses: [String], references: [String], averaged: Double, effective: Double
  ) {
    let score = chrF(ChrF(beta: 3, averagesFScores: true), hypotheses, references)
    #expect(abs(score - averaged) < 1e-4)
    #expect(abs(chrF(ChrF(beta: 3), hypotheses, references) - effective) < 1e-4)
  }

  /// sacrebleu, test/test_chrf.py: `test_chrf`, `test_chrf_keep_whitespace`, `test_chrf_sentence_level`.
  @Test func chrFOfSentences() {
    let risk = (
      "risk assessment must be made of those who are qualified and expertise in the sector"
        + " - these are the scientists .",
      "risk assessment has to be undertaken by those who are qualified and expert in that area"
        + " - that is the scientists ."
    )
    #expect(
      abs(chrF(ChrF(beta: 3, averagesFScores: true), [" " + risk.0], [risk.1]) - 63.361730) < 1e-4)
    #expect(
      abs(chrF(ChrF(beta: 3, countsWhitespace: true), [risk.0], [risk.1]) - 65.2414427) < 1e-4)
    let friends = (
      "Die Beziehung zwischen Obama und Netanjahu ist nicht gerade freundlich.",
      "Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich."
    )
    #expect(
      abs(
        chrF(
          ChrF(beta: 3, averagesFScores: true), [" " + friends.0.replacing(" ", with: "  ")],
          [friends.1]) - 64.1302698) < 1e-4)
    #expect(
      abs(chrF(ChrF(beta: 3, countsWhitespace: true), [friends.0], [friends.1]) - 67.3481606)
        < 1e-4)
    let czech = ChrF(averagesFScores: true).score(
      hypothesis: "Lapali po dechu, jejich životy skončily dřív, než skutečně začaly.",
      references: [
        "Lapali po dechu a pak jejich život skončil - dřív, než skutečně mohl začít, připomněli."
      ])
    #expect(abs(czech - 57.15704367) < 1e-4)
  }

  /// google-research, rouge/rouge_scorer_test.py.
  @Test(
    arguments: [
      (Rouge.ngrams(1), "testing", 1.0, 1.0 / 3, 0.5),
      (.longestCommonSubsequence, "testing one", 1, 2.0 / 3, 0.8),
      (.longestCommonSubsequence, "testing two", 1, 2.0 / 3, 0.8),
      (.ngrams(2), "testing one", 1, 0.5, 2.0 / 3),
      (.ngrams(2), "", 0, 0, 0), (.longestCommonSubsequence, "", 0, 0, 0), (.summary, "/", 0, 0, 0),
    ] as [(Rouge, String, Double, Double, Double)])
  func rouge(kind: Rouge, prediction: String, precision: Double, recall: Double, f1: Double) {
    let score = kind.score(hypothesis: prediction, references: ["testing one two"])
    #expect(abs(score.precision - precision) < 1e-12 && abs(score.recall - recall) < 1e-12)
    #expect(abs(score.f1 - f1) < 1e-12)
  }

  /// google-research, rouge/rouge_scorer_test.py: `testLcsTable`, `testRougeLsum`.
  @Test func rougeOfLinesAndOfCrossingOrders() {
    let lcs = Rouge.longestCommonSubsequence.score(
      hypothesis: "2 5 3 4", references: ["1 2 3 4 5"])
    #expect(lcs.recall == 3.0 / 5 && lcs.precision == 3.0 / 4)
    let summary = Rouge.summary.score(
      hypothesis: "w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5", references: ["w1 w2 w3 w4 w5"])
    #expect(summary.recall == 0.8 && summary.precision == 0.4)
    #expect(abs(summary.f1 - 0.5333) < 1e-4)
  }

  /// Hugging Face evaluate, metrics/exact_match/exact_match.py.
  @Test func exactMatchUnderNormalisations() throws {
    let references = ["the cat", "theater", "YELLING", "agent007"]
    let predictions = ["cat?", "theater", "yelling", "agent"]
    var metric = ExactMatch(
      removedTexts: ["the ", "yell", "YELL"], ignoresCase: true, ignoresPunctuation: true)
    func mean() -> Double? {
      Mean(
        of: zip(predictions, references).map { metric.score(hypothesis: $0, references: [$1]) }
      ).value
    }
    #expect(mean() == 0.75)
    metric.ignoresNumbers = true
    #expect(mean() == 1)
    metric = ExactMatch()
    #expect(mean() == 0.25)
  }

  /// squad-explorer, evaluate-v2.0.py, from its definition.
  @Test func tokenF1IgnoresArticlesCaseAndPunctuation() {
    let f1 = TokenF1()
    #expect(f1.score(hypothesis: "The Cat!", references: ["a cat"]) == 1)
    #expect(f1.score(hypothesis: "cat", references: ["black cat", "dog"]) == 2.0 / 3)
    #expect(f1.score(hypothesis: "the", references: [""]) == 1)
    #expect(f1.score(hypothesis: "cat", references: [""]) == 0)
    #expect(f1.score(hypothesis: "cat", references: []) == 0)
  }
}
