import Decoding
import Foundation
import LanguageModeling
import TestSupport
import Testing

/// The texts of diffusion against the law of the model.
@Suite struct DiffusionLawTests {
  private func counts(
    _ diffusion: Diffusion, of model: ConsistentModel, samples: Int = 20_000
  ) throws -> [Int] {
    let request = DecodingRequest(
      prompt: [0], strategy: diffusion, samples: Array(0..<samples), seed: 11,
      stopRules: StopRules(maxNewTokens: model.length))
    var counts = Array(repeating: 0, count: model.law.count)
    for tokens in try run([request], over: model.model)[0].tokens {
      counts[model.index(of: tokens)] += 1
    }
    return counts
  }

  /// Whatever order depends on what is settled alone, and not on what was just drawn.
  @Test(arguments: [CanvasAcceptance.random, .margin, .entropy])
  func onePositionAStepDrawsFromTheModelsLaw(acceptance: CanvasAcceptance) throws {
    for seed in 0..<3 {
      let model = ConsistentModel(length: 3, seed: UInt64(seed))
      let diffusion = Diffusion(noise: .mask(maskToken), blockLength: 3, acceptance: acceptance)
      let deviate = chiSquareDeviate(
        counts: try counts(diffusion, of: model), probabilities: model.law)
      #expect(deviate < 3.5, "\(acceptance) \(seed)")
    }
  }

  @Test func settlingTheTokensThatHappenToBeProbableFavoursThem() throws {
    // The order depends on the draws, so that this is another law: as known of LLaDA's `low_confidence`.
    let model = ConsistentModel(length: 3, seed: 0)
    let diffusion = Diffusion(noise: .mask(maskToken), blockLength: 3, acceptance: .confidence)
    #expect(
      chiSquareDeviate(counts: try counts(diffusion, of: model), probabilities: model.law) > 5)
  }

  @Test func everyOrderIsEquallyLikely() throws {
    let model = ConsistentModel(length: 3, seed: 1)
    let request = DecodingRequest(
      prompt: [0],
      strategy: Diffusion(noise: .mask(maskToken), blockLength: 3, acceptance: .random),
      samples: Array(0..<6_000), seed: 5, stopRules: StopRules(maxNewTokens: 3))
    var orders: [Int: [Int]] = [:]
    for state in try canvases(request, over: model.model) {
      let known = orders[state.slot, default: []]
      orders[state.slot] =
        known + state.tokens.indices.filter { state.tokens[$0] != nil && !known.contains($0) }
    }
    let tally = Dictionary(grouping: orders.values) { $0 }.mapValues(\.count)
    #expect(tally.count == 6)
    #expect(
      chiSquareDeviate(
        counts: Array(tally.values), probabilities: Array(repeating: 1.0 / 6, count: 6)) < 3.5)
  }

  @Test func severalPositionsAStepAreDrawnAsIfTheyWereIndependent() throws {
    let model = ConsistentModel(length: 2, seed: 4)
    let diffusion = Diffusion(noise: .mask(maskToken), steps: 1, blockLength: 2)
    var marginals = Array(repeating: [0.0, 0.0, 0.0], count: 2)
    for index in model.law.indices {
      for (position, token) in model.text(index).enumerated() {
        marginals[position][Int(token)] += model.law[index]
      }
    }
    let product = model.law.indices.map { index in
      model.text(index).enumerated().reduce(1.0) { $0 * marginals[$1.offset][Int($1.element)] }
    }
    #expect(
      chiSquareDeviate(counts: try counts(diffusion, of: model), probabilities: product) < 3.5)
  }

  /// Where positions don't depend on each other, no number of steps and no re-masking changes the law.
  @Test(arguments: [0.0, 0.5, 1.0])
  func remaskingKeepsTheLawOfIndependentPositions(remasking: Double) throws {
    let probabilities = [[0.6, 0.3, 0.1], [0.2, 0.2, 0.6], [0.5, 0.25, 0.25], [0.1, 0.8, 0.1]]
    let model = CanvasTableModel(
      TableLanguageModel(vocabularyCount: 4) { _ in [0, 0, 0, 0] }
    ) { _, _ in probabilities.map { $0.map { Float(log($0)) } + [0] } }
    let request = DecodingRequest(
      prompt: [0],
      strategy: Diffusion(
        noise: .mask(maskToken), steps: 9, blockLength: 4, acceptance: .random,
        remasking: remasking), samples: Array(0..<10_000), seed: 3,
      stopRules: StopRules(maxNewTokens: 4))
    let texts = try run([request], over: model)[0].tokens
    for (position, law) in probabilities.enumerated() {
      let counts = (0..<3).map { token in texts.count { $0[position] == TokenID(token) } }
      #expect(chiSquareDeviate(counts: counts, probabilities: law) < 3.5)
    }
  }

  /// σ = η · min(1, (1 − α_s) / α_t): of three settled of four, aiming at three again of four, a third each.
  @Test func aSettledPositionIsMaskedAgainWithTheProbabilityThatKeepsTheirNumber() throws {
    let model = randomCanvasModel(vocabularyCount: 4)
    let request = DecodingRequest(
      prompt: [0],
      strategy: Diffusion(
        noise: .mask(maskToken), steps: 8, blockLength: 4, acceptance: .random, remasking: 0.75),
      samples: Array(0..<6_000), seed: 8, stopRules: StopRules(maxNewTokens: 4))
    // Steps settle 1, 1, 2, 2, 3, 3, 4 positions. From step 2 to 3, two aims: α_t = 1/4, α_s = 2/4.
    var before: [Int: CanvasState] = [:]
    var (kept, taken) = (0, 0)
    for state in try canvases(request, over: model) where state.step == 5 || state.step == 6 {
      if state.step == 5 {
        before[state.slot] = state
      } else if let old = before[state.slot] {
        for position in 0..<4 where old.tokens[position] != nil {
          guard old.tokens.count(where: { $0 != nil }) == 3 else { continue }
          if state.tokens[position] == nil { taken += 1 } else { kept += 1 }
        }
      }
    }
    // (1 − 3/4) / (3/4) · 0.75 = 1/4
    #expect(chiSquareDeviate(counts: [taken, kept], probabilities: [0.25, 0.75]) < 3.5)
    #expect(taken > 500)
  }
}
