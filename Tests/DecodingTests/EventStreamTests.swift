import Decoding
import Foundation
import LanguageModeling
import Synchronization
import TestSupport
import Testing

@Suite struct EventStreamTests {
  private func decoder(
    over model: TableLanguageModel, maxNewTokens: Int = 20
  ) throws -> sending BatchDecoder {
    let decoder = try BatchDecoder(model: model)
    try decoder.submit(
      DecodingRequest(
        prompt: [1, 2], strategy: Sampling(), samples: [0, 1], seed: 3,
        stopRules: StopRules(maxNewTokens: maxNewTokens)))
    return decoder
  }

  @Test func streamTellsWhatTheStepsTell() async throws {
    let model = TableLanguageModel(randomOver: 20)
    let direct = try decoder(over: model)
    var expected: [DecodingEvent] = []
    while let events = try direct.step() { expected += events }
    var streamed: [DecodingEvent] = []
    for try await event in EventStream(try decoder(over: model)) { streamed.append(event) }
    #expect(streamed == expected)
    #expect(model.ledger.counts.openSequences == 0)
  }

  @Test func nothingIsComputedAheadOfTheReader() async throws {
    let model = TableLanguageModel(randomOver: 20)
    var iterator = EventStream(try decoder(over: model)).makeAsyncIterator()
    #expect(model.ledger.counts.steps == 0)
    #expect(try await iterator.next() == .promptRead(request: 0))
    #expect(model.ledger.counts.steps == 1)
  }

  /// Collects the names of the threads that it is called on.
  private final class ThreadNames: Sendable {
    private let names = Mutex(Set<String>())
    var all: Set<String> { names.withLock { $0 } }
    func note() {
      let name = Thread.current.name ?? ""
      names.withLock { _ = $0.insert(name) }
    }
  }

  @Test func stepsRunOnAThreadOfTheirOwn() async throws {
    let names = ThreadNames()
    let model = TableLanguageModel(vocabularyCount: 4) { _ in
      names.note()
      return [0, 1, 2, 3]
    }
    for try await _ in EventStream(try decoder(over: model)) {}
    #expect(names.all == ["decode"])
  }

  @Test func cancellingTheReaderEndsEverySequence() async throws {
    let model = TableLanguageModel(randomOver: 20, contextLength: 1_000_000)
    let stream = EventStream(try decoder(over: model, maxNewTokens: 900_000))
    let task = Task { () throws -> [DecodingEvent] in
      var events: [DecodingEvent] = []
      for try await event in stream {
        events.append(event)
        if events.count == 20 { withUnsafeCurrentTask { $0?.cancel() } }
      }
      return events
    }
    let events = try await task.value
    let reasons = events.compactMap { event -> FinishReason? in
      if case .finished(_, let hypothesis) = event { hypothesis.finishReason } else { nil }
    }
    #expect(reasons == [.cancelled, .cancelled])
    #expect(events.last == .completed(request: 0))
    #expect(model.ledger.counts.openSequences == 0)
  }

  @Test func anUnreadStreamLetsGoOfItsSequences() async throws {
    let model = TableLanguageModel(randomOver: 20)
    do {
      var iterator = EventStream(try decoder(over: model)).makeAsyncIterator()
      _ = try await iterator.next()
      #expect(model.ledger.counts.openSequences > 0)
    }
    #expect(model.ledger.counts.openSequences == 0)
  }
}
