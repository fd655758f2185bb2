import Decoding
import LanguageModeling
import Models
import Testing
import Transformer

/// Guided greedy, beam and contrastive search give what transformers 4.51.3 gives (`make_guidance.py`).
@Suite(.serialized) struct GuidanceTests {
  private struct Reference: Decodable {
    struct Case: Decodable {
      struct Result: Decodable {
        let tokens: [TokenID]
        let score: Double?
      }
      let model: String
      let prompt: [TokenID]
      let negative: [TokenID]?
      let scale: Double
      let beams: Int
      let repetition: Double?
      let ngram: Int?
      let alpha: Double?
      let k: Int?
      let eos: TokenID
      let new: Int
      let results: [Result]

      private var strategy: any DecodingStrategy {
        if let alpha, let k { return ContrastiveSearch(penaltyAlpha: alpha, candidateCount: k) }
        return beams > 1 ? BeamSearch(beamCount: beams, resultCount: beams) : GreedySearch()
      }

      func request() throws -> DecodingRequest {
        var processors: [any LogitsProcessor] = []
        if let repetition { processors.append(try RepetitionPenalty(repetition)) }
        if let ngram { processors.append(try NoRepeatNGram(ngram)) }
        return DecodingRequest(
          prompt: prompt, strategy: strategy,
          stopRules: StopRules(endOfSequence: [eos], maxNewTokens: new), processors: processors,
          guidance: Guidance(scale: scale, negativePrompt: negative))
      }
    }
    let cases: [Case]
  }

  private func cases(of model: String) throws -> [Reference.Case] {
    try Fixtures.json(Reference.self, "guidance.json").cases.filter { $0.model == model }
  }

  @Test(arguments: ["llama-gqa-tied", "qwen2-bfloat16", "qwen3"])
  func tinyModelsGiveTheTokensAndScoresOfTransformers(_ name: String) throws {
    let cases = try cases(of: name)
    #expect(cases.count >= 23)
    let model = try ModelLoader.loadTransformer(path: Fixtures.path("tiny/\(name)"))
    try expectEqualResults(cases, model, threads: 1)
  }

  @Test(.enabled(if: SmolLM2.path != nil, "DECODE_TEST_MODEL names no SmolLM2 GGUF"))
  func smolLM2GivesTheTokensAndScoresOfTransformers() throws {
    let cases = try cases(of: "smollm2")
    #expect(cases.count >= 29)
    try expectEqualResults(cases, try SmolLM2.model(), threads: 2)
  }

  /// All cases in one batch.
  private func expectEqualResults(
    _ cases: [Reference.Case], _ model: TransformerModel, threads: Int
  ) throws {
    let results = try hypotheses(try cases.map { try $0.request() }, model, threads: threads)
    for (index, item) in cases.enumerated() {
      let found = results[index] ?? []
      #expect(
        found.map { $0.tokens.map(\.token) } == item.results.map(\.tokens),
        "scale \(item.scale), \(item.beams) beams, case \(index)")
      for (hypothesis, expected) in zip(found, item.results) {
        guard let score = expected.score else { continue }
        #expect(abs(hypothesis.score - score) <= 1e-4 * max(1, abs(score)), "case \(index)")
      }
    }
  }

  private func hypotheses(
    _ requests: [DecodingRequest], _ model: TransformerModel, threads: Int
  ) throws -> [Int: [Hypothesis]] {
    let decoder = try BatchDecoder(model: model, options: SessionOptions(threads: threads))
    for request in requests { try decoder.submit(request) }
    var results: [Int: [Hypothesis]] = [:]
    while let events = try decoder.step() {
      for case .finished(let request, let hypothesis) in events {
        results[request, default: []].append(hypothesis)
      }
    }
    return results
  }

  @Test func neighboursAndThreadsChangeNoBit() throws {
    let model = try ModelLoader.loadTransformer(path: Fixtures.path("tiny/llama-gqa-tied"))
    var requests = try cases(of: "llama-gqa-tied").map { try $0.request() }
    for index in requests.indices where index % 3 == 0 { requests[index].strategy = Sampling() }
    let together = try hypotheses(requests, model, threads: 3)
    for (index, request) in requests.enumerated() {
      #expect(try hypotheses([request], model, threads: 1)[0] == together[index])
    }
  }
}
