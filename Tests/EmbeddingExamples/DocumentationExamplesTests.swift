import Decoding
import Foundation
import Inference
import LanguageModeling
import Metrics
import Testing

/// The examples in the doc comments of filters, processors, strategies, metrics and `Inference`, with their results.
@Suite struct DocumentationExamplesTests {
  /// The probabilities of most examples of filters.
  private let tenths = [0.4, 0.3, 0.2, 0.1]

  private func candidates(logits: [Float]) -> Candidates {
    var candidates = Candidates(vocabularyCount: logits.count)
    candidates.load(logits.span)
    return candidates
  }

  /// The tokens that a filter keeps of those with these probabilities.
  private func kept(_ filter: some Filter, of probabilities: [Double]) -> [TokenID] {
    kept(filter, ofLogits: probabilities.map { Float(log($0)) })
  }

  private func kept(_ filter: some Filter, ofLogits logits: [Float]) -> [TokenID] {
    var candidates = candidates(logits: logits)
    filter.apply(to: &candidates)
    return (0..<candidates.count).map { candidates.token(at: $0) }
  }

  /// The logits after a filter that drops nothing.
  private func shaped(_ filter: some Filter, logits: [Float]) -> [Float] {
    var candidates = candidates(logits: logits)
    filter.apply(to: &candidates)
    return (0..<candidates.count).map { candidates.logit(at: $0) }
  }

  private func processed(
    _ processor: some LogitsProcessor, after tokens: [TokenID], logits: [Float],
    generated: [TokenID] = [], endOfSequence: Set<TokenID> = [], lengthLimit: Int = .max
  ) -> [Float] {
    var candidates = candidates(logits: logits)
    processor.process(
      &candidates,
      context: HypothesisContext(
        prompt: tokens, generated: generated, endOfSequence: endOfSequence,
        lengthLimit: lengthLimit))
    return (0..<candidates.count).map { candidates.logit(at: $0) }
  }

  private func isClose(_ value: Double?, _ expected: Double, within tolerance: Double) -> Bool {
    value.map { abs($0 - expected) <= tolerance } ?? false
  }

  // MARK: - Filters

  @Test func filtersKeepWhatTheirExamplesSay() throws {
    #expect(kept(try TopK(2), ofLogits: [3, 1, 2, 2]) == [0, 2, 3])
    #expect(kept(try TopK(2, ties: .cut), ofLogits: [3, 1, 2, 2]) == [0, 2])
    #expect(kept(try TopP(0.7), of: tenths) == [0, 1])
    #expect(kept(try MinP(0.5), of: tenths) == [0, 1, 2])
    #expect(kept(try Typical(0.5), of: tenths) == [1, 2])
    #expect(kept(try EpsilonCutoff(0.25), of: tenths) == [0, 1])
    #expect(kept(try EtaCutoff(0.25), of: tenths) == [0, 1, 2])
    #expect(kept(try TopNSigma(1), ofLogits: [4, 3, 0, 1]) == [0, 1])
    #expect(kept(try TopH(0.6), of: tenths) == [0, 1])
    #expect(kept(try XTC(probability: 0.5, threshold: 0.2), of: tenths) == [2, 3])
    #expect(kept(PLess(), of: [0.5, 0.3, 0.2]) == [0])
    #expect(kept(try MinK(0), ofLogits: [5, 4.5, 1, 0.5, 0]) == [0, 1])
  }

  @Test func filtersShapeLogitsAsTheirExamplesSay() throws {
    #expect(shaped(try Temperature(2), logits: [1, 2, 4]) == [0.5, 1, 2])
    #expect(shaped(try DynamicTemperature(range: 0.5), logits: [3, 3]) == [2, 2])
    var candidates = candidates(logits: [0.8, 0.15, 0.05].map { Float(log($0)) })
    try AdaptiveP(target: 0.5).apply(to: &candidates)
    let probabilities = candidates.distribution.map(\.probability)
    #expect(isClose(probabilities[0], 0.77, within: 0.005))
    #expect(isClose(probabilities[1], 0.21, within: 0.005))
    #expect(try FilterOrder(parsing: "top_k;temperature").names == ["top-k", "temperature"])
  }

  // MARK: - Processors

  @Test func penaltiesGiveTheLogitsOfTheirExamples() throws {
    #expect(
      processed(try RepetitionPenalty(2), after: [0, 2], logits: [4, 2, -1]) == [2, 2, -2])
    #expect(
      processed(
        try OccurrencePenalty(frequency: 0.5, presence: 1), after: [0, 0, 2], logits: [4, 2, 1])
        == [2, 2, -0.5])
    #expect(
      processed(
        try DRYPenalty(multiplier: 1), after: [1, 2, 3, 1, 2], logits: [0, 0, 0, 5])
        == [0, 0, 0, 4])
    #expect(
      processed(try NoRepeatNGram(2), after: [1, 2, 3, 1], logits: [0, 0, 0, 0])
        == [0, 0, -.infinity, 0])
  }

  @Test func biasesAndMasksGiveTheLogitsOfTheirExamples() throws {
    #expect(
      processed(try LogitBias([0: -3, 2: -.infinity]), after: [0], logits: [4, 2, 1])
        == [1, 2, -.infinity])
    let bias = try SequenceBias([.init([1, 2], bias: -3)])
    #expect(processed(bias, after: [0, 1], logits: [0, 0, 5]) == [0, 0, 2])
    #expect(processed(bias, after: [1, 0], logits: [0, 0, 5]) == [0, 0, 5])
    #expect(
      processed(try BadWords([[1, 2]]), after: [0, 1], logits: [0, 0, 5]) == [0, 0, -.infinity])
    #expect(
      processed(SuppressTokens([0, 2]), after: [1], logits: [0, 0, 0])
        == [-.infinity, 0, -.infinity])
    let beginning = BeginSuppressTokens([0])
    #expect(processed(beginning, after: [1], logits: [0, 0]) == [-.infinity, 0])
    #expect(processed(beginning, after: [1], logits: [0, 0], generated: [1]) == [0, 0])
    let allowed = AllowedTokens { tokens in tokens.last == 1 ? [2, 3] : [1] }
    #expect(
      processed(allowed, after: [1], logits: [0, 0, 0, 0]) == [-.infinity, -.infinity, 0, 0])
    #expect(
      processed(allowed, after: [2], logits: [0, 0, 0, 0])
        == [-.infinity, 0, -.infinity, -.infinity])
  }

  @Test func lengthRulesGiveTheLogitsOfTheirExamples() throws {
    let forced = try ForcedEndOfSequence([0])
    let sixth = Array(repeating: TokenID(1), count: 6)
    #expect(
      processed(forced, after: [1], logits: [1, 2], generated: sixth, lengthLimit: 8) == [1, 2])
    #expect(
      processed(forced, after: [1], logits: [1, 2], generated: sixth + [1], lengthLimit: 8)
        == [0, -.infinity])
    #expect(
      processed(
        try ExponentialDecayLength(start: 10, factor: 1.5), after: [1], logits: [4, 0],
        generated: Array(repeating: 1, count: 12), endOfSequence: [0]) == [9, 0])
  }

  // MARK: - Strategies

  @Test func strategiesDescribeThemselvesAsTheirExamplesSay() throws {
    #expect(GreedySearch().supportsDrafting)
    #expect(
      Sampling(filters: [try Temperature(0.8), try TopP(0.9)]).description
        == "sample, temperature 0.8, top-p 0.9")
    #expect(
      ArithmeticSampling(codeCount: 8, filters: [try TopP(0.95)]).description
        == "arithmetic, 8 codes, top-p 0.95")
    #expect(
      BeamSampling(beamCount: 4, filters: [try TopK(50)], resultCount: 2).description
        == "beam-sample, 4 beams, length penalty 1.0, early stopping false, top-k 50")
    #expect(StrategyEntry.beam.ranks && StrategyEntry.sample.draws)
  }

  @Test func stochasticBeamsAreDifferentTextsAndTheFirstIsADraw() throws {
    // Token 0 ends; after 1 come 2, 3 and 4 with probabilities 0.5, 0.3 and 0.2, after each of them the end.
    let never: Float = -40
    let ending: [Float] = [0, never, never, never, never]
    let model = Bigrams(rows: [
      ending, [never, never, Float(log(0.5)), Float(log(0.3)), Float(log(0.2))], ending, ending,
      ending,
    ])
    let rounds = 400
    var mostProbable = 0
    for seed in 0..<UInt64(rounds) {
      let decoder = try BatchDecoder(model: model)
      try decoder.submit(
        DecodingRequest(
          prompt: [1], strategy: StochasticBeamSearch(beamCount: 2), seed: seed,
          stopRules: StopRules(endOfSequence: [0], maxNewTokens: 4)))
      var texts: [[TokenID]] = []
      while let events = try decoder.step() {
        for case .finished(_, let hypothesis) in events {
          texts.append(hypothesis.tokens.map(\.token))
        }
      }
      #expect(texts.count == 2 && texts[0] != texts[1])
      if texts.first?.first == 2 { mostProbable += 1 }
    }
    // Four standard deviations of a fair coin.
    #expect(abs(mostProbable - rounds / 2) <= 40)
  }

  @Test func drawsWeighAsTheirExampleSays() {
    let sample = [
      StochasticBeamDraw(logProbability: log(0.5), perturbedLogProbability: 1, threshold: -1),
      StochasticBeamDraw(logProbability: log(0.3), perturbedLogProbability: 0, threshold: -1),
    ]
    #expect(isClose(sample[0].inclusionProbability, 0.743, within: 0.0005))
    let weights = StochasticBeamDraw.normalizedWeights(sample)
    #expect(weights.count == 2 && isClose(weights[0], 0.556, within: 0.0005))
  }

  // MARK: - Metrics

  @Test func overlapMetricsGiveTheNumbersOfTheirExamples() throws {
    let bleu = BLEU.sentence.score(
      hypothesis: "the cat is on the mat", references: ["the cat sat on the mat"])
    #expect(isClose(bleu, 37.99, within: 0.005))
    let chrF = ChrF().score(hypothesis: "cat", references: ["cats"])
    #expect(isClose(chrF, 68.86, within: 0.005))
    let rouge = Rouge.ngrams(1).score(hypothesis: "the cat sat", references: ["the cat sat down"])
    #expect(rouge.precision == 1 && rouge.recall == 0.75)
    #expect(isClose(rouge.f1, 0.857, within: 0.0005))
    #expect(ExactMatch().score(hypothesis: "Paris", references: ["paris"]) == 0)
    #expect(ExactMatch(ignoresCase: true).score(hypothesis: "Paris", references: ["paris"]) == 1)
    let f1 = TokenF1().score(hypothesis: "The cat sat.", references: ["a cat sat down"])
    #expect(isClose(f1, 0.8, within: 1e-12))
    #expect(
      BLEUTokenization.thirteenA.words(of: "It costs 1,50.") == ["It", "costs", "1,50", "."])
  }

  @Test func diversityMetricsGiveTheNumbersOfTheirExamples() {
    #expect(
      isClose(NGramDiversity(of: [[1, 2, 1, 2]], order: 2).share, 0.667, within: 0.0005))
    #expect(
      isClose(NGramDiversity.repetition(in: [1, 2, 1, 2], order: 2), 0.333, within: 0.0005))
    let text: [TokenID] = [1, 2, 3, 4, 5]
    #expect(isClose(SelfBLEU.value(of: [text, text]), 1, within: 1e-12))
    #expect(SelfBLEU.value(of: [text, [6, 7, 8, 9, 10]]) == 0)
    #expect(isClose(TokenHistogram(of: [[1, 1], [2, 2]]).entropy, 0.693, within: 0.0005))
    #expect(isClose(Entropy.nats(of: [0.5, 0.5]), 0.693, within: 0.0005))
  }

  @Test func otherMetricsGiveTheNumbersOfTheirExamples() throws {
    let likelihood = Likelihood(logProbabilities: [-0.6931, -0.6931], byteCount: 3)
    #expect(isClose(likelihood.perplexity, 2, within: 0.0005))
    #expect(isClose(likelihood.bitsPerByte, 0.667, within: 0.0005))
    #expect(isClose(PassAtK.estimate(samples: 4, correct: 2, k: 2), 0.833, within: 0.0005))
    #expect(Oracle.value(of: [0.2, 0.9, 0.5]) == 0.9)
    let utilities = ExactMatch().expectedUtilities(of: ["4", "4", "5"])
    #expect(isClose(utilities.first, 0.667, within: 0.0005))
    #expect(isClose(utilities.last, 0.333, within: 0.0005))
    #expect((Mean(of: [1, 2]) + Mean(of: [6])).value == 3)
    let metric = try MetricCatalogue.metric(named: "rouge-l")
    #expect(metric.goal == .maximize)
    let input = MetricInput(samples: [.init(text: "the cat")], references: ["the cat"])
    #expect(metric.value(of: input) == 1)
  }

  // MARK: - Inference

  @Test func aStreamGivesTheTextOfGenerate() async throws {
    let model = try Model.embedded()
    var settings = GenerationSettings()
    settings.seed = 1
    settings.maxNewTokens = 16
    var text = ""
    for try await piece in try model.stream("Once upon a time", settings) { text += piece }
    #expect(text == (try model.generate("Once upon a time", settings).text))
    let prompt: Prompt = "Once upon a time"
    #expect(prompt == .text("Once upon a time"))
    let template = try model.template(for: model.resolve(settings))
    let requests = try [prompt, "A king"].map {
      try template.request(for: model.prepare($0).tokens, seed: 1)
    }
    #expect(requests.count == 2)
  }

  @Test func speedTestsAreNamedAsInTheExample() {
    #expect(SpeedTest(.prompt(256)).name == "pp256")
    let test = SpeedTest(.generation(length: 32, sequences: 16), depth: 4096)
    #expect(test.name == "tg32x16 @ d4096")
  }
}
