import Decoding
import Foundation
import LanguageModeling
import TestSupport
import Testing

@Suite struct ConstraintTests {
  private static let vocabularyCount = 24
  private static let ends: Set<TokenID> = [3, 17]

  private static func model(seed: UInt64 = 1) -> HiddenStateTableModel {
    HiddenStateTableModel(
      TableLanguageModel(randomOver: vocabularyCount, contextLength: 60, seed: seed), hiddenSize: 4
    ) { tokens in
      let noise = CounterNoise(seed: seed, prompt: PromptHash(tokens), sample: 1)
      return (0..<4).map { Float(noise.gumbel(position: 1, token: $0)) }
    }
  }

  /// Every strategy, with all that changes what it chooses from.
  static func strategies() throws -> [any DecodingStrategy] {
    let chains: [[any Filter]] = [
      [], [try Temperature(0.7)], [try Temperature(1.4), try TopK(4)], [try TopK(3)],
      [try Temperature(0.8), try TopP(0.7)], [try MinP(0.2)], [try Typical(0.6)],
      [try TopNSigma(1)], [try Temperature(1.3), try Mirostat(.second, target: 2)],
      [try TopK(6), try AdaptiveP(target: 0.3)],
    ]
    return chains.map { Sampling(filters: $0) } + [
      GreedySearch(), ArithmeticSampling(codeCount: 3),
      ArithmeticSampling(codeCount: 3, filters: [try TopK(5)]),
      BeamSearch(beamCount: 1), BeamSearch(beamCount: 4, resultCount: 4),
      DiverseBeamSearch(beamCount: 4, groupCount: 2, diversityPenalty: 0.5, resultCount: 4),
      BeamSampling(beamCount: 3, filters: [try Temperature(1.2), try TopK(6)], resultCount: 3),
      StochasticBeamSearch(beamCount: 4),
      StochasticBeamSearch(beamCount: 3, filters: [try TopK(4)]),
      ContrastiveSearch(penaltyAlpha: 0.6, candidateCount: 4),
    ]
  }

  /// Requests under every strategy, each under an automaton of its own.
  private static func requests(
    seed: UInt64, hasDeadEnds: Bool = false
  ) throws -> [(DecodingRequest, Automaton)] {
    var random = SplitMix64(seed: seed)
    return try strategies().map { strategy in
      let automaton = Automaton(
        stateCount: 1 + random.below(5), vocabularyCount: vocabularyCount, ends: ends,
        hasDeadEnds: hasDeadEnds, seed: random.next())
      let hasSamples = strategy is Sampling || strategy is ArithmeticSampling
      let guidance = random.below(4) == 0 ? Guidance(scale: 1.5, negativePrompt: [2, 4]) : nil
      let request = DecodingRequest(
        prompt: (0...random.below(5)).map { _ in TokenID(random.below(vocabularyCount)) },
        strategy: strategy, samples: hasSamples ? [0, 1, 4] : [0], seed: random.next(),
        stopRules: StopRules(
          endOfSequence: ends, maxNewTokens: 14,
          ignoresEndOfSequence: random.below(6) == 0),
        constraint: automaton,
        processors: random.below(2) == 0 ? [] : [try RepetitionPenalty(1.4), SuppressTokens([7])],
        guidance: guidance,
        report: TokenReport(alternatives: 2, processedLogProbability: true, entropy: true))
      return (request, automaton)
    }
  }

  @Test func aConstraintIsTheMaskOfWhatItAllows() throws {
    let model = Self.model()
    var compared = 0
    for seed in 0..<5 {
      for (request, automaton) in try Self.requests(seed: UInt64(seed)) {
        var masked = request
        masked.constraint = nil
        masked.processors.append(
          automaton.allowed(promptLength: request.prompt.count, ends: Self.ends))
        let outcomes = try run([request, masked], over: model)
        let plain = outcomes[0].hypotheses.map { hypothesis in
          var hypothesis = hypothesis
          hypothesis.isComplete = nil
          return hypothesis
        }
        // A function that leaves nothing is an error; a constraint ends the text.
        guard outcomes[1].error == nil else { continue }
        compared += 1
        #expect(plain == outcomes[1].hypotheses, "\(request.strategy), seed \(seed)")
      }
    }
    #expect(compared > 90)
    #expect(model.table.ledger.counts.openSequences == 0)
  }

  @Test(arguments: [false, true]) func everyStrategyGivesTextsOfTheLanguageAlone(
    hasDeadEnds: Bool
  ) throws {
    var reasons: [FinishReason: Int] = [:]
    let model = Self.model(seed: 2)
    for seed in 100..<106 {
      let requests = try Self.requests(seed: UInt64(seed), hasDeadEnds: hasDeadEnds)
      let outcomes = try run(requests.map(\.0), over: model)
      for ((request, automaton), outcome) in zip(requests, outcomes) {
        #expect(outcome.error == nil, "\(request.strategy), seed \(seed)")
        #expect(outcome.isCompleted && !outcome.hypotheses.isEmpty)
        for hypothesis in outcome.hypotheses {
          reasons[hypothesis.finishReason, default: 0] += 1
          let hasEnd = hypothesis.finishReason == .endOfSequence
          let tokens = hypothesis.tokens.map(\.token).dropLast(hasEnd ? 1 : 0)
          let place = try #require(automaton.after(tokens), "\(request.strategy), seed \(seed)")
          #expect(hypothesis.isComplete == place.isComplete)
          if hasEnd { #expect(place.isComplete) }
          if hypothesis.finishReason == .deadEnd {
            #expect(!place.isComplete)
            #expect(hypothesis.expectation == place.expectation)
          }
        }
      }
    }
    #expect(reasons[.endOfSequence, default: 0] > 30)
    #expect(reasons[.length, default: 0] > 20)
    #expect((reasons[.deadEnd, default: 0] > 5) == hasDeadEnds, "\(reasons)")
    #expect(model.table.ledger.counts.openSequences == 0)
  }

  @Test func whatRunsBesideARequestChangesNothing() throws {
    let model = Self.model(seed: 3)
    for seed in 200..<202 {
      let requests = try Self.requests(seed: UInt64(seed), hasDeadEnds: seed % 2 == 0).map(\.0)
      let alone = try requests.map { try run([$0], over: model)[0] }
      #expect(try run(requests, over: model) == alone)
      #expect(try run(requests.reversed(), over: model) == alone.reversed())
    }
  }

  @Test func draftsChangeNothing() throws {
    let model = Self.model(seed: 4)
    var total = DraftCounts()
    var iterated = 0
    for seed in 300..<304 {
      var requests = try draftableRequests(
        vocabularyCount: Self.vocabularyCount, count: 10, seed: UInt64(seed))
      var random = SplitMix64(seed: UInt64(seed))
      for index in requests.indices {
        requests[index].constraint = Automaton(
          stateCount: 1 + random.below(4), vocabularyCount: Self.vocabularyCount,
          ends: requests[index].stopRules.endOfSequence, hasDeadEnds: random.below(3) == 0,
          seed: random.next())
      }
      let plain = try run(requests.map(\.undrafted), over: model)
      let drafters: [any Drafter] = [
        Oracle(outcomes: plain), Oracle(outcomes: plain) { $1 % 3 == 2 ? ($0 + 1) % 24 : $0 },
        ScriptedDrafter { hypothesis in
          var random = SplitMix64(seed: PromptHash(hypothesis.context.tokens).rawValue)
          return (0..<5).map { _ in TokenID(random.below(Self.vocabularyCount)) }
        }, PromptLookup(), JacobiIteration(), try ModelDrafter(model: Self.model(seed: 4)),
      ]
      for drafter in drafters {
        let decoder = try BatchDecoder(model: model, drafter: drafter)
        for request in requests { try decoder.submit(request) }
        #expect(try run(decoder) == plain, "seed \(seed)")
        for counts in requests.indices.map(decoder.draftCounts) {
          if drafter is ModelDrafter {
            total.drafted += counts.drafted
            total.accepted += counts.accepted
          }
          if drafter is JacobiIteration { iterated += counts.accepted }
        }
      }
    }
    // Guesses are made where no start is allowed, too.
    #expect(iterated > 10)
    // The model's own drafts hold to the constraint.
    #expect(total.drafted > 50)
    #expect(Double(total.accepted) > 0.7 * Double(total.drafted))
  }

  /// A language of long runs that are forced, with choices between them: fewer steps, and the same events.
  @Test func tokensThatAreForcedAreDraftedAndChangeNothing() throws {
    let runs: [[TokenID]] = [[1, 4, 5, 6], [2, 7, 8, 9, 10], [11]]
    var next: [[Int?]] = [Array(repeating: nil, count: Self.vocabularyCount)]
    for run in runs {
      var state = 0
      for (index, token) in run.enumerated() {
        let target = index == run.count - 1 ? 0 : next.count
        next[state][Int(token)] = target
        if target > 0 { next.append(Array(repeating: nil, count: Self.vocabularyCount)) }
        state = target
      }
    }
    let constraint = Automaton(next: next, accepting: [0])
    var steps = (plain: 0, drafted: 0)
    for seed in 0..<4 {
      for strategy in try Self.strategies() {
        let hasSamples = strategy is Sampling || strategy is ArithmeticSampling
        var request = DecodingRequest(
          prompt: [2, 3], strategy: strategy, samples: hasSamples ? [0, 1, 2] : [0],
          seed: UInt64(seed), stopRules: StopRules(endOfSequence: Self.ends, maxNewTokens: 30),
          constraint: constraint, report: TokenReport(alternatives: 1, entropy: true))
        let models = (Self.model(seed: 7), Self.model(seed: 7))
        let plain = try Transcript([request], over: models.0)
        request.forcedDraftLimit = 6
        let drafted = try Transcript([request], over: models.1)
        #expect(drafted.events == plain.events, "\(strategy)")
        #expect(drafted.total == DraftCounts())
        if strategy.supportsDrafting {
          steps.plain += models.0.table.ledger.counts.steps
          steps.drafted += models.1.table.ledger.counts.steps
        }
        #expect(models.1.table.ledger.counts.openSequences == 0)
      }
    }
    #expect(steps.drafted * 10 < steps.plain * 8, "\(steps)")
  }

  @Test func oneBeamIsGreedy() throws {
    let model = Self.model(seed: 5)
    for seed in 0..<20 {
      let automaton = Automaton(
        stateCount: 4, vocabularyCount: Self.vocabularyCount, ends: Self.ends, seed: UInt64(seed))
      let strategies: [any DecodingStrategy] = [
        GreedySearch(), BeamSearch(beamCount: 1), Sampling(filters: [try TopK(1)]),
        ContrastiveSearch(penaltyAlpha: 0, candidateCount: 3),
      ]
      let outcomes = try run(
        strategies.map {
          DecodingRequest(
            prompt: [1, TokenID(seed)], strategy: $0,
            stopRules: StopRules(endOfSequence: Self.ends, maxNewTokens: 12), constraint: automaton)
        }, over: model)
      #expect(Set(outcomes.map(\.tokens)).count == 1)
    }
  }

  /// The log-probability of the unmodified model stays, and what the constraint left stands beside it.
  @Test func theMassIsThatOfWhatIsAllowed() throws {
    let model = Self.model(seed: 6)
    let automaton = Automaton(
      stateCount: 3, vocabularyCount: Self.vocabularyCount, ends: Self.ends, seed: 9)
    let outcome = try run(
      [
        DecodingRequest(
          prompt: [2], strategy: Sampling(filters: [try Temperature(1.5)]), samples: [0, 1, 2],
          seed: 4, stopRules: StopRules(endOfSequence: Self.ends, maxNewTokens: 8),
          constraint: automaton, report: TokenReport(constraintLogProbability: true)),
        DecodingRequest(
          prompt: [2], stopRules: StopRules(maxNewTokens: 3),
          report: TokenReport(constraintLogProbability: true)),
      ], over: model)
    for hypothesis in outcome[0].hypotheses {
      var tokens: [TokenID] = [2]
      var place = automaton
      for token in hypothesis.tokens {
        let probabilities = Naive.softmax(model.table.logits(tokens))
        let mass = probabilities.enumerated().reduce(0) { sum, entry in
          let id = TokenID(entry.offset)
          let isAllowed = place.allows(id) || place.isComplete && Self.ends.contains(id)
          return sum + (isAllowed ? entry.element : 0)
        }
        let logMass = try #require(token.constraintLogProbability)
        #expect(abs(logMass - log(mass)) < 1e-5)
        #expect(abs(token.logProbability - log(probabilities[Int(token.token)])) < 1e-5)
        tokens.append(token.token)
        _ = place.advance(by: token.token)
      }
    }
    #expect(outcome[1].hypotheses[0].tokens.allSatisfy { $0.constraintLogProbability == 0 })
  }
}
