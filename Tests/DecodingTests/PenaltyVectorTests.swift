import Decoding
import Foundation
import LanguageModeling
import TestSupport
import Testing

/// What other projects' tests say about penalties, biases and masks.
@Suite struct PenaltyVectorTests {
  private func processed(
    _ logits: [Float], after tokens: [TokenID], eos: Set<TokenID> = [], limit: Int = .max,
    _ processors: any LogitsProcessor...
  ) -> [Float] {
    var candidates = Candidates(logits)
    let context = HypothesisContext(prompt: tokens, endOfSequence: eos, lengthLimit: limit)
    for processor in processors { processor.process(&candidates, context: context) }
    return logits.indices.map(candidates.logit)
  }

  private func distribution(
    _ probabilities: [Double], after tokens: [TokenID], _ processors: any LogitsProcessor...
  ) -> [Double] {
    var candidates = Candidates(probabilities.map { Float(log($0)) })
    let context = HypothesisContext(prompt: tokens)
    for processor in processors { processor.process(&candidates, context: context) }
    return candidates.probabilities(over: probabilities.count)
  }

  private func isClose(_ first: [Float], _ second: [Float], _ tolerance: Float = 1e-4) -> Bool {
    zip(first, second).allSatisfy { $0 == $1 || abs($0 - $1) <= tolerance }
  }

  private func isClose(_ first: [Double], _ second: [Double]) -> Bool {
    zip(first, second).allSatisfy { abs($0 - $1) <= 1e-5 }
  }

  private func banned(_ logits: [Float]) -> Set<Int> {
    Set(logits.indices.filter { logits[$0] == -.infinity })
  }

  /// transformers, `tests/generation/test_logits_process.py`.
  @Test func huggingFacePenalties() throws {
    var first = Array(repeating: Float(0.1), count: 10)
    first[0] = -0.1
    var second = Array(repeating: Float(0.1), count: 10)
    second[5] = 0.4
    let penalty = try RepetitionPenalty(2)
    let third = processed(first, after: [0, 1], penalty)
    #expect(isClose(Array(third[..<3]), [-0.2, 0.05, 0.1]))
    let fourth = processed(second, after: [5, 0], penalty)
    #expect(isClose([fourth[0], fourth[5], fourth[1]], [0.05, 0.2, 0.1]))
  }

  /// transformers, the same file: n-grams.
  @Test func huggingFaceNGrams() throws {
    let flat = Array(repeating: Float(0), count: 10)
    let cases: [([TokenID], Int, Set<Int>)] = [
      ([1, 1, 2, 1], 2, [1, 2]), ([0, 1, 0, 1], 2, [0]), ([1, 1, 2, 1], 3, []),
      ([0, 1, 0, 1], 3, [0]), ([1, 2, 5, 7, 8, 5, 1, 2], 3, [5]),
    ]
    for (tokens, size, expected) in cases {
      #expect(banned(processed(flat, after: tokens, try NoRepeatNGram(size))) == expected)
    }
  }

  /// fairseq, `tests/test_sequence_generator.py`.
  @Test func fairseqNGrams() throws {
    let flat = Array(repeating: Float(0), count: 4)
    #expect(banned(processed(flat, after: [2, 2, 2, 2], try NoRepeatNGram(2))) == [2])
    #expect(banned(processed(flat, after: [3, 3, 3, 3], try NoRepeatNGram(2))) == [3])
  }

  /// transformers, the same file: bad words and sequence bias.
  @Test func huggingFaceSequences() throws {
    let flat = Array(repeating: Float(0), count: 5)
    let words = try BadWords([[1], [4], [1, 0], [0, 1, 2], [1, 3, 1, 3]])
    #expect(banned(processed(flat, after: [0, 1, 3, 1], eos: [4], words)) == [0, 1, 3])
    #expect(banned(processed(flat, after: [0, 1, 0, 1], eos: [4], words)) == [0, 1, 2])
    let bias = try SequenceBias([
      .init([1], bias: 100), .init([4], bias: 100), .init([1, 0], bias: -100),
      .init([0, 1, 2], bias: -100), .init([1, 3, 1, 3], bias: -100),
    ])
    #expect(processed(flat, after: [0, 1, 3, 1], bias) == [-100, 100, 0, -100, 100])
    #expect(processed(flat, after: [0, 1, 0, 1], bias) == [-100, 100, -100, 0, 100])
  }

  /// transformers, the same file: forced end of sequence.
  @Test func huggingFaceForcedEnd() throws {
    let row: [Float] = [0.3, -1, 2]
    let forced = try ForcedEndOfSequence([0])
    #expect(processed(row, after: [], limit: 1, forced) == [0, -.infinity, -.infinity])
    #expect(processed(row, after: [], limit: 2, forced) == row)
  }

  /// transformers, the same file: logits that are no numbers. There, a NaN becomes 0 and an infinity the greatest finite
  /// number; here, a NaN and +∞ are errors, and −∞ is a token that can't be taken.
  @Test func huggingFaceInfinitiesAndNaN() throws {
    for row in [[0, 0.7, 0.8, .nan], [0.1, .infinity, 0.3, -.infinity]] as [[Float]] {
      let outcome = try run(
        [DecodingRequest(prompt: [0])], over: TableLanguageModel(vocabularyCount: 4) { _ in row })[
          0]
      switch outcome.error {
      case .notFinite(length: 1), .model(.notFinite): break
      default: Issue.record("\(row) gave \(String(describing: outcome.error))")
      }
    }
    let masked = try run(
      [
        DecodingRequest(
          prompt: [0], strategy: Sampling(), samples: Array(0..<200),
          stopRules: StopRules(maxNewTokens: 1))
      ], over: TableLanguageModel(vocabularyCount: 4) { _ in [0.1, 5, 0.3, -.infinity] })[0]
    #expect(Set(masked.tokens) == [[0], [1], [2]])
  }

  /// llama.cpp, `tests/test-sampling.cpp`.
  @Test func llamaCppPenalties() throws {
    let flat = Array(repeating: 0.2, count: 5)
    let repetition = try RepetitionPenalty(50)
    let both = try OccurrencePenalty(frequency: 5, presence: 5)
    let cases: [([TokenID], any LogitsProcessor, [Double])] = [
      ([0], repetition, [0, 0.25, 0.25, 0.25, 0.25]),
      ([0, 1, 2], repetition, [0, 0, 0, 0.5, 0.5]),
      ([0, 1, 2, 0, 0], repetition, [0, 0, 0, 0.5, 0.5]),
      ([0], both, [0.000011, 0.249997, 0.249997, 0.249997, 0.249997]),
      ([0, 1, 2], both, [0.000023, 0.000023, 0.000023, 0.499966, 0.499966]),
      ([0, 1, 2, 0, 0], both, [0, 0.000023, 0.000023, 0.499977, 0.499977]),
    ]
    for (tokens, processor, expected) in cases {
      #expect(isClose(distribution(flat, after: tokens, processor), expected), "\(tokens)")
    }
  }

  /// llama.cpp, the same file: DRY.
  @Test func llamaCppDRY() throws {
    func dry(
      _ multiplier: Double, _ allowed: Int, _ last: Int, breakers: [[TokenID]] = []
    ) throws -> DRYPenalty {
      try DRYPenalty(
        multiplier: multiplier, base: 1.1, allowedLength: allowed, lastTokens: last,
        breakers: breakers)
    }
    let four = Array(repeating: 0.25, count: 4)
    let five = Array(repeating: 0.2, count: 5)
    let cases: [([Double], [TokenID], DRYPenalty, [Double])] = [
      (four, [0, 1], try dry(1, 2, 4), four),
      (four, [0, 1, 2, 0, 1], try dry(1, 2, 5), [0.296923, 0.296923, 0.109232, 0.296923]),
      (five, [0, 1, 3, 4, 0, 1], try dry(1, 2, 6, breakers: [[3]]), five),
      (
        five, [0, 1, 2, 0, 1], try dry(2, 2, 5),
        [0.241818, 0.241818, 0.032727, 0.241818, 0.241818]
      ),
      (five, [0, 1, 2, 3, 4, 0, 1], try dry(1, 4, 7), five),
    ]
    for (probabilities, tokens, processor, expected) in cases {
      #expect(isClose(distribution(probabilities, after: tokens, processor), expected), "\(tokens)")
    }
  }

  /// mlx-lm, `tests/test_sample_utils.py`.
  @Test func mlxPenalties() throws {
    let result = processed(
      [1, 0.5, 0, -0.5], after: [0, 0, 0, 1, 1], try RepetitionPenalty(1.5),
      try OccurrencePenalty(frequency: 0.25, presence: 0.5))
    #expect(isClose(result, [-0.5833, -0.6667, 0, -0.5]))
  }

  /// swift-transformers, `LogitsProcessorTests.swift`.
  @Test func swiftTransformersPenalty() throws {
    let result = processed([0.5, -0.5, 1, -1, 2], after: [1, 2, 3], try RepetitionPenalty(2))
    #expect(result == [0.5, -1, 0.5, -2, 2])
  }
}
