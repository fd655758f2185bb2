import Foundation
import LanguageModeling
import Metrics
import TestSupport
import Testing

@Suite struct Catalogue {
  /// Prompts with several samples, with everything that any metric needs.
  static func inputs(_ count: Int, seed: UInt64) -> [MetricInput] {
    var generator = SplitMix64(seed: seed)
    let words = ["cat", "dog", "the", "sat", "ran.", "5", "é"]
    func text() -> String {
      (0...generator.below(7)).map { _ in " " + words[generator.below(words.count)] }.joined()
    }
    return (0..<count).map { _ in
      MetricInput(
        samples: (0..<4).map { _ in
          let length = 2 + generator.below(8)
          return MetricInput.Sample(
            text: text(), tokens: (0..<length).map { _ in TokenID(generator.below(6)) },
            logProbabilities: (0..<length).map { _ in -Double(generator.below(100)) / 16 },
            entropies: (0..<length).map { _ in Double(generator.below(100)) / 32 },
            isComplete: length % 3 > 0)
        }, references: [text(), "cat"],
        keptReferenceTokens: (0..<5).map { _ in generator.below(3) > 0 },
        seconds: Double(1 + generator.below(4)))
    }
  }

  private static let all: MetricNeeds = [
    .references, .tokens, .logProbabilities, .entropies, .severalSamples, .keptReferenceTokens,
    .timing, .constraints,
  ]

  @Test func everyMetricIsFoundByItsNameAndNoNameIsGivenTwice() throws {
    for metric in MetricCatalogue.metrics {
      #expect(try MetricCatalogue.metric(named: metric.name).summary == metric.summary)
      #expect(!metric.summary.isEmpty)
    }
    let names = MetricCatalogue.metrics.map(\.name)
    #expect(Set(names).count == names.count)
    for name in ["nll", "distinct_2", "seq_rep_4", "self_bleu", "chrf"] {
      #expect(names.contains(name))
    }
  }

  @Test func everyMetricHasAValueWhereItHasWhatItNeedsAndNoneWithout() throws {
    let inputs = Self.inputs(6, seed: 1)
    for metric in MetricCatalogue.metrics {
      let statistics = MetricStatistics.sum(of: inputs.map(metric.statistics))
      let value = try #require(metric.value(of: statistics), "\(metric.name)")
      #expect(value.isFinite, "\(metric.name)")
      #expect(metric.value(of: MetricInput(samples: [])) == nil, "\(metric.name)")
      #expect(metric.value(of: MetricStatistics()) == nil, "\(metric.name)")
      try metric.check(available: Self.all)
      #expect(throws: MetricError.self) { try metric.check(available: []) }
      for need in [
        MetricNeeds.references, .tokens, .logProbabilities, .entropies, .keptReferenceTokens,
        .timing, .constraints,
      ] where metric.needs.contains(need) {
        let bare = inputs.map { Self.without(need, $0) }
        let sum = MetricStatistics.sum(of: bare.map(metric.statistics))
        let value = metric.value(of: sum)
        // A length is 0 without tokens, and so are tokens a second; the others are undefined.
        let isExpected = value == nil || (need == .tokens && value == 0)
        #expect(isExpected, "\(metric.name) without \(need)")
      }
    }
  }

  private static func without(_ need: MetricNeeds, _ input: MetricInput) -> MetricInput {
    var input = input
    switch need {
    case .references: input.references = []
    case .keptReferenceTokens: input.keptReferenceTokens = []
    case .timing: input.seconds = nil
    default:
      for index in input.samples.indices {
        if need == .tokens { input.samples[index].tokens = [] }
        if need == .logProbabilities { input.samples[index].logProbabilities = [] }
        if need == .entropies { input.samples[index].entropies = [] }
        if need == .constraints { input.samples[index].isComplete = nil }
      }
    }
    return input
  }

  @Test func shardsAddUpToTheWhole() {
    let inputs = Self.inputs(17, seed: 2)
    for metric in MetricCatalogue.metrics {
      let parts = inputs.map(metric.statistics)
      let whole = metric.value(of: MetricStatistics.sum(of: parts))
      for shards in [2, 3, 5] {
        let merged = MetricStatistics.sum(
          of: (0..<shards).map { shard in
            .sum(of: parts.indices.filter { $0 % shards == shard }.map { parts[$0] })
          })
        let value = metric.value(of: merged)
        let difference = (value ?? Double.nan) - (whole ?? Double.nan)
        #expect(abs(difference) < 1e-9, "\(metric.name)")
      }
    }
  }

  @Test func valuesAreThoseOfTheFunctions() throws {
    let inputs = Self.inputs(5, seed: 3)
    func value(_ name: String) throws -> Double? {
      let metric = try MetricCatalogue.metric(named: name)
      return metric.value(of: MetricStatistics.sum(of: inputs.map(metric.statistics)))
    }
    func mean(_ values: [Double?]) -> Double? { Mean(of: values.compactMap { $0 }).value }
    let likelihood = Likelihood.sum(
      of: inputs.flatMap(\.samples).map {
        Likelihood(logProbabilities: $0.logProbabilities, byteCount: $0.text.utf8.count)
      })
    let bleu = BLEU.Statistics.sum(
      of: inputs.flatMap { input in
        input.samples.map { BLEU().statistics(hypothesis: $0.text, references: input.references) }
      })
    func best(_ score: (String, [String]) -> Double) -> [Double?] {
      inputs.map { input in input.samples.map { score($0.text, input.references) }.max() }
    }
    let tokens = inputs.map { $0.samples.map(\.tokens) }
    let expected: [(String, Double?)] = [
      ("nll", likelihood.mean), ("perplexity", likelihood.perplexity),
      ("mean_perplexity", likelihood.meanTextPerplexity),
      ("bits_per_byte", likelihood.bitsPerByte), ("bleu", BLEU().score(bleu)),
      ("distinct_2", mean(tokens.map { NGramDiversity(of: $0, order: 2).share })),
      (
        "seq_rep_4", mean(tokens.joined().map { NGramDiversity.repetition(in: $0, order: 4) })
      ),
      ("self_bleu", mean(tokens.map { SelfBLEU.value(of: $0) })),
      ("self-bleu-2", mean(tokens.map { SelfBLEU.value(of: $0, order: 2) })),
      ("zipf", TokenHistogram(of: tokens.flatMap { $0 }).zipfCoefficient()),
      ("unigram_entropy", TokenHistogram(of: tokens.flatMap { $0 }).entropy),
      ("entropy", mean(inputs.flatMap(\.samples).flatMap(\.entropies))),
      ("support_coverage", mean(inputs.flatMap(\.keptReferenceTokens).map { $0 ? 1 : 0 })),
      ("valid", mean(inputs.flatMap(\.samples).map { $0.isComplete == true ? 1 : 0 })),
      ("oracle_chrf++", mean(best(ChrF.plusPlus.score))),
      ("oracle_bleu", mean(best(BLEU.sentence.score))),
      ("length", mean(tokens.joined().map { Double($0.count) })),
      (
        "tokens_per_second",
        Double(tokens.joined().joined().count) / inputs.reduce(0) { $0 + ($1.seconds ?? 0) }
      ),
      (
        "mbr_utility",
        mean(inputs.map { ChrF().expectedUtilities(of: $0.samples.map(\.text)).max() })
      ),
    ]
    for (name, expected) in expected {
      let value = try #require(try value(name))
      #expect(abs(value - (expected ?? .nan)) < 1e-9, "\(name)")
    }
  }

  @Test func passAtKCountsExactMatches() throws {
    let input = MetricInput(
      samples: [" 4", "5", "5 ", "4", "6"].map { .init(text: $0) }, references: ["4"])
    for (name, expected) in [("pass_at_1", 0.4), ("pass@3", 0.9), ("Pass-At-5", 1)] {
      let value = try #require(try MetricCatalogue.metric(named: name).value(of: input))
      #expect(abs(value - expected) < 1e-12)
    }
    #expect(try MetricCatalogue.metric(named: "pass@6").value(of: input) == nil)
  }

  @Test(arguments: [
    ("chrff", "chrf"), ("distinct2", "distinct_2"), ("self_blue", "self_bleu"), ("NLLL", "nll"),
    ("distinct_0", "distinct_1"), ("rouge-ll", "rouge_l"),
  ])
  func unknownNameComesWithTheNearest(name: String, nearest: String) {
    #expect(throws: MetricError.unknown(name, nearest: nearest)) {
      _ = try MetricCatalogue.metric(named: name)
    }
  }

  @Test func errorsSayWhatToDo() {
    #expect(
      "\(MetricError.unknown("chrff", nearest: "chrf"))"
        == "there is no metric “chrff”; did you mean “chrf”?")
    #expect("\(MetricError.unknown("?", nearest: nil))".contains("there are nll, perplexity"))
    #expect(
      "\(MetricError.missing(metric: "chrf", needs: [.references, .severalSamples]))"
        == "the metric “chrf” needs references and several samples of each prompt")
    for name in ["distinct_", "distinct_21", "distinct_+1", "distinct_01", "pass@0", "oracle_", ""]
    {
      #expect(throws: MetricError.self) { _ = try MetricCatalogue.metric(named: name) }
    }
  }

  @Test func statisticsThatNoMetricMadeHaveNoValue() throws {
    for metric in MetricCatalogue.metrics {
      for sums in [[-1], [.nan, .nan], [1e300, 1e300, 1e300, 1e300, 1e300]] as [[Double]] {
        _ = metric.value(of: MetricStatistics(sums: sums))
      }
    }
    let bleu = try MetricCatalogue.metric(named: "bleu")
    #expect(bleu.value(of: MetricStatistics(sums: .init(repeating: 1e300, count: 10))) == nil)
    #expect(bleu.value(of: MetricStatistics(sums: .init(repeating: 0.5, count: 10))) == nil)
  }
}
