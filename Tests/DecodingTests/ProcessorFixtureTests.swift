import Decoding
import Foundation
import LanguageModeling
import Testing

/// What transformers' own processors make of random rows (`Fixtures/processors/make_processors.py`).
@Suite struct ProcessorFixtureTests {
  private struct Document: Decodable {
    var filters: [FilterCase]
    var processors: [ProcessorCase]
  }

  private struct FilterCase: Decodable {
    var name: String
    var parameter: Double
    var minimum: Int
    var logits: [Float?]
    var kept: [Int]

    func filter() throws -> any Filter {
      switch name {
      case "top-k": try TopK(Int(parameter), minimumKept: minimum)
      case "top-p": try TopP(parameter, minimumKept: minimum)
      case "min-p": try MinP(parameter, minimumKept: minimum)
      case "typical": try Typical(parameter, minimumKept: minimum)
      case "epsilon": try EpsilonCutoff(parameter, minimumKept: minimum)
      default: try EtaCutoff(parameter, minimumKept: minimum)
      }
    }
  }

  private struct ProcessorCase: Decodable {
    struct Bias: Decodable {
      var tokens: [TokenID]
      var bias: Double
    }

    var name: String
    var prompt: [TokenID]
    var generated: [TokenID]
    var eos: [TokenID]
    var logits: [Float?]
    var result: [Float?]
    var penalty: Double?
    var size: Int?
    var biases: [Bias]?
    var words: [[TokenID]]?
    var tokens: [TokenID]?
    var limit: Int?
    var start: Int?
    var factor: Double?
    var minimum: Int?

    /// The processor; `nil` for the minimum of new tokens, which is a stop rule.
    func processor() throws -> (any LogitsProcessor)? {
      switch name {
      case "repetition": try RepetitionPenalty(try #require(penalty))
      case "ngram": try NoRepeatNGram(try #require(size))
      case "sequence_bias":
        try SequenceBias(
          try #require(biases).map { SequenceBias.Entry($0.tokens, bias: $0.bias) })
      case "bad_words": try BadWords(try #require(words))
      case "suppress": SuppressTokens(try #require(tokens))
      case "forced_eos": try ForcedEndOfSequence(eos)
      case "decay":
        try ExponentialDecayLength(start: try #require(start), factor: try #require(factor))
      case "allowed":
        { tokens in AllowedTokens { _ in tokens } }(try #require(tokens))
      default: nil
      }
    }
  }

  private func document() throws -> Document {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/processors/processors.json")
    return try JSONDecoder().decode(Document.self, from: Data(contentsOf: url))
  }

  @Test func filtersKeepWhatTransformersKeeps() throws {
    let cases = try document().filters
    #expect(cases.count == 400)
    #expect(Set(cases.map(\.name)).count == 6)
    for (index, item) in cases.enumerated() {
      var candidates = Candidates(item.logits.map { $0 ?? -.infinity })
      try item.filter().apply(to: &candidates)
      #expect(
        candidates.tokens == Set(item.kept),
        "case \(index): \(item.name) \(item.parameter), at least \(item.minimum)")
    }
  }

  @Test func processorsGiveWhatTransformersGives() throws {
    let cases = try document().processors
    #expect(cases.count == 300)
    #expect(Set(cases.map(\.name)).count == 9)
    for (index, item) in cases.enumerated() {
      var candidates = Candidates(item.logits.map { $0 ?? -.infinity })
      if let processor = try item.processor() {
        let context = HypothesisContext(
          prompt: item.prompt, generated: item.generated, endOfSequence: Set(item.eos),
          lengthLimit: item.limit ?? .max)
        processor.process(&candidates, context: context)
      } else {
        let rules = StopRules(
          endOfSequence: Set(item.eos), minNewTokens: try #require(item.minimum))
        if rules.masksEndOfSequence(after: item.generated.count) {
          for token in item.eos { candidates.exclude(token) }
        }
      }
      for (token, expected) in item.result.enumerated() {
        let actual = candidates.logit(at: token)
        if let expected {
          #expect(
            abs(actual - expected) <= 1e-6 * max(1, abs(expected)),
            "case \(index): \(item.name), token \(token)")
        } else {
          #expect(actual == -.infinity, "case \(index): \(item.name), token \(token)")
        }
      }
    }
  }
}
