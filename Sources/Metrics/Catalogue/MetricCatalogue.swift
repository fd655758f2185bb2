/// All metrics by name.
///
/// Some names hold a number or another name: `distinct_N`, `seq_rep_N`, `self_bleu_N` and `rouge_N` with N from 1 to
/// 20, `pass_at_K` with K from 1 to 1024, `oracle_M` for a metric M of single texts, and `win_rate_M` for a metric M of
/// which one end is better. `-` is taken for `_`, `chrf++`
/// for `chrf_pp`, `pass@K` for `pass_at_K`; case doesn't matter.
///
///     let metric = try MetricCatalogue.metric(named: "rouge-l")
///     metric.goal  // maximize
///     metric.value(of: MetricInput(samples: [.init(text: "the cat")], references: ["the cat"]))  // 1
public enum MetricCatalogue {
  /// The metrics for lists and suggestions: every plain name, and common choices of those with a number.
  public static let metrics: [Metric] =
    plain + (1...4).flatMap { [distinct($0), repetition($0)] }
    + [1, 2].map(rouge) + [passAtK(1)] + sentenceMetrics.map(oracle)

  /// The metric of this name.
  ///
  /// - Throws: ``MetricError/unknown(_:nearest:)``.
  public static func metric(named name: String) throws(MetricError) -> Metric {
    let spelled = String(name.lowercased().map { $0 == "-" ? "_" : $0 })
    let canonical =
      spelled.hasPrefix("pass@")
      ? "pass_at_" + spelled.dropFirst(5)
      : spelled.hasSuffix("chrf++") ? String(spelled.dropLast(2)) + "_pp" : spelled
    if let known = metrics.first(where: { $0.name == canonical }) { return known }
    if let made = numbered(canonical) { return made }
    if let made = try winRate(named: canonical) { return made }
    if canonical.hasPrefix("mauve") { throw .refused(name, reason: mauveRefusal) }
    throw .unknown(
      name, nearest: NearestName.nearest(to: canonical, in: metrics.lazy.map(\.name)))
  }

  private static let mauveRefusal =
    "its numbers mean something for features of one published model and thousands of texts alone; self_bleu, distinct_2 and zipf compare diversity, and base_nll tells how natural texts are"

  /// A metric whose name ends in a number.
  private static func numbered(_ name: String) -> Metric? {
    let families: [(prefix: String, range: ClosedRange<Int>, make: (Int) -> Metric)] = [
      ("distinct_", 1...20, distinct), ("seq_rep_", 1...20, repetition),
      ("self_bleu_", 1...20, { selfBLEU(order: $0, name: "self_bleu_\($0)") }),
      ("rouge_", 1...20, rouge), ("pass_at_", 1...1024, passAtK),
    ]
    for family in families where name.hasPrefix(family.prefix) {
      guard let number = Int(name.dropFirst(family.prefix.count)), family.range.contains(number),
        name == "\(family.prefix)\(number)"
      else { return nil }
      return family.make(number)
    }
    return nil
  }

  private static let plain: [Metric] =
    likelihoods + baseLikelihoods + [selfBLEU(order: 4, name: "self_bleu")] + tokenMetrics
    + corpusMetrics
    + sentenceMetrics.map(\.metric) + editMetrics + [endRepetition, expectedUtility] + costs

  // MARK: - Likelihood

  /// Σ −ln *p*, tokens, bytes, Σ of perplexities, texts.
  private static func likelihood(
    _ name: String, _ summary: String, needs: MetricNeeds,
    of logProbabilities: @escaping @Sendable (MetricInput.Sample) -> [Double],
    _ value: @escaping @Sendable (Likelihood) -> Double?
  ) -> Metric {
    Metric(name, summary, .minimize, needs: needs) { input in
      let sum = Likelihood.sum(
        of: input.samples.map {
          Likelihood(logProbabilities: logProbabilities($0), byteCount: $0.text.utf8.count)
        })
      return MetricStatistics(sums: [
        sum.negativeLogLikelihood, Double(sum.tokenCount), Double(sum.byteCount),
        sum.textPerplexities.sum, sum.textPerplexities.weight,
      ])
    } reduce: { statistics in
      let sums = statistics.sums
      guard sums.count == 5, let counts = MetricStatistics(sums: Array(sums[1...2])).counts else {
        return nil
      }
      var likelihood = Likelihood()
      likelihood.negativeLogLikelihood = sums[0]
      likelihood.tokenCount = counts[0]
      likelihood.byteCount = counts[1]
      likelihood.textPerplexities = Mean(sum: sums[3], weight: sums[4])
      return value(likelihood)
    }
  }

  /// Name, summary and value of each metric of likelihood.
  private static let likelihoodKinds:
    [(name: String, summary: String, value: @Sendable (Likelihood) -> Double?)] = [
      ("nll", "mean negative log-likelihood of a token, nats", { $0.mean }),
      ("perplexity", "exp of nll, tokens of all texts pooled", { $0.perplexity }),
      ("mean_perplexity", "mean of the texts' own perplexities", { $0.meanTextPerplexity }),
      ("bits_per_byte", "negative log-likelihood in bits, by bytes of text", { $0.bitsPerByte }),
    ]

  /// Under the model that wrote the text.
  private static let likelihoods = likelihoodKinds.map { kind in
    likelihood(
      kind.name, kind.summary + "; under the trial's own model with its adapters",
      needs: .logProbabilities, of: { $0.logProbabilities }, kind.value)
  }

  /// Under one model for all trials.
  private static let baseLikelihoods = likelihoodKinds.map { kind in
    likelihood(
      "base_" + kind.name, kind.summary + "; under the base model without adapters",
      needs: .baseLogProbabilities, of: { $0.baseLogProbabilities }, kind.value)
  }

  // MARK: - Costs

  private static let costs = [
    Metric(mean: "length", "tokens of a continuation", nil, needs: .tokens) { input in
      Mean(of: input.samples.map { Double($0.tokens.count) })
    },
    Metric(
      mean: "tokens_per_second", "tokens generated by seconds", .maximize,
      needs: [.tokens, .timing]
    ) { input in
      guard let seconds = input.seconds else { return Mean() }
      return Mean(
        sum: Double(input.samples.reduce(0) { $0 + $1.tokens.count }), weight: seconds)
    },
  ]
}
