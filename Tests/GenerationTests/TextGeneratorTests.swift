import Decoding
import Foundation
import Generation
import LanguageModeling
import TestSupport
import Testing

@Suite struct TextGeneratorTests {
  /// A model that spells `tokens` and goes on with the last of them.
  private func speller(_ tokens: [TokenID], of count: Int, prompt: Int = 1) -> TableLanguageModel {
    TableLanguageModel(vocabularyCount: count) { sequence in
      let next = tokens[min(sequence.count - prompt, tokens.count - 1)]
      return (0..<count).map { $0 == Int(next) ? 5 : 0 }
    }
  }

  private func only(
    _ request: GenerationRequest, _ generator: TextGenerator
  ) throws -> GenerationResult {
    try generator.generate([request])[0].get()
  }

  @Test func textNeverShowsTheEndOfSequence() throws {
    let tokenizer = PieceTokenizer(["<e>", "a", "b"], endOfSequence: nil)
    let generator = TextGenerator(model: speller([1, 2, 0], of: 3), tokenizer: tokenizer)
    let result = try only(
      GenerationRequest(DecodingRequest(prompt: [1], stopRules: StopRules(endOfSequence: [0]))),
      generator)
    #expect(result.sequences[0].text == "ab")
    #expect(result.sequences[0].tokens.map(\.token) == [1, 2, 0])
    #expect(result.sequences[0].finishReason == .endOfSequence)
    #expect(result.timings.promptTokens == 1)
    #expect(result.timings.generatedTokens == 3)
  }

  @Test func stopStringsThatSpanTokensOrBeginInsideOneEndTheText() throws {
    let tokenizer = PieceTokenizer(["one t", "wo STO", "P th", "ree"])
    let generator = TextGenerator(model: speller([0, 1, 2, 3], of: 4), tokenizer: tokenizer)
    let result = try only(
      GenerationRequest(DecodingRequest(prompt: [3]), stopStrings: ["STOP", "four"]), generator)
    #expect(result.sequences[0].text == "one two ")
    #expect(result.sequences[0].tokens.map(\.token) == [0, 1, 2])
    #expect(result.sequences[0].finishReason == .stop)
  }

  @Test func whatOnlyLookedLikeAStopStringIsGivenOut() throws {
    let tokenizer = PieceTokenizer(["a", "STO", "b"])
    let generator = TextGenerator(model: speller([0, 1, 2, 1], of: 3), tokenizer: tokenizer)
    let result = try only(
      GenerationRequest(
        DecodingRequest(prompt: [0], stopRules: StopRules(maxNewTokens: 4)), stopStrings: ["STOP"]),
      generator)
    #expect(result.sequences[0].text == "aSTObSTO")
    #expect(result.sequences[0].finishReason == .length)
  }

  @Test func charactersComeWhole() throws {
    let tokenizer = PieceTokenizer([Array("a".utf8)] + "é😀".utf8.map { [$0] })
    let generator = TextGenerator(model: speller([1, 2, 3, 4, 5, 6], of: 7), tokenizer: tokenizer)
    func pieces(_ count: Int) throws -> [String] {
      let batch = try generator.batch([
        GenerationRequest(DecodingRequest(prompt: [0], stopRules: StopRules(maxNewTokens: count)))
      ])
      var pieces: [String] = []
      while let events = try batch.step() {
        for case .text(_, _, let piece) in events { pieces.append(piece) }
      }
      return pieces
    }
    #expect(try pieces(6) == ["é", "😀"])
    // A character that the limit cuts is told as such, at the end.
    #expect(try pieces(5) == ["é", "\u{FFFD}"])
  }

  private func letters() -> PieceTokenizer {
    PieceTokenizer(["<e>", "a", "b", "ab", "ba", " ", "\n", "é", "aa", "bb"])
  }

  private func requests() throws -> [GenerationRequest] {
    let rules = StopRules(endOfSequence: [0], maxNewTokens: 25)
    return [
      GenerationRequest(DecodingRequest(prompt: [1], stopRules: rules)),
      GenerationRequest(
        DecodingRequest(
          prompt: [1, 2], strategy: Sampling(), samples: [0, 1, 2, 3], seed: 5, stopRules: rules),
        stopStrings: ["ab a", "bbb"]),
      GenerationRequest(
        DecodingRequest(
          prompt: [1, 2], strategy: Sampling(filters: [try Temperature(0.6)]), samples: [0, 1],
          seed: 6, stopRules: rules), stopStrings: ["\n"]),
      GenerationRequest(
        DecodingRequest(
          prompt: [3, 4], strategy: Sampling(filters: [try TopK(4)]), seed: 7,
          stopRules: StopRules(endOfSequence: [0], maxNewTokens: 60, ignoresEndOfSequence: true)),
        stopStrings: ["aaaaaaaa"]),
    ]
  }

  @Test func textsDependOnTheRequestAlone() throws {
    let generator = TextGenerator(model: TableLanguageModel(randomOver: 10), tokenizer: letters())
    let requests = try requests()
    let alone = try requests.map { try only($0, generator).sequences }
    let together = try generator.generate(requests).map { try $0.get().sequences }
    #expect(together == alone)
    let backwards = try generator.generate(requests.reversed()).map { try $0.get().sequences }
    #expect(backwards == alone.reversed())
  }

  @Test func textsEndBeforeTheirStopStringsAndPiecesJoinToThem() throws {
    let tokenizer = letters()
    let model = TableLanguageModel(randomOver: 10)
    let generator = TextGenerator(model: model, tokenizer: tokenizer)
    var requests = try requests()
    requests[1].samples = Array(0..<200)
    let batch = try generator.batch(requests)
    var pieces: [[Int]: String] = [:]
    var stopped = 0
    while let events = try batch.step() {
      for event in events {
        switch event {
        case .text(let request, let sequence, let piece):
          pieces[[request, sequence], default: ""] += piece
        case .finished(let request, let index, let sequence):
          #expect(pieces[[request, index], default: ""] == sequence.text)
          let stops = requests[request].stopStrings
          var tokens = sequence.tokens.map(\.token)
          if sequence.finishReason == .endOfSequence { tokens.removeLast() }
          let whole = tokenizer.decode(tokens, skippingSpecialTokens: true)
          #expect(whole.hasPrefix(sequence.text))
          #expect(!stops.contains { sequence.text.contains($0) })
          if sequence.finishReason == .stop {
            stopped += 1
            let rest = whole.dropFirst(sequence.text.count)
            #expect(stops.contains { rest.hasPrefix($0) })
          } else {
            #expect(whole == sequence.text)
          }
        case .promptRead, .canvas, .token, .completed, .failed: continue
        }
      }
    }
    #expect(stopped > 20)
    #expect(model.ledger.counts.openSequences == 0)
  }

  @Test func aStreamTellsWhatTheBatchTells() async throws {
    let generator = TextGenerator(model: TableLanguageModel(randomOver: 10), tokenizer: letters())
    let requests = try requests()
    var texts = requests.map { _ in "" }
    var results: [Int: [GeneratedSequence]] = [:]
    for try await event in try generator.stream(requests) {
      switch event {
      case .text(let request, 0, let piece): texts[request] += piece
      case .completed(let request, let result): results[request] = result.sequences
      default: continue
      }
    }
    let expected = try generator.generate(requests).map { try $0.get().sequences }
    #expect(requests.indices.map { results[$0] ?? [] } == expected)
    #expect(texts == expected.map { $0[0].text })
  }

  @Test func cancellingGivesWhatThereIs() throws {
    let generator = TextGenerator(model: TableLanguageModel(randomOver: 10), tokenizer: letters())
    let batch = try generator.batch([
      GenerationRequest(
        DecodingRequest(prompt: [1], stopRules: StopRules(maxNewTokens: 100)),
        stopStrings: ["never"])
    ])
    for _ in 0..<4 { _ = try batch.step() }
    batch.cancel()
    var results: [GenerationResult] = []
    while let events = try batch.step() {
      for case .completed(_, let result) in events { results.append(result) }
    }
    #expect(results.count == 1)
    #expect(results[0].sequences[0].finishReason == .cancelled)
    #expect(results[0].sequences[0].tokens.count == 4)
    let text = letters().decode(
      results[0].sequences[0].tokens.map(\.token), skippingSpecialTokens: true)
    #expect(results[0].sequences[0].text == text)
  }

  @Test func anEmptyStopStringIsRefused() throws {
    let generator = TextGenerator(model: TableLanguageModel(randomOver: 10), tokenizer: letters())
    #expect(throws: DecodingFailure.self) {
      _ = try generator.batch([GenerationRequest(DecodingRequest(prompt: [1]), stopStrings: [""])])
    }
  }

  @Test func scoresAreMeansInNatsAndBits() throws {
    let model = TableLanguageModel(bigrams: [[0, 0], [0, 0]])
    let generator = TextGenerator(model: model, tokenizer: PieceTokenizer(["a", "b"]))
    let score = try generator.score([0, 1, 1, 0, 1], alternatives: 1)
    #expect(score.tokenLogProbabilities.count == 5)
    #expect(abs(try #require(score.meanNegativeLogLikelihood) - log(2)) < 1e-7)
    #expect(abs(try #require(score.perplexity) - 2) < 1e-6)
    #expect(abs(try #require(score.bitsPerByte(byteCount: 8)) - 0.5) < 1e-7)
    #expect(score.next.map(\.token) == [0])
    #expect(try generator.score([1]).perplexity == nil)
    #expect(score.bitsPerByte(byteCount: 0) == nil)
  }

  @Test func textOfBeamsComesWhenTheyAreFinal() throws {
    let tokenizer = letters()
    let generator = TextGenerator(model: TableLanguageModel(randomOver: 10), tokenizer: tokenizer)
    let strategies: [any DecodingStrategy] = [
      BeamSearch(beamCount: 4, resultCount: 4),
      DiverseBeamSearch(beamCount: 4, groupCount: 2, diversityPenalty: 0.5, resultCount: 4),
      BeamSampling(beamCount: 4, resultCount: 3),
    ]
    for strategy in strategies {
      let batch = try generator.batch([
        GenerationRequest(
          DecodingRequest(
            prompt: [1], strategy: strategy,
            stopRules: StopRules(endOfSequence: [0], maxNewTokens: 8)), stopStrings: ["bab"])
      ])
      var texts: [Int: String] = [:]
      var finished: [Int] = []
      while let events = try batch.step() {
        for event in events {
          switch event {
          case .text(_, let sequence, let piece):
            #expect(!finished.contains(sequence) && texts[sequence] == nil)
            texts[sequence] = piece
          case .finished(_, let sequence, let result):
            finished.append(sequence)
            let shown = result.tokens.map(\.token).filter { $0 != 0 }
            let whole = tokenizer.decode([1] + shown, skippingSpecialTokens: false).dropFirst(1)
            let expected = whole.range(of: "bab").map { whole[..<$0.lowerBound] } ?? whole
            #expect(result.text == String(expected))
            #expect(texts[sequence] ?? "" == result.text)
          case .completed(_, let result):
            #expect(result.sequences.map(\.score) == result.sequences.map(\.score).sorted(by: >))
          case .promptRead, .canvas, .token, .failed: continue
          }
        }
      }
      #expect(finished == Array(finished.indices) && finished.count >= 3)
    }
  }
}
