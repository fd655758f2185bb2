import Decoding
import Foundation
import LanguageModeling
import TestSupport
import Testing

@Suite struct ModelDrafterTests {
  /// Two toy models that disagree somewhat. Token 0 ends.
  private static let large: [[Float]] = [
    [0, 0, 0, 0], [0.2, 1, -0.5, 0.3], [-0.3, 0.4, 0.9, 0], [1, 0, 0.5, -1],
  ]
  private static let small: [[Float]] = [
    [0, 0, 0, 0], [0.6, 0.5, 0, 0.1], [0.3, 0, 1.5, -0.5], [0, 0.8, 0.5, 0],
  ]

  private func drafted(
    _ request: DecodingRequest, large: [[Float]] = Self.large, small: [[Float]] = Self.small
  ) throws -> (hypotheses: [Hypothesis], counts: DraftCounts) {
    let decoder = try BatchDecoder(
      model: TableLanguageModel(bigrams: large),
      drafter: try ModelDrafter(model: TableLanguageModel(bigrams: small)))
    try decoder.submit(request)
    let outcome = try run(decoder)[0]
    return (outcome.hypotheses, decoder.draftCounts(ofRequest: 0))
  }

  @Test func sequencesHaveTheProbabilitiesOfTheLargeModelsTree() throws {
    var probabilities: [[TokenID]: Double] = [:]
    func walk(_ tokens: [TokenID], last: Int, _ probability: Double) {
      if tokens.last == 0 || tokens.count == 4 {
        probabilities[tokens] = probability
        return
      }
      for (token, p) in Naive.softmax(Self.large[last]).enumerated() {
        walk(tokens + [TokenID(token)], last: token, probability * p)
      }
    }
    walk([], last: 1, 1)
    let request = DecodingRequest(
      prompt: [1], strategy: Sampling(), samples: Array(0..<30_000), seed: 3,
      stopRules: StopRules(endOfSequence: [0], maxNewTokens: 4), draftLimit: 3)
    let (hypotheses, draftCounts) = try drafted(request)
    #expect(draftCounts.accepted > 10_000 && draftCounts.accepted < draftCounts.drafted)
    var counts: [[TokenID]: Int] = [:]
    for hypothesis in hypotheses { counts[hypothesis.tokens.map(\.token), default: 0] += 1 }
    let keys = probabilities.keys.sorted { $0.lexicographicallyPrecedes($1) }
    #expect(
      chiSquareDeviate(
        counts: keys.map { counts[$0, default: 0] },
        probabilities: keys.map { probabilities[$0] ?? 0 }) < 3.1)
  }

  /// The probability that two draws with shared Gumbel noise agree, and the distributions' total variation distance.
  private func coupling(_ p: [Double], _ q: [Double]) -> (agreement: Double, distance: Double) {
    let agreement = p.indices.reduce(0) { sum, i in
      guard p[i] > 0, q[i] > 0 else { return sum }
      return sum + 1 / p.indices.reduce(0) { $0 + max(p[$1] / p[i], q[$1] / q[i]) }
    }
    return (agreement, zip(p, q).reduce(0) { $0 + abs($1.0 - $1.1) } / 2)
  }

  @Test func draftsAreAcceptedAsOftenAsSharedGumbelNoiseAgrees() throws {
    let sampleCount = 20_000
    for temperature in [0.5, 1, 2] as [Float] {
      // The same rows after every token, so that each position is the same experiment.
      let (large, small) = (Self.large[1], Self.small[2])
      let request = DecodingRequest(
        prompt: [1], strategy: Sampling(filters: [try Temperature(Double(temperature))]),
        samples: Array(0..<sampleCount), seed: 11, stopRules: StopRules(maxNewTokens: 3),
        draftLimit: 1)
      let counts = try drafted(
        request, large: Array(repeating: large, count: 4),
        small: Array(repeating: small, count: 4)
      ).counts
      let (agreement, distance) = coupling(
        Naive.softmax(large.map { $0 / temperature }), Naive.softmax(small.map { $0 / temperature })
      )
      #expect(counts.drafted >= sampleCount)
      let rate = Double(counts.accepted) / Double(counts.drafted)
      let deviation = (agreement * (1 - agreement) / Double(counts.drafted)).squareRoot()
      #expect(abs(rate - agreement) < 4 * deviation)
      #expect(agreement >= (1 - distance) / (1 + distance) && agreement <= 1 - distance)
    }
  }

  @Test func oneStepOfTheDraftModelServesAllHypotheses() throws {
    let (model, draftModel) = (
      TableLanguageModel(randomOver: 30), TableLanguageModel(randomOver: 30)
    )
    let requests = (0..<3).map { number in
      DecodingRequest(
        prompt: [1, 2, TokenID(number)], strategy: Sampling(), samples: [0, 1, 2, 3], seed: 1,
        stopRules: StopRules(maxNewTokens: 30), draftLimit: 4)
    }
    let transcript = try Transcript(
      requests, over: model, drafter: try ModelDrafter(model: draftModel))
    #expect(transcript.total.accepted == transcript.total.drafted)
    // The prompt, then five tokens a step.
    #expect(model.ledger.counts.steps == 1 + 6)
    #expect(draftModel.ledger.counts.largestBatch == 12)
    // Three prompts are read; the other samples fork them. Four tokens a draft, and of the last what is of use.
    #expect(draftModel.ledger.counts.steps == 3 + 5 * 4 + 3)
    #expect(draftModel.ledger.counts.openSequences == 0)
  }

  @Test func penaltiesAndMasksAreTheDraftsToo() throws {
    // A model that repeats itself unless it is kept from it, and would end at once.
    let rows: [[Float]] = (0..<12).map { row in
      var logits: [Float] = (0..<12).map { Float((7 * $0) % 11) / 4 }
      logits[row] = 5
      logits[0] = 9
      return logits
    }
    let request = DecodingRequest(
      prompt: [1], strategy: Sampling(), samples: [0, 1], seed: 2,
      stopRules: StopRules(endOfSequence: [0], maxNewTokens: 40, minNewTokens: 40),
      processors: [try NoRepeatNGram(2), try RepetitionPenalty(1.3)], draftLimit: 4)
    let counts = try drafted(request, large: rows, small: rows).counts
    #expect(counts.drafted >= 60 && counts.accepted == counts.drafted)
  }

  @Test func damagedDraftModelIsNamed() throws {
    let decoder = try BatchDecoder(
      model: TableLanguageModel(randomOver: 3),
      drafter: try ModelDrafter(
        model: TableLanguageModel(vocabularyCount: 3) { _ in [.nan, 0, 0] }))
    try decoder.submit(DecodingRequest(prompt: [1], draftLimit: 2))
    #expect(try decoder.step()?.isEmpty == false)
    do {
      _ = try decoder.step()
      Issue.record("the draft model is broken")
    } catch {
      #expect("\(error)".hasPrefix("the draft model: the logits"))
    }
  }
}
