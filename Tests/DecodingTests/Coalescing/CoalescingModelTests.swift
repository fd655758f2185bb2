import Decoding
import LanguageModeling
import TestSupport
import Testing

@Suite struct CoalescingModelTests {
  private func model() -> TableLanguageModel {
    TableLanguageModel(randomOver: 23, contextLength: 60)
  }

  /// Trials of one prompt: they share their noise, and some of them end soon.
  private func trials(_ count: Int) throws -> [DecodingRequest] {
    try (0..<count).map { index in
      DecodingRequest(
        prompt: (0..<20).map { TokenID($0) },
        strategy: Sampling(filters: [
          try Temperature(0.5 + Double(index) * 0.04), try TopK(20 - index),
        ]),
        samples: [0, 1], seed: 3,
        stopRules: StopRules(endOfSequence: [TokenID(index % 5)], maxNewTokens: 30))
    }
  }

  @Test func resultsAreThoseOfTheModelAndFewerTokensAreComputed() throws {
    let requests =
      try trials(12) + [
        DecodingRequest(
          prompt: (0..<20).map { TokenID($0) }, strategy: BeamSearch(beamCount: 4, resultCount: 3),
          stopRules: StopRules(endOfSequence: [2], maxNewTokens: 12)),
        DecodingRequest(
          prompt: (0..<19).map { TokenID($0) }, stopRules: StopRules(maxNewTokens: 50)),
      ]
    let plain = model()
    let expected = try run(requests, over: plain)
    let base = model()
    let coalescing = CoalescingModel(base)
    #expect(try run(requests, over: coalescing) == expected)
    let counts = coalescing.ledger.counts
    #expect(counts.askedTokens == plain.ledger.counts.tokens)
    #expect(counts.computedTokens == base.ledger.counts.tokens)
    #expect(counts.computedTokens < counts.askedTokens * 3 / 4)
    #expect(base.ledger.counts.openSequences == 0)
  }

  @Test func equalTrialsAreOne() throws {
    let request = DecodingRequest(
      prompt: [1, 2, 3], strategy: Sampling(), seed: 5, stopRules: StopRules(maxNewTokens: 10))
    let base = model()
    _ = try run(Array(repeating: request, count: 9), over: CoalescingModel(base))
    let single = model()
    _ = try run([request], over: single)
    #expect(base.ledger.counts.tokens == single.ledger.counts.tokens)
    #expect(base.ledger.counts.largestBatch == 1)
  }

  /// Whatever is done to sequences, each behaves as if it were alone.
  @Test(arguments: 0..<30) func sequencesBehaveAsIfTheyWereAlone(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let (plain, base) = (model(), model())
    let expected = try plain.makeSession(SessionOptions())
    let session = try CoalescingModel(base).makeSession(SessionOptions())
    var open: [(SequenceID, SequenceID)] = []
    for _ in 0..<200 {
      switch random.below(10) {
      case 0 where open.count < 12:
        open.append((try expected.open(adapter: .none), try session.open(adapter: .none)))
      case 1, 2:
        guard open.count < 12, let parent = open.randomElement(using: &random) else { continue }
        open.append((try expected.fork(parent.0), try session.fork(parent.1)))
      case 3:
        guard let index = open.indices.randomElement(using: &random) else { continue }
        let gone = open.remove(at: index)
        expected.close(gone.0)
        session.close(gone.1)
      case 4:
        guard let sequence = open.randomElement(using: &random) else { continue }
        let length = random.below(try expected.length(of: sequence.0) + 2)
        let fails = (try? expected.rollback(sequence.0, to: length)) == nil
        #expect(((try? session.rollback(sequence.1, to: length)) == nil) == fails)
      default:
        // Few tokens, so that sequences often agree.
        let fed = open.filter { _ in random.below(3) > 0 }
        let inputs = fed.map { pair in
          let tokens = (0...random.below(2)).map { _ in TokenID(random.below(2)) }
          let logits: LogitsRequest = [.last, .last, .all, .none][random.below(4)]
          return (pair, tokens, logits)
        }
        guard !inputs.isEmpty else { continue }
        let there = stepped(expected, inputs.map { StepInput($0.0.0, $0.1, logits: $0.2) })
        let here = stepped(session, inputs.map { StepInput($0.0.1, $0.1, logits: $0.2) })
        #expect((there.error == nil) == (here.error == nil))
        if there.error == nil { #expect(there.rows == here.rows) }
        if case .contextFull(let id, _, _)? = here.error {
          #expect(open.contains { $0.1 == id })
        }
      }
      for pair in open {
        #expect(try expected.length(of: pair.0) == session.length(of: pair.1))
      }
    }
    for pair in open { session.close(pair.1) }
    #expect(base.ledger.counts.openSequences == 0)
    #expect(base.ledger.counts.tokens <= plain.ledger.counts.tokens)
  }

  /// The logits of a step, or why there are none.
  private func stepped(
    _ session: any DecodingSession, _ inputs: [StepInput]
  ) -> (rows: [Float], error: ModelError?) {
    var rows = [Float](repeating: 0, count: inputs.reduce(0) { $0 + $1.rowCount } * 23)
    var output = rows.mutableSpan
    do throws(ModelError) {
      try session.step(inputs.span, into: &output)
    } catch {
      return ([], error)
    }
    return (rows, nil)
  }

  @Test func wrongStepsAreRefused() throws {
    let session = try CoalescingModel(model()).makeSession(SessionOptions())
    let sequence = try session.open(adapter: .none)
    func step(_ inputs: [StepInput], room: Int) throws(ModelError) {
      var rows = Array(repeating: Float(0), count: room)
      var output = rows.mutableSpan
      try session.step(inputs.span, into: &output)
    }
    #expect(throws: ModelError.duplicateSequence(sequence)) {
      try step([StepInput(sequence, [1]), StepInput(sequence, [1])], room: 46)
    }
    #expect(throws: ModelError.emptyInput(sequence)) {
      try step([StepInput(sequence, [], logits: .none)], room: 0)
    }
    #expect(throws: ModelError.wrongOutputCount(expected: 23, actual: 22)) {
      try step([StepInput(sequence, [1])], room: 22)
    }
    session.close(sequence)
    #expect(throws: ModelError.unknownSequence(sequence)) {
      try step([StepInput(sequence, [1])], room: 23)
    }
    #expect(throws: ModelError.unknownSequence(sequence)) { try session.fork(sequence) }
    session.close(sequence)
  }
}
