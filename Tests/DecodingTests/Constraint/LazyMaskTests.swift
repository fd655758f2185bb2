import Decoding
import LanguageModeling
import Synchronization
import TestSupport
import Testing

/// What is found without the whole mask is what the whole mask gives.
@Suite struct LazyMaskTests {
  private static let vocabularyCount = 96
  private static let ends: Set<TokenID> = [3, 40]

  /// Counts of what was asked.
  private final class Ledger: Sendable {
    let masks = Mutex(0)
  }

  /// An automaton whose whole mask is at hand or has to be made.
  private struct Place: TokenConstraint {
    var automaton: Automaton
    var isKnown: Bool
    let ledger: Ledger

    var isComplete: Bool { automaton.isComplete }
    var canContinue: Bool { automaton.canContinue }
    var knownMask: [UInt64]? { isKnown ? automaton.mask() : nil }
    func allows(_ token: TokenID) -> Bool { automaton.allows(token) }
    func mask() -> [UInt64] {
      ledger.masks.withLock { $0 += 1 }
      return automaton.mask()
    }
    mutating func advance(by token: TokenID) -> Bool { automaton.advance(by: token) }
  }

  /// Logits in quarters, so that many are equal.
  private static let model = TableLanguageModel(
    vocabularyCount: vocabularyCount, contextLength: 60
  ) { tokens in
    let noise = CounterNoise(seed: 8, prompt: PromptHash(tokens), sample: 0)
    return (0..<TokenID(vocabularyCount)).map {
      (Float(noise.gumbel(position: 0, token: $0)) * 6).rounded() / 4
    }
  }

  /// Random filters, each of all in some of the chains, in all orders.
  private static func chains(_ count: Int, seed: UInt64) throws -> [[any Filter]] {
    var random = SplitMix64(seed: seed)
    func fraction() -> Double { Double(1 + random.below(19)) / 20 }
    let names = FilterCatalogue.ordered.map(\.name)
    return try (0..<count).map { index in
      let parameters = Parameters { parameters in
        func maybe(_ change: () -> Void) { if random.below(4) == 0 { change() } }
        if random.below(2) == 0 { parameters.temperature = 2 * fraction() }
        if random.below(2) == 0 { parameters.topK = 1 + random.below(30) }
        if random.below(2) == 0 { parameters.minP = fraction() / 4 }
        maybe { parameters.topP = fraction() }
        maybe { parameters.typicalP = fraction() }
        maybe { parameters.epsilonCutoff = fraction() / 50 }
        maybe { parameters.etaCutoff = fraction() / 50 }
        maybe { parameters.topNSigma = 2 * fraction() }
        maybe { parameters.topH = fraction() }
        maybe { parameters.minK = fraction() * 10 }
        maybe { parameters.pLess = true }
        maybe { parameters.dynamicTemperatureRange = fraction() / 2 }
        maybe {
          parameters.xtcProbability = fraction()
          parameters.xtcThreshold = fraction() / 3
        }
        maybe { parameters.adaptiveP = fraction() }
      }
      let order =
        switch index % 4 {
        case 0: FilterOrder.huggingFace
        case 1: FilterOrder.llamaCpp
        case 2: FilterOrder.mlx
        default: try FilterOrder(parsing: names.shuffled(using: &random).joined(separator: ";"))
        }
      return try order.filters(parameters)
    }
  }

  @Test func theyAgreeUnderAllFiltersOrdersAndStrategies() throws {
    var random = SplitMix64(seed: 4)
    var masks = (known: 0, lazy: 0)
    for chain in try Self.chains(60, seed: 9) {
      let remembers = chain.contains { $0.name == "adaptive-p" }
      var strategies: [any DecodingStrategy] = [
        Sampling(filters: chain), ArithmeticSampling(codeCount: 2, filters: chain),
        StochasticBeamSearch(beamCount: 3, filters: chain),
      ]
      if !remembers {
        strategies.append(BeamSampling(beamCount: 2, filters: chain, resultCount: 2))
      }
      strategies += [
        GreedySearch(), BeamSearch(beamCount: 1 + random.below(4)),
        DiverseBeamSearch(beamCount: 4, groupCount: 2, diversityPenalty: 0.5, resultCount: 4),
      ]
      for strategy in strategies {
        let automaton = Automaton(
          stateCount: 1 + random.below(4), vocabularyCount: Self.vocabularyCount, ends: Self.ends,
          hasDeadEnds: random.below(4) == 0, seed: random.next())
        let hasSamples = strategy is Sampling || strategy is ArithmeticSampling
        let ledgers = [Ledger(), Ledger()]
        let requests = try [true, false].map { isKnown in
          DecodingRequest(
            prompt: [1, 5], strategy: strategy, samples: hasSamples ? [0, 1, 2] : [0], seed: 7,
            stopRules: StopRules(endOfSequence: Self.ends, maxNewTokens: 8),
            constraint: Place(
              automaton: automaton, isKnown: isKnown, ledger: ledgers[isKnown ? 0 : 1]),
            processors: [try RepetitionPenalty(1.3)],
            report: TokenReport(processedLogProbability: chain.count % 2 == 0))
        }
        let outcomes = try run(requests, over: Self.model)
        #expect(outcomes[0] == outcomes[1], "\(strategy)")
        masks.known += ledgers[0].masks.withLock { $0 }
        masks.lazy += ledgers[1].masks.withLock { $0 }
      }
    }
    // Much of the work was done without a mask.
    #expect(masks.lazy < masks.known * 3 / 4, "\(masks)")
  }
}
