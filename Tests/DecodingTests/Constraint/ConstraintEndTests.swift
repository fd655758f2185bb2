import Decoding
import LanguageModeling
import TestSupport
import Testing

/// How texts end under a constraint.
@Suite struct ConstraintEndTests {
  /// Six tokens, of which 5 and 4 may end a text; logits grow with the token, so that an end is always the first choice.
  private let model = HiddenStateTableModel(
    TableLanguageModel(vocabularyCount: 6, contextLength: 40) { tokens in
      (0..<6).map { Float($0) + 0.1 * Float(tokens.count) }
    }, hiddenSize: 2
  ) { [Float($0.count), 1] }

  /// 0 then 1, and nothing more.
  private static let word = Automaton(
    next: [
      [1, nil, nil, nil, nil, nil], [nil, 2, nil, nil, nil, nil],
      [nil, nil, nil, nil, nil, nil],
    ], accepting: [2])

  /// Any number of zeros, at least one.
  private static let zeros = Automaton(
    next: [[1, nil, nil, nil, nil, nil], [1, nil, nil, nil, nil, nil]], accepting: [1])

  /// 0, then 1 into a dead end, or 0 and the end.
  private static let trap = Automaton(
    next: [
      [1, nil, nil, nil, nil, nil], [2, 3, nil, nil, nil, nil],
      [nil, nil, nil, nil, nil, nil], [nil, nil, nil, nil, nil, nil],
    ], accepting: [2])

  private static let strategies: [any DecodingStrategy] = [
    GreedySearch(), Sampling(), ArithmeticSampling(codeCount: 1), BeamSearch(beamCount: 1),
    BeamSearch(beamCount: 3), StochasticBeamSearch(beamCount: 2), BeamSampling(beamCount: 2),
    DiverseBeamSearch(beamCount: 2, groupCount: 2, diversityPenalty: 1),
    ContrastiveSearch(penaltyAlpha: 0.5, candidateCount: 2),
  ]

  private func outcome(
    _ strategy: any DecodingStrategy, _ constraint: any TokenConstraint,
    _ change: (inout DecodingRequest) throws -> Void = { _ in }
  ) throws -> Outcome {
    var request = DecodingRequest(
      prompt: [2], strategy: strategy,
      stopRules: StopRules(endOfSequence: [4, 5], maxNewTokens: 8), constraint: constraint)
    try change(&request)
    return try run([request], over: model)[0]
  }

  /// Every strategy gives one text, the same.
  private func expect(
    _ tokens: [TokenID], _ reason: FinishReason, isComplete: Bool, _ constraint: Automaton,
    location: SourceLocation = #_sourceLocation,
    _ change: (inout DecodingRequest) throws -> Void = { _ in }
  ) throws {
    for strategy in Self.strategies {
      let outcome = try outcome(strategy, constraint, change)
      #expect(outcome.error == nil, "\(strategy)", sourceLocation: location)
      let first = try #require(outcome.hypotheses.first, sourceLocation: location)
      #expect(first.tokens.map(\.token) == tokens, "\(strategy)", sourceLocation: location)
      #expect(first.finishReason == reason, "\(strategy)", sourceLocation: location)
      #expect(first.isComplete == isComplete, "\(strategy)", sourceLocation: location)
    }
  }

  @Test func theEndComesWhereTheTextIsWhole() throws {
    for strategy in Self.strategies {
      let outcome = try outcome(strategy, Self.word)
      for hypothesis in outcome.hypotheses {
        let tokens = hypothesis.tokens.map(\.token)
        #expect(tokens.prefix(2) == [0, 1] && tokens.count == 3 && [4, 5].contains(tokens[2]))
        #expect(hypothesis.finishReason == .endOfSequence && hypothesis.isComplete == true)
      }
    }
  }

  @Test func withoutAnEndTheSequenceStopsWhereNothingCanFollow() throws {
    try expect([0, 1], .stop, isComplete: true, Self.word) { $0.stopRules.endOfSequence = [] }
    try expect([0, 1], .stop, isComplete: true, Self.word) {
      $0.stopRules.ignoresEndOfSequence = true
    }
    // Nothing can follow for the request's own masks.
    try expect([0, 1], .stop, isComplete: true, Self.word) {
      $0.processors = [SuppressTokens([4, 5])]
    }
  }

  @Test func aMinimumLengthGivesWayToAFinishedText() throws {
    try expect([0, 1, 5], .endOfSequence, isComplete: true, Self.word) {
      $0.stopRules.minNewTokens = 6
      $0.processors = [SuppressTokens([4])]
    }
    // And holds where the text can go on.
    try expect([0, 0, 0, 0, 0, 0, 5], .endOfSequence, isComplete: true, Self.zeros) {
      $0.stopRules.minNewTokens = 6
      $0.processors = [SuppressTokens([4]), try LogitBias([5: 100])]
    }
  }

  @Test func theLimitCutsATextOff() throws {
    try expect([0], .length, isComplete: false, Self.word) { $0.stopRules.maxNewTokens = 1 }
    try expect([0, 1], .length, isComplete: true, Self.word) { $0.stopRules.maxNewTokens = 2 }
    try expect([], .length, isComplete: false, Self.word) { $0.stopRules.maxNewTokens = 0 }
  }

  @Test func anEndIsForcedOnlyOnAWholeText() throws {
    try expect([0], .length, isComplete: false, Self.word) {
      $0.stopRules.maxNewTokens = 1
      $0.processors = [try ForcedEndOfSequence([5])]
    }
    try expect([0, 0, 5], .endOfSequence, isComplete: true, Self.zeros) {
      $0.stopRules.maxNewTokens = 3
      $0.stopRules.minNewTokens = 2
      $0.processors = [try ForcedEndOfSequence([5])]
    }
  }

  @Test func theEmptyTextMayBeAll() throws {
    let nothing = Automaton(next: [Array(repeating: nil, count: 6)], accepting: [0])
    try expect([5], .endOfSequence, isComplete: true, nothing) {
      $0.processors = [SuppressTokens([4])]
    }
    try expect([], .stop, isComplete: true, nothing) { $0.stopRules.endOfSequence = [] }
  }

  @Test func aTextEndsWhereNoTokenCanGoOn() throws {
    let lost = Automaton(
      next: [[1, nil, nil, nil, nil, nil], Array(repeating: nil, count: 6)], accepting: [])
    for strategy in Self.strategies {
      let outcome = try outcome(strategy, lost)
      let first = try #require(outcome.hypotheses.first)
      #expect(first.tokens.map(\.token) == [0] && first.finishReason == .deadEnd)
      #expect(first.isComplete == false && first.expectation == "state 1")
      #expect(outcome.isCompleted && outcome.error == nil)
    }
    // The request's own masks can lead there.
    try expect([0], .deadEnd, isComplete: false, Self.word) {
      $0.processors = [SuppressTokens([1])]
    }
    // At the first token.
    try expect([], .deadEnd, isComplete: false, Self.word) {
      $0.processors = [SuppressTokens([0])]
    }
    #expect(model.table.ledger.counts.openSequences == 0)
  }

  @Test func aBeamAtADeadEndLoses() throws {
    for strategy in [
      BeamSearch(beamCount: 2, resultCount: 2), BeamSampling(beamCount: 2, resultCount: 2),
      StochasticBeamSearch(beamCount: 3),
      DiverseBeamSearch(beamCount: 4, groupCount: 2, diversityPenalty: 0, resultCount: 4),
    ] as [any DecodingStrategy] {
      let outcome = try outcome(strategy, Self.trap)
      #expect(!outcome.hypotheses.isEmpty)
      for hypothesis in outcome.hypotheses {
        #expect(hypothesis.tokens.prefix(2).map(\.token) == [0, 0], "\(strategy)")
        #expect(hypothesis.finishReason == .endOfSequence, "\(strategy)")
      }
    }
    // The most probable token leads there, and a single hypothesis can't know.
    let greedy = try outcome(GreedySearch(), Self.trap).hypotheses[0]
    #expect(greedy.tokens.map(\.token) == [0, 1] && greedy.finishReason == .deadEnd)
  }

  @Test func aSampleAtADeadEndLeavesTheOthersAlone() throws {
    let outcome = try outcome(Sampling(), Self.trap) { $0.samples = Array(0..<12) }
    let reasons = Dictionary(grouping: outcome.hypotheses, by: \.finishReason).mapValues(\.count)
    #expect(outcome.hypotheses.count == 12 && Set(reasons.keys) == [.deadEnd, .endOfSequence])
  }

  /// A constraint that takes more than it may at the third token.
  private struct Costly: TokenConstraint {
    var count = 0
    var isComplete: Bool { false }
    var canContinue: Bool { true }
    func allows(_ token: TokenID) throws(DecodingFailure) -> Bool {
      try mask()[0] >> UInt64(token) & 1 == 1
    }
    func mask() throws(DecodingFailure) -> [UInt64] {
      guard count < 2 else { throw .constraint("too much") }
      return [0b1111]
    }
    mutating func advance(by token: TokenID) -> Bool {
      count += 1
      return true
    }
  }

  @Test func aConstraintThatTakesTooMuchFailsItsRequestAlone() throws {
    for strategy in Self.strategies {
      let requests = [Costly() as any TokenConstraint, Self.word].map {
        DecodingRequest(
          prompt: [2], strategy: strategy,
          stopRules: StopRules(endOfSequence: [4, 5], maxNewTokens: 8), constraint: $0)
      }
      let outcomes = try run(requests, over: model)
      #expect(outcomes[0].error == .constraint("too much"), "\(strategy)")
      #expect(outcomes[1].error == nil && outcomes[1].isCompleted)
    }
    #expect(model.table.ledger.counts.openSequences == 0)
  }
}
