import Decoding
import Generation
import Inference
import LanguageModeling
import TestSupport
import Testing
import Tokenization

/// Requests that join and leave, over a model that is a function of the tokens.
@Suite struct SchedulerTests {
  private static let model = TableLanguageModel(randomOver: 12, contextLength: 64)

  private func generator(
    _ model: any LanguageModel = Self.model, options: SessionOptions = SessionOptions()
  ) -> TextGenerator {
    TextGenerator(model: model, tokenizer: LetterTokenizer(count: 12), options: options)
  }

  /// Requests of many kinds: lengths, strategies, samples, stop strings, guidance, drafts.
  ///
  /// - Parameter shared: the tokens that all prompts begin with, negative ones too.
  private func requests(_ count: Int, shared: Int = 0) throws -> [GenerationRequest] {
    let beginning = (0..<shared).map { TokenID(1 + $0 * $0 % 11) }
    return try (0..<count).map { index in
      let rules = StopRules(endOfSequence: [0], maxNewTokens: 1 + index * 7 % 20)
      let prompt = beginning + (0...(index % 5)).map { TokenID(1 + ($0 + index) % 11) }
      var decoding =
        switch index % 6 {
        case 0: DecodingRequest(prompt: prompt, stopRules: rules)
        case 1:
          DecodingRequest(
            prompt: prompt, strategy: Sampling(filters: [try TopK(5)]), samples: [0, 1, 2],
            seed: UInt64(index), stopRules: rules)
        case 2:
          DecodingRequest(
            prompt: prompt, strategy: BeamSearch(beamCount: 4, resultCount: 2), stopRules: rules)
        case 3:
          DecodingRequest(
            prompt: prompt, strategy: Sampling(), seed: 9, stopRules: rules,
            guidance: Guidance(scale: 1.5, negativePrompt: beginning + [3, 4]))
        case 4:
          DecodingRequest(
            prompt: prompt, strategy: Sampling(), seed: 3, stopRules: rules, draftLimit: 3)
        default:
          DecodingRequest(
            prompt: prompt, strategy: StochasticBeamSearch(beamCount: 3), seed: 5,
            stopRules: rules)
        }
      decoding.report = TokenReport(alternatives: 2, entropy: true)
      return GenerationRequest(decoding, stopStrings: index % 4 == 0 ? ["ab"] : [])
    }
  }

  /// Runs to the end: sequences by number, and the order in which prompts were read.
  private func run(
    _ scheduler: Scheduler, each: (Scheduler, [GenerationEvent]) throws -> Void = { _, _ in }
  ) throws -> (results: [Int: [GeneratedSequence]], errors: [Int: DecodingFailure]) {
    var results: [Int: [GeneratedSequence]] = [:]
    var errors: [Int: DecodingFailure] = [:]
    while let events = try scheduler.step() {
      for event in events {
        switch event {
        case .completed(let number, let result):
          #expect(results.updateValue(result.sequences, forKey: number) == nil)
        case .failed(let number, let error): errors[number] = error
        case .promptRead, .canvas, .token, .text, .finished: continue
        }
      }
      try each(scheduler, events)
    }
    return (results, errors)
  }

  /// What each request gives alone.
  private func alone(_ requests: [GenerationRequest]) throws -> [Int: [GeneratedSequence]] {
    var results: [Int: [GeneratedSequence]] = [:]
    for (index, request) in requests.enumerated() {
      results[index] = try generator().generate([request])[0].get().sequences
    }
    return results
  }

  @Test(arguments: [1, 3, 5, 64], [0, 27])
  func resultsAreThoseOfEachRequestAloneWhateverTheLimit(
    sequenceCount: Int, shared: Int
  ) throws {
    let requests = try requests(36, shared: shared)
    let scheduler = try Scheduler(
      generator(), limits: SchedulerLimits(sequenceCount: sequenceCount))
    for request in requests { scheduler.submit(request) }
    let outcome = try run(scheduler)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.results == (try alone(requests)))
  }

  @Test(arguments: 0..<8)
  func requestsThatJoinAtAnyStepGiveTheSame(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let requests = try requests(30)
    let scheduler = try Scheduler(generator(), limits: SchedulerLimits(sequenceCount: 7))
    var submitted = 0
    var results: [Int: [GeneratedSequence]] = [:]
    while submitted < requests.count || results.count < requests.count {
      while submitted < requests.count, random.next() % 3 == 0 {
        #expect(scheduler.submit(requests[submitted]) == submitted)
        submitted += 1
      }
      for case .completed(let number, let result) in try scheduler.step() ?? [] {
        results[number] = result.sequences
      }
    }
    #expect(results == (try alone(requests)))
  }

  @Test func aStepIsKeptFullAndNoFullerThanTheLimit() throws {
    // Every text has a length of its own.
    let requests = (0..<40).map { index in
      GenerationRequest(
        DecodingRequest(
          prompt: [1, TokenID(1 + index % 9)],
          stopRules: StopRules(maxNewTokens: 3 + index % 11)))
    }
    let model = TableLanguageModel(randomOver: 12, contextLength: 64)
    let scheduler = try Scheduler(generator(model), limits: SchedulerLimits(sequenceCount: 8))
    for request in requests { scheduler.submit(request) }
    var counts: [Int] = []
    _ = try run(scheduler) { scheduler, _ in counts.append(scheduler.runningCount) }
    #expect(model.ledger.counts.largestBatch <= 8)
    let tokens = requests.reduce(0) { $0 + $1.stopRules.maxNewTokens }
    // A wave of eight would last as long as its longest: 13 steps five times.
    #expect(model.ledger.counts.steps < tokens / 8 + 13)
  }

  @Test func requestsStartInTheOrderOfSubmission() throws {
    let requests = try requests(30)
    let scheduler = try Scheduler(generator(), limits: SchedulerLimits(sequenceCount: 4))
    for request in requests { scheduler.submit(request) }
    var order: [Int] = []
    _ = try run(scheduler) { _, events in
      let read = events.compactMap { if case .promptRead(let number) = $0 { number } else { nil } }
      order += read.sorted()
    }
    #expect(order == Array(requests.indices))
  }

  @Test func whenNoMoreComeTheLongestStartsFirstAndNothingRunsAloneAtTheEnd() throws {
    // The longest came last.
    let requests = (0..<40).map { index in
      GenerationRequest(
        DecodingRequest(prompt: [1, 2], stopRules: StopRules(maxNewTokens: 1 + index)))
    }
    var steps: [Bool: Int] = [:]
    for expectsRequests in [true, false] {
      let model = TableLanguageModel(randomOver: 12, contextLength: 64)
      let scheduler = try Scheduler(generator(model), limits: SchedulerLimits(sequenceCount: 8))
      for request in requests { scheduler.submit(request) }
      scheduler.expectsRequests = expectsRequests
      var order: [Int] = []
      let outcome = try run(scheduler) { _, events in
        for case .promptRead(let number) in events { order.append(number) }
      }
      #expect(outcome.results == (try alone(requests)))
      // The first eight had started before.
      let rest = expectsRequests ? Array(8..<40) : (8..<40).reversed()
      #expect(Array(order.filter { $0 >= 8 }) == rest)
      steps[expectsRequests] = model.ledger.counts.steps
    }
    // 820 tokens in steps of eight take 103 steps.
    #expect(steps[false, default: 0] <= 110)
    #expect(steps[true, default: 0] >= 120)
  }

  @Test func requestsAreWantedUntilAsManyWaitAsMay() throws {
    let pair = GenerationRequest(
      DecodingRequest(
        prompt: [1], strategy: Sampling(), samples: [0, 1], stopRules: StopRules(maxNewTokens: 5)))
    let scheduler = try Scheduler(
      generator(), limits: SchedulerLimits(sequenceCount: 4, waitingSequenceCount: 5))
    var count = 0
    while scheduler.wantsRequests, count < 100 {
      scheduler.submit(pair)
      count += 1
    }
    // Two run and three wait.
    #expect(count == 5)
    scheduler.cancel(request: 4)
    #expect(scheduler.wantsRequests)
    scheduler.cancel()
    #expect(scheduler.wantsRequests)
    #expect(try run(scheduler).results.count == 5)
  }

  @Test func aGroupStartsTogether() throws {
    let one = GenerationRequest(
      DecodingRequest(prompt: [1], stopRules: StopRules(maxNewTokens: 5)))
    let scheduler = try Scheduler(generator(), limits: SchedulerLimits(sequenceCount: 4))
    scheduler.submit([one, one, one])
    scheduler.submit([one, one])
    // Too many for the limit: two parts.
    scheduler.submit(Array(repeating: one, count: 6))
    var starts: [[Int]] = []
    _ = try run(scheduler) { _, events in
      let read = events.compactMap { if case .promptRead(let number) = $0 { number } else { nil } }
      if !read.isEmpty { starts.append(read.sorted()) }
    }
    #expect(starts == [[0, 1, 2], [3, 4], [5, 6, 7, 8], [9, 10]])
  }

  @Test func memoryIsKnownBeforeAndStaysWithinTheBudget() throws {
    let model = MeteredModel(base: Self.model)
    let memory = model.memory(SessionOptions())
    let requests = (0..<12).map { index in
      GenerationRequest(
        DecodingRequest(
          prompt: Array(repeating: 1, count: 1 + index),
          stopRules: StopRules(maxNewTokens: 4 + index)))
    }
    let needs = requests.map { $0.decoding.needs(of: memory, contextLength: 64).bytes }
    for budget in [needs.max() ?? 0, 3 * (needs.max() ?? 0), needs.reduce(0, +)] {
      let scheduler = try Scheduler(
        generator(model), limits: SchedulerLimits(memoryBytes: budget + memory.baseBytes))
      for request in requests { scheduler.submit(request) }
      var running: Set<Int> = []
      let outcome = try run(scheduler) { _, events in
        for event in events {
          switch event {
          case .promptRead(let number): running.insert(number)
          case .completed(let number, _): running.remove(number)
          default: continue
          }
        }
        #expect(running.reduce(0) { $0 + needs[$1] } <= budget)
      }
      #expect(outcome.results == (try alone(requests)))
    }
  }

  @Test func aRequestThatCanNeverFitFailsWithFiguresAndTheOthersGoOn() throws {
    let model = MeteredModel(base: Self.model)
    let small = GenerationRequest(
      DecodingRequest(prompt: [1], stopRules: StopRules(maxNewTokens: 4)))
    let large = GenerationRequest(
      DecodingRequest(
        prompt: [1], strategy: BeamSearch(beamCount: 1024),
        stopRules: StopRules(maxNewTokens: 63)))
    let scheduler = try Scheduler(
      generator(model), limits: SchedulerLimits(memoryBytes: 1_250_000))
    for request in [small, large, small] { scheduler.submit(request) }
    let outcome = try run(scheduler)
    #expect(outcome.results.keys.sorted() == [0, 2])
    // 16 blocks of 4 positions for each of 1,024 sequences, and a row of 12 logits.
    #expect(
      outcome.errors[1].map { "\($0)" }
        == "1,024 sequences of up to 64 tokens need 16.4 MB of memory, and 1.2 MB may be used here;"
        + " ask for fewer or shorter ones, or keep keys and values as int8")
  }

  @Test func aRequestThatMakesNoSenseFailsAlone() throws {
    let good = GenerationRequest(
      DecodingRequest(prompt: [1], stopRules: StopRules(maxNewTokens: 4)))
    let scheduler = try Scheduler(generator())
    scheduler.submit([
      good, GenerationRequest(DecodingRequest(prompt: [])),
      GenerationRequest(DecodingRequest(prompt: [99])), good,
      GenerationRequest(DecodingRequest(prompt: [1]), stopStrings: [""]),
    ])
    let outcome = try run(scheduler)
    #expect(outcome.results.keys.sorted() == [0, 3])
    #expect(outcome.errors.keys.sorted() == [1, 2, 4])
    #expect(outcome.errors[1] == .emptyPrompt)
    #expect(outcome.results[0] == outcome.results[3])
  }

  @Test func aRequestThatFailsOnItsWayHurtsNobody() throws {
    // Logits after token 7 are no numbers.
    let model = TableLanguageModel(vocabularyCount: 9, contextLength: 64) { tokens in
      if tokens.last == 7 { return Array(repeating: .nan, count: 9) }
      return (0..<9).map { $0 == (tokens[0] == 2 ? tokens.count + 3 : tokens.count % 4) ? 1 : 0 }
    }
    let rules = StopRules(maxNewTokens: 12)
    let scheduler = try Scheduler(generator(model), limits: SchedulerLimits(sequenceCount: 2))
    for first: TokenID in [1, 2, 1, 1] {
      scheduler.submit(GenerationRequest(DecodingRequest(prompt: [first], stopRules: rules)))
    }
    let outcome = try run(scheduler)
    #expect(outcome.errors.keys.sorted() == [1])
    #expect(outcome.results.keys.sorted() == [0, 2, 3])
    #expect(outcome.results[0] == outcome.results[3])
    #expect(model.ledger.counts.openSequences == 0)
  }

  @Test func cancellingEndsWhatRunsAndWhatWaits() throws {
    let request = GenerationRequest(
      DecodingRequest(prompt: [1], stopRules: StopRules(maxNewTokens: 30)))
    let model = TableLanguageModel(randomOver: 12, contextLength: 64)
    let scheduler = try Scheduler(generator(model), limits: SchedulerLimits(sequenceCount: 2))
    for _ in 0..<5 { scheduler.submit(request) }
    for _ in 0..<4 { _ = try scheduler.step() }
    scheduler.cancel(request: 0)
    scheduler.cancel(request: 4)
    for _ in 0..<2 { _ = try scheduler.step() }
    scheduler.cancel()
    let outcome = try run(scheduler)
    let lengths = (0..<5).map { outcome.results[$0]?.first?.tokens.count }
    // The first and the last had ended before.
    #expect(lengths == [nil, 6, 1, 0, nil])
    for sequences in outcome.results.values {
      #expect(sequences.allSatisfy { $0.finishReason == .cancelled })
    }
    #expect(model.ledger.counts.openSequences == 0)
  }

  @Test func aRequestThatJoinsReadsNothingThatOthersHaveRead() throws {
    let shared = (0..<30).map { TokenID(1 + $0 % 11) }
    func request(_ last: TokenID, _ count: Int) -> GenerationRequest {
      GenerationRequest(
        DecodingRequest(prompt: shared + [last], stopRules: StopRules(maxNewTokens: count)))
    }
    for sequenceCount in [1, 3] {
      let model = TableLanguageModel(randomOver: 12, contextLength: 64)
      let requests = (0..<9).map { request(TokenID(1 + $0), 3 + $0) }
      let scheduler = try Scheduler(
        generator(model), limits: SchedulerLimits(sequenceCount: sequenceCount))
      for request in requests { scheduler.submit(request) }
      let outcome = try run(scheduler)
      #expect(outcome.results == (try alone(requests)))
      // Each request's last token of the prompt, and all generated ones but the last; the rest is read once.
      let generated = requests.reduce(0) { $0 + $1.stopRules.maxNewTokens - 1 }
      #expect(model.ledger.counts.tokens == shared.count + requests.count + generated)
      #expect(model.ledger.counts.openSequences == 0)
    }
  }
}

/// A model that says what it takes: blocks of four positions, 250 bytes each.
private struct MeteredModel: LanguageModel {
  let base: TableLanguageModel

  var vocabularyCount: Int { base.vocabularyCount }
  var contextLength: Int { base.contextLength }

  func makeSession(_ options: SessionOptions) throws(ModelError) -> sending TableSession {
    try base.makeSession(options)
  }

  func memory(_ options: SessionOptions) -> SessionMemory {
    SessionMemory(blockBytes: 1000, blockPositions: 4, rowBytes: 12 * 4, baseBytes: 1000)
  }
}
