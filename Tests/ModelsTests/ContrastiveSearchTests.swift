import Decoding
import LanguageModeling
import Models
import Testing
import Transformer

/// Contrastive search gives what transformers 4.51.3 gives (`make_contrastive.py`).
@Suite(.serialized) struct ContrastiveSearchTests {
  private struct Reference: Decodable {
    struct Case: Decodable {
      let model: String
      let prompt: [TokenID]
      let alpha: Double
      let k: Int
      let repetition: Double?
      let ngram: Int?
      let min: Int?
      let eos: TokenID
      let new: Int
      let tokens: [TokenID]

      func request() throws -> DecodingRequest {
        var processors: [any LogitsProcessor] = []
        if let repetition { processors.append(try RepetitionPenalty(repetition)) }
        if let ngram { processors.append(try NoRepeatNGram(ngram)) }
        return DecodingRequest(
          prompt: prompt, strategy: ContrastiveSearch(penaltyAlpha: alpha, candidateCount: k),
          stopRules: StopRules(endOfSequence: [eos], maxNewTokens: new, minNewTokens: min ?? 0),
          processors: processors)
      }
    }
    let cases: [Case]

    func cases(of model: String) -> [Case] { cases.filter { $0.model == model } }
  }

  private static let tiny = [
    "llama-gqa-tied", "llama-untied-bfloat16", "mistral-window", "qwen2-bfloat16", "qwen3",
  ]

  @Test(arguments: tiny)
  func tinyModelsGiveTheTokensOfTransformers(_ name: String) throws {
    let cases = try Fixtures.json(Reference.self, "contrastive.json").cases(of: name)
    #expect(cases.count >= 17)
    let model = try ModelLoader.loadTransformer(path: Fixtures.path("tiny/\(name)"))
    try expectEqualTokens(cases, model, threads: 1)
  }

  @Test(.enabled(if: SmolLM2.path != nil, "DECODE_TEST_MODEL names no SmolLM2 GGUF"))
  func smolLM2GivesTheTokensOfTransformers() throws {
    let cases = try Fixtures.json(Reference.self, "contrastive.json").cases(of: "smollm2")
    #expect(cases.count >= 19)
    try expectEqualTokens(cases, try SmolLM2.model(), threads: 2)
  }

  /// All cases in one batch.
  private func expectEqualTokens(
    _ cases: [Reference.Case], _ model: TransformerModel, threads: Int
  ) throws {
    let decoder = try BatchDecoder(model: model, options: SessionOptions(threads: threads))
    for item in cases { try decoder.submit(try item.request()) }
    var results: [Int: [TokenID]] = [:]
    while let events = try decoder.step() {
      for case .finished(let request, let hypothesis) in events {
        results[request] = hypothesis.tokens.map(\.token)
      }
    }
    for (index, item) in cases.enumerated() {
      #expect(results[index] == item.tokens, "α \(item.alpha), k \(item.k), case \(index)")
    }
  }

  @Test func neighboursAndThreadsChangeNoBit() throws {
    let model = try ModelLoader.loadTransformer(path: Fixtures.path("tiny/llama-gqa-tied"))
    let cases = try Fixtures.json(Reference.self, "contrastive.json").cases(of: "llama-gqa-tied")
    func hypotheses(_ requests: [DecodingRequest], threads: Int) throws -> [Int: Hypothesis] {
      let decoder = try BatchDecoder(model: model, options: SessionOptions(threads: threads))
      for request in requests { try decoder.submit(request) }
      var results: [Int: Hypothesis] = [:]
      while let events = try decoder.step() {
        for case .finished(let request, let hypothesis) in events { results[request] = hypothesis }
      }
      return results
    }
    let requests = try cases.map { try $0.request() }
    let together = try hypotheses(requests, threads: 3)
    for (index, request) in requests.enumerated() {
      #expect(try hypotheses([request], threads: 1)[0] == together[index])
    }
  }
}
