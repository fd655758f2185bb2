import Decoding
import Foundation
import LanguageModeling
import TestSupport

/// What transformers made of a table of logits: a file of `Fixtures/beam`.
struct BeamFixture: Decodable {
  var vocabulary: Int
  var eos: [TokenID]
  var eos_bonus: Float
  var prompt: [TokenID]
  var cases: [Case]

  struct Case: Decodable {
    var beams: Int
    var groups: Int
    var early: Early
    var length: Double
    var eos: Int
    var new: Int
    var min: Int
    var diversity: Double?
    var pad: TokenID?
    var stop: Set<TokenID>?
    var repetition: Double?
    var ngram: Int?
    var states: Int?
    var width: Int?
    var seed: UInt64
    var results: [Result]
  }

  /// `true`, `false` or `"never"`.
  struct Early: Decodable {
    var value: EarlyStopping

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        value = flag ? .immediate : .heuristic
      } else {
        _ = try container.decode(String.self)
        value = .never
      }
    }
  }

  /// The tokens of a result and its score, which greedy search doesn't have.
  struct Result: Decodable {
    var tokens: [TokenID]
    var score: Double?

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      tokens = try container.decode([TokenID].self)
      score = try container.decodeIfPresent(Double.self)
    }
  }

  static func load(_ name: String) throws -> BeamFixture {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/beam/\(name).json")
    return try JSONDecoder().decode(BeamFixture.self, from: Data(contentsOf: path))
  }

  func model(_ item: Case) -> TableLanguageModel {
    BeamTable.model(
      seed: item.seed, vocabularyCount: vocabulary, bonus: eos_bonus, on: eos)
  }

  func request(_ item: Case) throws -> DecodingRequest {
    var processors: [any LogitsProcessor] = []
    if let penalty = item.repetition { processors.append(try RepetitionPenalty(penalty)) }
    if let size = item.ngram { processors.append(try NoRepeatNGram(size)) }
    return DecodingRequest(
      prompt: prompt, strategy: strategy(item),
      stopRules: StopRules(
        endOfSequence: Set(eos.prefix(item.eos)), maxNewTokens: item.new, minNewTokens: item.min),
      matcher: item.stop.map(StopTokens.init), constraint: constraint(item),
      processors: processors)
  }

  /// The automaton that transformers was given as `prefix_allowed_tokens_fn`.
  private func constraint(_ item: Case) -> Automaton? {
    guard let states = item.states, let width = item.width else { return nil }
    let ends = Set(eos.prefix(item.eos))
    let next = (0..<states).map { state in
      (0..<vocabulary).map { token -> Int? in
        !ends.contains(TokenID(token)) && (7 * token + 11 * state) % 5 < width
          ? (state + token + 1) % states : nil
      }
    }
    return Automaton(next: next, accepting: [0])
  }

  private func strategy(_ item: Case) -> any DecodingStrategy {
    item.groups == 1
      ? BeamSearch(
        beamCount: item.beams, lengthPenalty: item.length, earlyStopping: item.early.value,
        resultCount: item.beams)
      : DiverseBeamSearch(
        beamCount: item.beams, groupCount: item.groups, diversityPenalty: item.diversity ?? 0,
        lengthPenalty: item.length, earlyStopping: item.early.value, resultCount: item.beams,
        paddingToken: item.pad)
  }
}

/// Ends a hypothesis with any of some tokens.
struct StopTokens: TokenMatcher {
  var tokens: Set<TokenID>

  mutating func accept(_ token: TokenID) -> Bool { tokens.contains(token) }
}
