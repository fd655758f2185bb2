import Decoding
import Generation
import LanguageModeling
import TestSupport
import Testing

@Suite struct DraftedTextTests {
  private func letters(_ last: String = "bb") -> PieceTokenizer {
    PieceTokenizer(["<e>", "a", "b", "ab", "ba", " ", "\n", "é", "aa", last])
  }

  private func requests(draftLimit: Int) throws -> [GenerationRequest] {
    let rules = StopRules(endOfSequence: [0], maxNewTokens: 40)
    return [
      GenerationRequest(DecodingRequest(prompt: [1], stopRules: rules, draftLimit: draftLimit)),
      GenerationRequest(
        DecodingRequest(
          prompt: [1, 2], strategy: Sampling(), samples: [0, 1, 2, 3], seed: 5, stopRules: rules,
          draftLimit: draftLimit), stopStrings: ["ab a", "bbb"]),
      GenerationRequest(
        DecodingRequest(
          prompt: [3, 4], strategy: Sampling(filters: [try TopK(4)]), seed: 7,
          stopRules: StopRules(endOfSequence: [0], maxNewTokens: 60, ignoresEndOfSequence: true),
          draftLimit: draftLimit), stopStrings: ["aaaaaaaa"]),
    ]
  }

  /// What a batch tells, but for times.
  private func told(_ generator: TextGenerator, draftLimit: Int) throws -> [[String]] {
    let batch = try generator.batch(try requests(draftLimit: draftLimit))
    var told: [[String]] = [[], [], []]
    while let events = try batch.step() {
      for event in events {
        switch event {
        case .promptRead(let request): told[request].append("prompt")
        case .canvas(let request, _): told[request].append("canvas")
        case .token(let token): told[token.request].append("\(token)")
        case .text(let request, let sequence, let piece):
          told[request].append("\(sequence): \(piece)")
        case .finished(let request, _, let sequence): told[request].append("\(sequence)")
        case .completed(let request, let result):
          told[request].append("\(result.sequences)")
          #expect((result.timings.drafts != nil) == (draftLimit > 0))
        case .failed(let request, let error): told[request].append("\(error)")
        }
      }
    }
    return told
  }

  @Test func textsAndTheirPiecesAreThoseWithoutDrafts() throws {
    let model = TableLanguageModel(randomOver: 10)
    let plain = TextGenerator(model: model, tokenizer: letters())
    let expected = try told(plain, draftLimit: 0)
    #expect(try told(plain, draftLimit: 5) == expected)
    for seed in 1...2 as ClosedRange<UInt64> {
      let drafting = try plain.drafting(
        with: TableLanguageModel(randomOver: 10, seed: seed), tokenizer: letters())
      #expect(try told(drafting, draftLimit: 5) == expected)
    }
  }

  @Test func aModelThatDraftsForItselfIsAlwaysRight() throws {
    let generator = try TextGenerator(
      model: TableLanguageModel(randomOver: 10), tokenizer: letters()
    ).drafting(with: TableLanguageModel(randomOver: 10), tokenizer: letters())
    let request = GenerationRequest(
      DecodingRequest(
        prompt: [1], strategy: Sampling(), samples: [0, 1], stopRules: StopRules(maxNewTokens: 40),
        draftLimit: 4))
    let drafts = try #require(try generator.generate([request])[0].get().timings.drafts)
    #expect(drafts.drafted > 50 && drafts.accepted == drafts.drafted)
  }

  @Test func anotherVocabularyIsRefused() throws {
    let generator = TextGenerator(model: TableLanguageModel(randomOver: 10), tokenizer: letters())
    #expect(
      throws: DecodingFailure.conflict(
        "the draft model has 11 tokens and the model 10; draft with a model of the same vocabulary")
    ) { try generator.drafting(with: TableLanguageModel(randomOver: 11), tokenizer: letters()) }
    #expect(
      throws: DecodingFailure.conflict(
        "token 9 is “bba” to the draft model and “bb” to the model; draft with a model of the same"
          + " vocabulary")
    ) {
      try generator.drafting(with: TableLanguageModel(randomOver: 10), tokenizer: letters("bba"))
    }
  }
}
