import Decoding
import LanguageModeling
import Models
import Testing

/// What a request gives over the model that the package ships depends on nothing but the request, bit for bit: not on
/// what else is in the batch, in which order, or on how many threads.
@Suite struct StrategyInvarianceTests {
  private func requests() throws -> [DecodingRequest] {
    let filters: [any Filter] = [
      try Temperature(0.9), try TopK(50), try XTC(probability: 0.5, threshold: 0.1),
    ]
    let strategies: [(any DecodingStrategy, samples: [Int])] = [
      (GreedySearch(), [0]), (Sampling(filters: filters), [0, 1, 5]),
      (Sampling(filters: [try Mirostat(.first, target: 3)]), [0, 1]),
      (Sampling(filters: [try Mirostat(.second, target: 3)]), [0, 1]),
      (Sampling(filters: [try AdaptiveP(target: 0.4)]), [0, 1]),
      (BeamSearch(beamCount: 4, resultCount: 4), [0]),
      (
        DiverseBeamSearch(beamCount: 4, groupCount: 2, diversityPenalty: 0.7, resultCount: 4), [0]
      ),
      (BeamSampling(beamCount: 3, filters: filters, resultCount: 3), [0]),
      (StochasticBeamSearch(beamCount: 3, filters: filters), [0]),
      (ArithmeticSampling(codeCount: 3, filters: filters), [0, 1, 2]),
      (ContrastiveSearch(penaltyAlpha: 0.6, candidateCount: 4), [0]),
      (
        Diffusion(
          noise: .mask(0), steps: 12, blockLength: 8, acceptance: .random, remasking: 0.5,
          filters: filters), [0, 2]
      ),
      (
        Diffusion(
          noise: .uniform, steps: 9, blockLength: 16, acceptance: .entropyBound(2),
          stop: CanvasStop()), [0, 1]
      ),
    ]
    return try strategies.enumerated().map { index, item in
      DecodingRequest(
        prompt: [1, 300, TokenID(40 + index % 3)], strategy: item.0, samples: item.samples,
        seed: 12, stopRules: StopRules(endOfSequence: [2], maxNewTokens: 16),
        processors: item.0 is Diffusion ? [] : [try RepetitionPenalty(1.2)],
        guidance: index % 2 == 1 ? Guidance(scale: 1.5, negativePrompt: [1, 77]) : nil,
        report: TokenReport(alternatives: 2, processedLogProbability: true, entropy: true))
    }
  }

  /// The results of requests that run together, in the order in which they are submitted.
  private func results(
    _ requests: [DecodingRequest], _ model: some LanguageModel, threads: Int
  ) throws -> [[Hypothesis]] {
    let decoder = try BatchDecoder(model: model, options: SessionOptions(threads: threads))
    for request in requests { try decoder.submit(request) }
    var results = Array(repeating: [Hypothesis](), count: requests.count)
    while let events = try decoder.step() {
      for event in events {
        switch event {
        case .finished(let request, let hypothesis): results[request].append(hypothesis)
        case .failed(let request, let error): Issue.record("\(request): \(error)")
        case .promptRead, .canvas, .token, .completed: continue
        }
      }
    }
    // Samples finish at their own times.
    return results.map { $0.sorted { $0.slot < $1.slot } }
  }

  @Test func everyStrategyGivesTheSameWhateverTheBatchTheOrderAndTheThreads() throws {
    let model = try ModelLoader.loadEmbedded().model
    let requests = try requests()
    let alone = try requests.map { try results([$0], model, threads: 1)[0] }
    #expect(alone.allSatisfy { !$0.isEmpty })
    for threads in 1...3 {
      #expect(try results(requests, model, threads: threads) == alone, "\(threads) threads")
    }
    #expect(try results(requests.reversed(), model, threads: 2) == alone.reversed())
    #expect(try results(requests + requests, model, threads: 2) == alone + alone)
  }
}
