import Decoding
import Generation
import LanguageModeling
import Synchronization

/// The scheduler of a conversation and its copies, which keeps the keys and values of the last turns. Whoever waits for
/// an answer runs it, one at a time; what it brings for others is put aside for them.
final class ConversationEngine: Sendable {
  private struct State {
    /// Made when it is first needed.
    var scheduler: Scheduler?
    /// What the first request's prompt is looked up in.
    var cache: PromptCache?
    /// The scheduler's numbers of answers on their way, with what they haven't been told yet.
    var events: [Int: [GenerationEvent]] = [:]
  }

  private let model: Model
  private let state: Mutex<State>

  /// How many turns are kept: that of a conversation, and that of a copy which goes its own way.
  private static let keptTurnCount = 2

  init(_ model: Model) {
    self.model = model
    state = Mutex(State())
  }

  /// Adds a request.
  ///
  /// - Returns: its number.
  /// - Throws: ``InferenceError/decoding(_:)`` where the model refuses its options.
  func submit(_ request: GenerationRequest) throws(InferenceError) -> Int {
    let model = model
    return try state.withLock { (state) throws(InferenceError) -> Int in
      if state.scheduler == nil {
        let scheduler = try Scheduler(model)
        scheduler.keptTextCount = Self.keptTurnCount
        _ = try state.cache?.restore(request.prompt, into: scheduler)
        state.scheduler = scheduler
      }
      guard let number = state.scheduler?.submit(request) else { return -1 }
      state.events[number] = []
      return number
    }
  }

  /// Looks the first request's prompt up in a cache.
  func restore(from cache: PromptCache) {
    state.withLock { $0.cache = cache }
  }

  /// Writes as much of `tokens` as is kept into a cache.
  ///
  /// - Returns: whether the file holds it.
  func save(
    _ tokens: [TokenID], adapter: AdapterMix, to cache: PromptCache
  ) throws(InferenceError) -> Bool {
    try state.withLock { (state) throws(InferenceError) -> Bool in
      guard let scheduler = state.scheduler else { return false }
      let length = scheduler.keptLength(of: tokens, adapter: adapter)
      return length > 0 ? try cache.save(Array(tokens[..<length]), from: scheduler) : false
    }
  }

  /// What there is to tell of a request, after a step where nothing was put aside; `nil` after its end.
  func step(_ number: Int) throws(DecodingFailure) -> [GenerationEvent]? {
    try state.withLock { (state) throws(DecodingFailure) -> [GenerationEvent]? in
      guard let waiting = state.events[number] else { return nil }
      if waiting.isEmpty {
        do throws(DecodingFailure) {
          for event in try state.scheduler?.step() ?? [] {
            state.events[event.request]?.append(event)
          }
        } catch {
          // It can't go on, for anybody.
          for other in state.events.keys { state.events[other] = [.failed(request: other, error)] }
          state.scheduler = nil
        }
      }
      let events = state.events[number] ?? []
      state.events[number] = events.contains(where: \.isLast) ? nil : []
      return events
    }
  }

  /// Ends a request: what it has generated becomes its result.
  func cancel(_ number: Int) {
    state.withLock { $0.scheduler?.cancel(request: number) }
  }

  /// Ends a request of which nobody wants to hear any more.
  func abandon(_ number: Int) {
    state.withLock { state in
      guard state.events.removeValue(forKey: number) != nil else { return }
      state.scheduler?.cancel(request: number)
    }
  }
}
