extension MetricCatalogue {
  /// A metric of one text against references, and its mean over all samples.
  struct SentenceMetric: Sendable {
    var name: String
    /// The name in `oracle_…`.
    var oracleName: String
    var summary: String
    var bounds: ClosedRange<Double> = 0...1
    var score: @Sendable (String, [String]) -> Double

    var metric: Metric {
      Metric(
        mean: name, "mean of " + summary, .maximize, needs: .references, bounds: bounds
      ) { input in
        input.references.isEmpty
          ? Mean() : Mean(of: input.samples.map { score($0.text, input.references) })
      }
    }
  }

  static let sentenceMetrics: [SentenceMetric] = [
    SentenceMetric(
      name: "sentence_bleu", oracleName: "oracle_bleu", summary: "sentence BLEU, 0 to 100",
      bounds: 0...100,
      score: BLEU.sentence.score),
    SentenceMetric(
      name: "sentence_chrf", oracleName: "oracle_chrf", summary: "sentence chrF, 0 to 100",
      bounds: 0...100,
      score: ChrF().score),
    SentenceMetric(
      name: "sentence_chrf_pp", oracleName: "oracle_chrf_pp", summary: "sentence chrF++, 0 to 100",
      bounds: 0...100,
      score: ChrF.plusPlus.score),
    SentenceMetric(
      name: "rouge_l", oracleName: "oracle_rouge_l", summary: "ROUGE-L F1, 0 to 1",
      score: { Rouge.longestCommonSubsequence.score(hypothesis: $0, references: $1).f1 }),
    SentenceMetric(
      name: "rouge_lsum", oracleName: "oracle_rouge_lsum", summary: "ROUGE-Lsum F1, 0 to 1",
      score: { Rouge.summary.score(hypothesis: $0, references: $1).f1 }),
    SentenceMetric(
      name: "exact_match", oracleName: "oracle_exact_match",
      summary: "exact match, white space at both ends aside, 0 or 1", score: exactMatch.score),
    SentenceMetric(
      name: "token_f1", oracleName: "oracle_token_f1", summary: "F1 of words as for SQuAD, 0 to 1",
      score: TokenF1().score),
    SentenceMetric(
      name: "contains", oracleName: "oracle_contains",
      summary: "whether a reference stands in the text, as it is spelled, 0 or 1",
      score: Containment.score),
  ]

  /// Metrics of one text against references of which less is better.
  static let editMetrics = [
    Metric(
      mean: "edit_distance",
      "mean Levenshtein distance to the nearest reference, in characters, white space at both ends aside",
      .minimize, needs: .references
    ) { input in
      input.references.isEmpty
        ? Mean()
        : Mean(
          of: input.samples.map {
            Double(EditDistance.distance(hypothesis: $0.text, references: input.references))
          })
    },
    Metric(
      mean: "edit_rate",
      "mean Levenshtein distance to the nearest reference by the characters of the longer text, 0 to 1",
      .minimize, needs: .references, bounds: 0...1
    ) { input in
      input.references.isEmpty
        ? Mean()
        : Mean(
          of: input.samples.map {
            EditDistance.rate(hypothesis: $0.text, references: input.references)
          })
    },
  ]

  /// `win_rate_M` for a metric M that says which end is better; `nil` for other names.
  ///
  /// - Throws: ``MetricError/refused(_:reason:)`` for a metric without a better end.
  static func winRate(named name: String) throws(MetricError) -> Metric? {
    let prefix = "win_rate_"
    guard name.hasPrefix(prefix), !name.hasPrefix(prefix + prefix) else { return nil }
    let base = try metric(named: String(name.dropFirst(prefix.count)))
    guard let goal = base.goal, base.sampleUse == .each, !base.needs.contains(.timing) else {
      throw .refused(
        name, reason: "\(base.name) doesn't tell which of two texts is the better one")
    }
    return Metric(
      mean: name,
      "how often a continuation has the better \(base.name) than one of the baseline's on the same prompt, a tie for half",
      .maximize, needs: base.needs.union(.baseline), bounds: 0...1
    ) { input in
      func values(_ samples: [MetricInput.Sample]) -> [Double] {
        samples.compactMap { sample in
          var single = input
          single.samples = [sample]
          return base.value(of: single)
        }
      }
      return WinRate.mean(of: values(input.samples), against: values(input.baseline), goal: goal)
    }
  }

  /// Texts begin with the space that stands between them and the prompt.
  private static let exactMatch = ExactMatch(trimsWhitespace: true)

  static func oracle(_ base: SentenceMetric) -> Metric {
    Metric(
      mean: base.oracleName,
      "the best sample's \(base.summary), mean over prompts; grows with the number of samples",
      .maximize, needs: .references, samples: .together, bounds: base.bounds
    ) { input in
      guard !input.references.isEmpty,
        let best = Oracle.value(
          of: input.samples.map { base.score($0.text, input.references) })
      else { return Mean() }
      return Mean(of: [best])
    }
  }

  static func rouge(_ order: Int) -> Metric {
    SentenceMetric(
      name: "rouge_\(order)", oracleName: "", summary: "ROUGE-\(order) F1, 0 to 1",
      score: { Rouge.ngrams(order).score(hypothesis: $0, references: $1).f1 }
    ).metric
  }

  static func passAtK(_ k: Int) -> Metric {
    Metric(
      mean: "pass_at_\(k)",
      "probability that one of \(k) samples is an exact match, mean over prompts with as many",
      .maximize, needs: k > 1 ? [.references, .severalSamples] : .references,
      samples: .unbiased, bounds: 0...1
    ) { input in
      guard !input.references.isEmpty else { return Mean() }
      let correct = input.samples.count {
        exactMatch.score(hypothesis: $0.text, references: input.references) == 1
      }
      let estimate = PassAtK.estimate(samples: input.samples.count, correct: correct, k: k)
      return estimate.map { Mean(of: [$0]) } ?? Mean()
    }
  }

  /// The expected utility of the sample that minimum Bayes risk chooses: a measure of quality without references.
  static let expectedUtility = Metric(
    mean: "mbr_utility",
    "highest mean chrF of a sample against all samples of its prompt, 0 to 100, mean over prompts",
    .maximize, needs: .severalSamples, samples: .together, bounds: 0...100
  ) { input in
    guard input.samples.count > 1 else { return Mean() }
    return ChrF().expectedUtilities(of: input.samples.map(\.text)).max().map { Mean(of: [$0]) }
      ?? Mean()
  }

  // MARK: - Corpus scores

  static let corpusMetrics = [
    bleu, chrF("chrf", "chrF", ChrF()), chrF("chrf_pp", "chrF++", .plusPlus),
  ]

  /// Both lengths, then for each order matches and n-grams.
  private static let bleu = Metric(
    "bleu", "corpus BLEU of sacrebleu (\(BLEU().signature(referenceCount: 1))), 0 to 100",
    .maximize, needs: .references
  ) { input in
    guard !input.references.isEmpty else { return MetricStatistics() }
    let sum = BLEU.Statistics.sum(
      of: input.samples.map {
        BLEU().statistics(hypothesis: $0.text, references: input.references)
      })
    return MetricStatistics(
      sums: ([sum.hypothesisLength, sum.referenceLength] + sum.matches + sum.totals).map(
        Double.init)
    )
  } reduce: { statistics in
    let order = BLEU().maximumOrder
    guard let counts = statistics.counts, counts.count == 2 + 2 * order else { return nil }
    return BLEU().score(
      BLEU.Statistics(
        hypothesisLength: counts[0], referenceLength: counts[1],
        matches: Array(counts[2..<2 + order]), totals: Array(counts[(2 + order)...])))
  }

  /// For each order the n-grams of the texts, of the references, of both.
  private static func chrF(_ name: String, _ title: String, _ metric: ChrF) -> Metric {
    Metric(
      name, "corpus \(title) of sacrebleu, 0 to 100", .maximize, needs: .references
    ) { input in
      guard !input.references.isEmpty else { return MetricStatistics() }
      let sum = ChrF.Statistics.sum(
        of: input.samples.map {
          metric.statistics(hypothesis: $0.text, references: input.references)
        })
      return MetricStatistics(
        sums: sum.orders.flatMap { [$0.hypothesis, $0.reference, $0.matches] }.map(Double.init))
    } reduce: { statistics in
      guard let counts = statistics.counts,
        counts.count == 3 * (metric.characterOrder + metric.wordOrder)
      else { return nil }
      return metric.score(
        ChrF.Statistics(
          orders: stride(from: 0, to: counts.count, by: 3).map {
            .init(
              hypothesis: counts[$0], reference: counts[$0 + 1], matches: counts[$0 + 2])
          }))
    }
  }
}
