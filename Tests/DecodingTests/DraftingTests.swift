import Decoding
import LanguageModeling
import TestSupport
import Testing

@Suite struct DraftingTests {
  private static let vocabularyCount = 8

  /// Rows that depend on the last two tokens, so that texts repeat themselves and lookups find something.
  private static func model(seed: UInt64 = 1, spread: Float = 2) -> TableLanguageModel {
    TableLanguageModel(vocabularyCount: vocabularyCount, contextLength: 40) { tokens in
      row(tokens, seed: seed, spread: spread)
    }
  }

  private static func row(_ tokens: [TokenID], seed: UInt64, spread: Float = 2) -> [Float] {
    let noise = CounterNoise(seed: seed, prompt: PromptHash(Array(tokens.suffix(2))), sample: 0)
    return (0..<vocabularyCount).map {
      spread * Float(noise.gumbel(position: 0, token: TokenID($0)))
    }
  }

  /// Drafters from always right to always wrong, and such as break every rule.
  private func drafters(_ requests: [DecodingRequest]) throws -> [(String, any Drafter)] {
    let outcomes = try run(requests.map(\.undrafted), over: Self.model())
    let count = TokenID(Self.vocabularyCount)
    func random(_ hypothesis: DraftedHypothesis, _ salt: UInt64) -> SplitMix64 {
      SplitMix64(seed: PromptHash(hypothesis.context.tokens).rawValue ^ salt)
    }
    return [
      ("right", Oracle(outcomes: outcomes)),
      ("wrong", Oracle(outcomes: outcomes) { token, _ in (token + 1) % count }),
      ("wrong at every third", Oracle(outcomes: outcomes) { $1 % 3 == 2 ? ($0 + 1) % count : $0 }),
      ("empty", ScriptedDrafter { _ in [] }),
      ("too long", ScriptedDrafter { _ in Array(repeating: 3, count: 1000) }),
      (
        "out of the vocabulary",
        ScriptedDrafter { hypothesis in
          var random = random(hypothesis, 1)
          return (0..<5).map { _ in TokenID(random.below(12)) - 2 } + [.max, .min]
        }
      ),
      (
        "random",
        ScriptedDrafter { hypothesis in
          var random = random(hypothesis, 2)
          return (0..<random.below(6)).map { _ in TokenID(random.below(Int(count))) }
        }
      ),
      ("lookup", PromptLookup()), ("short lookup", PromptLookup(maximumMatchLength: 1)),
      ("Jacobi iteration", JacobiIteration()),
      ("the model itself", try ModelDrafter(model: Self.model())),
      ("a similar model", try ModelDrafter(model: Self.model(spread: 1.6))),
      ("another model", try ModelDrafter(model: Self.model(seed: 7))),
      (
        "a model of a shorter context",
        try ModelDrafter(model: Self.model(), options: SessionOptions(contextLength: 12))
      ),
    ]
  }

  @Test func nothingThatIsDraftedChangesAnEvent() throws {
    var totals: [String: DraftCounts] = [:]
    for seed in 0..<12 {
      let requests = try draftableRequests(
        vocabularyCount: Self.vocabularyCount, count: 12, seed: UInt64(seed))
      let plain = try Transcript(requests.map(\.undrafted), over: Self.model())
      #expect(plain.total == DraftCounts())
      for (name, drafter) in try drafters(requests) {
        let model = Self.model()
        let drafted = try Transcript(requests, over: model, drafter: drafter)
        #expect(drafted.events == plain.events, "\(name), seed \(seed)")
        #expect(model.ledger.counts.openSequences == 0, "\(name), seed \(seed)")
        for (request, counts) in zip(requests, drafted.counts) where request.draftLimit == 0 {
          #expect(counts == DraftCounts())
        }
        let total = drafted.total
        if name == "right" { #expect(total.accepted == total.drafted) }
        if name == "wrong" { #expect(total.accepted == 0) }
        if name == "empty" { #expect(total.drafted == 0) }
        totals[name, default: DraftCounts()].drafted += total.drafted
        totals[name, default: DraftCounts()].accepted += total.accepted
      }
    }
    // Drafts of all kinds were really made: right ones, wrong ones, and such as are right at first.
    for (name, total) in totals where name != "empty" {
      #expect(total.drafted > 200, "\(name)")
      #expect(total.accepted > (name == "wrong" ? -1 : 20), "\(name): \(total)")
    }
    // All but what was drafted after a stop, and where the guess isn't the whole method: that of filters which
    // remember what was drawn forgets it, and arithmetic sampling's is the most probable token.
    let own = totals["the model itself"] ?? DraftCounts()
    #expect(Double(own.accepted) > 0.8 * Double(own.drafted))
  }

  @Test func everyDraftOfATinyVocabularyGivesTheSame() throws {
    let model = TableLanguageModel(randomOver: 3, contextLength: 9)
    var drafts: [[TokenID]] = [[]]
    for length in 0..<3 {
      for draft in drafts where draft.count == length { drafts += (0..<3).map { draft + [$0] } }
    }
    #expect(drafts.count == 1 + 3 + 9 + 27)
    let strategies: [any DecodingStrategy] = [
      GreedySearch(), Sampling(), Sampling(filters: [try TopK(2)]),
    ]
    for strategy in strategies {
      for prompt in [[0], [1, 2], [2, 2, 1]] as [[TokenID]] {
        for ends in [[], [1]] as [Set<TokenID>] {
          var request = DecodingRequest(
            prompt: prompt, strategy: strategy,
            samples: strategy is GreedySearch ? [0] : [0, 1, 2], seed: 5,
            stopRules: StopRules(endOfSequence: ends, maxNewTokens: 7))
          let plain = try Transcript([request], over: model)
          request.draftLimit = 3
          for draft in drafts {
            let drafted = try Transcript(
              [request], over: model, drafter: ScriptedDrafter { _ in draft })
            #expect(drafted.events == plain.events, "\(strategy), \(prompt), draft \(draft)")
          }
        }
      }
    }
  }

  @Test func rightDraftsSaveSteps() throws {
    let model = TableLanguageModel(randomOver: 20)
    var request = DecodingRequest(prompt: [1, 2], stopRules: StopRules(maxNewTokens: 61))
    let outcomes = try run([request], over: model)
    #expect(model.ledger.counts.steps == 61)
    request.draftLimit = 5
    let drafted = TableLanguageModel(randomOver: 20)
    let transcript = try Transcript([request], over: drafted, drafter: Oracle(outcomes: outcomes))
    // The prompt and the first token; drafts of 4, then of 5, each with the token that the model adds.
    #expect(drafted.ledger.counts.steps == 1 + 1 + 9 + 1)
    #expect(transcript.total == DraftCounts(drafted: 49, accepted: 49))
    // What is fed: the prompt, and all but the last token, each once.
    #expect(drafted.ledger.counts.tokens == 2 + 60)
  }

  @Test func wrongDraftsAreGivenUp() throws {
    let model = TableLanguageModel(randomOver: 20, contextLength: 2000)
    var request = DecodingRequest(prompt: [1, 2], stopRules: StopRules(maxNewTokens: 1000))
    let outcomes = try run([request], over: model)
    request.draftLimit = 8
    let drafted = TableLanguageModel(randomOver: 20, contextLength: 2000)
    let transcript = try Transcript(
      [request], over: drafted, drafter: Oracle(outcomes: outcomes) { token, _ in (token + 1) % 20 }
    )
    #expect(drafted.ledger.counts.steps == 1000)
    #expect(transcript.total.drafted < 150 && transcript.total.accepted == 0)
  }

  @Test func samplesOfDifferentLuckAdvanceAtTheirOwnPace() throws {
    let model = TableLanguageModel(randomOver: 20)
    var request = DecodingRequest(
      prompt: [1, 2], strategy: Sampling(), samples: [0, 1, 2, 3], seed: 3,
      stopRules: StopRules(maxNewTokens: 50))
    let plain = try Transcript([request], over: model)
    let outcomes = try run([request], over: model)
    request.draftLimit = 6
    let drafted = TableLanguageModel(randomOver: 20)
    let oracle = Oracle(outcomes: outcomes)
    let transcript = try Transcript(
      [request], over: drafted,
      drafter: ScriptedDrafter { hypothesis in
        hypothesis.lane.slot % 2 == 0 ? oracle.propose([hypothesis])[0] : []
      })
    #expect(transcript.events == plain.events)
    // The unlucky ones take a step for each token.
    #expect(drafted.ledger.counts.steps == 50)
    #expect(transcript.total.accepted > 2 * 35)
  }

  @Test func failuresComeWhenTheyWouldWithoutDrafts() throws {
    // Broken after some pairs: the model notices a NaN itself, and an infinity it doesn't.
    func model(_ seed: UInt64, _ value: Float) -> TableLanguageModel {
      TableLanguageModel(vocabularyCount: Self.vocabularyCount, contextLength: 60) { tokens in
        var row = Self.row(tokens, seed: seed)
        if tokens.count > 6, PromptHash(Array(tokens.suffix(3))).rawValue % 40 == 0 {
          row[0] = value
        }
        return row
      }
    }
    var failures = 0
    for value in [Float.nan, .infinity] {
      for seed in 0..<40 as Range<UInt64> {
        var requests = (0..<3).map { number in
          DecodingRequest(
            prompt: [TokenID(number), 1], strategy: Sampling(filters: []), samples: [0, 1, 2],
            seed: seed, stopRules: StopRules(endOfSequence: [5], maxNewTokens: 30))
        }
        let plain = try Transcript(requests, over: model(seed, value))
        for index in requests.indices { requests[index].draftLimit = 6 }
        let knowing = try run(requests.map(\.undrafted), over: Self.model(seed: seed))
        for drafter in [
          try ModelDrafter(model: Self.model(seed: seed)), PromptLookup(), JacobiIteration(),
          Oracle(outcomes: knowing),
        ] as [any Drafter] {
          let model = model(seed, value)
          let drafted = try Transcript(requests, over: model, drafter: drafter)
          #expect(drafted.events == plain.events, "\(drafter), seed \(seed), \(value)")
          #expect(model.ledger.counts.openSequences == 0)
        }
        for events in plain.events {
          if case .failed = events.last { failures += 1 }
        }
      }
    }
    #expect(failures > 50)
  }

  @Test func cancellingKeepsWhatWasGeneratedAndClosesEverything() throws {
    let request = DecodingRequest(
      prompt: [1, 2], strategy: Sampling(), samples: [0, 1, 2], seed: 3,
      stopRules: StopRules(maxNewTokens: 30), draftLimit: 5)
    let whole = try run([request.undrafted], over: Self.model())[0]
    for steps in 0..<8 {
      let (model, draftModel) = (Self.model(), Self.model())
      do {
        let decoder = try BatchDecoder(model: model, drafter: try ModelDrafter(model: draftModel))
        try decoder.submit(request)
        var lengths = [0, 0, 0]
        var told: [[GeneratedToken]] = [[], [], []]
        func take(_ events: [DecodingEvent]) {
          for event in events {
            if case .token(let token) = event { lengths[token.slot] += 1 }
            if case .finished(_, let hypothesis) = event {
              told[hypothesis.slot] = hypothesis.tokens
            }
          }
        }
        for _ in 0..<steps { take(try decoder.step() ?? []) }
        decoder.cancel()
        while let events = try decoder.step() { take(events) }
        #expect(told.map(\.count) == lengths)
        for (slot, tokens) in told.enumerated() {
          let full = try #require(whole.hypotheses.first { $0.slot == slot })
          #expect(Array(full.tokens.prefix(tokens.count)) == tokens)
        }
        #expect(draftModel.ledger.counts.openSequences == 0)
      }
      #expect(model.ledger.counts.openSequences == 0)
    }
  }

  @Test func draftsThatMakeNoSenseAreRefused() throws {
    let model = Self.model()
    let beams = DecodingRequest(prompt: [1], strategy: BeamSearch(beamCount: 2), draftLimit: 2)
    let decoder = try BatchDecoder(model: model, drafter: PromptLookup())
    #expect(throws: DecodingFailure.self) { try decoder.submit(beams) }
    #expect(throws: DecodingFailure.self) {
      try decoder.submit(DecodingRequest(prompt: [1], draftLimit: -1))
    }
    #expect(throws: DecodingFailure.self) {
      try decoder.submit(DecodingRequest(prompt: [1], guidance: Guidance(scale: 2), draftLimit: 2))
    }
    let plain = try BatchDecoder(model: model)
    #expect(throws: DecodingFailure.self) {
      try plain.submit(DecodingRequest(prompt: [1], draftLimit: 1))
    }
    let other = try BatchDecoder(
      model: model, drafter: try ModelDrafter(model: TableLanguageModel(randomOver: 9)))
    #expect(throws: DecodingFailure.self) {
      try other.submit(DecodingRequest(prompt: [1], draftLimit: 1))
    }
    #expect(try decoder.step() == nil && plain.step() == nil && other.step() == nil)
  }
}

extension DecodingRequest {
  /// The same without drafts.
  var undrafted: DecodingRequest {
    var request = self
    request.draftLimit = 0
    return request
  }
}
