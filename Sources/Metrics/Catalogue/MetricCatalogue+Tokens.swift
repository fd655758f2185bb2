extension MetricCatalogue {
  static func distinct(_ order: Int) -> Metric {
    Metric(
      mean: "distinct_\(order)",
      "share of different \(order)-grams of tokens, the samples of a prompt pooled, mean over prompts",
      .maximize, needs: .tokens
    ) { input in
      Mean(of: [NGramDiversity(of: input.samples.map(\.tokens), order: order).share].compacted)
    }
  }

  static func repetition(_ order: Int) -> Metric {
    Metric(
      mean: "seq_rep_\(order)",
      "share of repeated \(order)-grams of tokens in a continuation, mean over those long enough",
      .minimize, needs: .tokens
    ) { input in
      Mean(
        of: input.samples.map { NGramDiversity.repetition(in: $0.tokens, order: order) }.compacted)
    }
  }

  static func selfBLEU(order: Int, name: String) -> Metric {
    Metric(
      mean: name,
      "BLEU-\(order) of a sample against the other samples of its prompt, 0 to 1, mean over prompts",
      .minimize, needs: [.tokens, .severalSamples]
    ) { input in
      Mean(of: [SelfBLEU.value(of: input.samples.map(\.tokens), order: order)].compacted)
    }
  }

  /// A metric of how often tokens occur in all texts together.
  private static func histogram(
    _ name: String, _ summary: String, _ value: @escaping @Sendable (TokenHistogram) -> Double?
  ) -> Metric {
    Metric(name, summary, nil, needs: .tokens) { input in
      MetricStatistics(sums: [], histogram: TokenHistogram(of: input.samples.map(\.tokens)))
    } reduce: {
      value($0.histogram)
    }
  }

  static let tokenMetrics = [
    histogram("zipf", "Zipf coefficient of the 5,000 most frequent tokens") {
      $0.zipfCoefficient()
    },
    histogram("unigram_entropy", "entropy of the tokens' frequencies, nats") { $0.entropy },
    Metric(
      mean: "entropy", "mean entropy of the unmodified model's distributions, nats", nil,
      needs: .entropies
    ) { input in
      Mean(of: input.samples.flatMap(\.entropies))
    },
    Metric(
      mean: "valid",
      "share of texts that satisfy the constraint that they were generated under, 0 to 1",
      .maximize, needs: .constraints
    ) { input in
      Mean(of: input.samples.compactMap { $0.isComplete.map { $0 ? 1 : 0 } })
    },
    Metric(
      mean: "support_coverage",
      "share of the references' tokens that the filters leave among the candidates", .maximize,
      needs: .keptReferenceTokens
    ) { input in
      Mean(of: input.keptReferenceTokens.map { $0 ? 1 : 0 })
    },
  ]
}

extension [Double?] {
  /// The values that there are.
  fileprivate var compacted: [Double] { compactMap { $0 } }
}
