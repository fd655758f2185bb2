import Decoding
import Generation
import Synchronization

/// What tasks want of an ``Engine``, until its worker takes it between two steps.
final class EngineInbox: Sendable {
  typealias Events = AsyncStream<GenerationEvent>.Continuation

  enum Message: Sendable {
    /// Requests that start together, under the number of their group.
    case submit([GenerationRequest], group: Int, Events)
    /// A group whose reader went away.
    case cancel(group: Int)
  }

  private struct State {
    var messages: [Message] = []
    var groupCount = 0
    /// Whether the worker is at work, so that it will look here again.
    var isWorking = false
    var counts = EngineCounts()
  }

  let requestLimit: Int
  private let state = Mutex(State())

  init(requestLimit: Int) {
    self.requestLimit = requestLimit
  }

  var counts: EngineCounts { state.withLock { $0.counts } }

  /// Adds requests.
  ///
  /// - Returns: the group's number, and whether the worker must be woken.
  func submit(
    _ requests: [GenerationRequest], to events: Events
  ) throws(EngineRefusal) -> (group: Int, isFirst: Bool) {
    guard requests.count <= requestLimit else {
      throw .tooMany(count: requests.count, limit: requestLimit)
    }
    let place: (Int, Bool)? = state.withLock { state in
      guard state.counts.unfinished <= requestLimit - requests.count else { return nil }
      let group = state.groupCount
      state.groupCount += 1
      state.counts.unfinished += requests.count
      state.messages.append(.submit(requests, group: group, events))
      defer { state.isWorking = true }
      return (group, !state.isWorking)
    }
    guard let place else { throw .full(limit: requestLimit) }
    return place
  }

  /// Says that nobody reads a group's events any more. Nothing happens to one that is over.
  func cancel(_ group: Int) {
    state.withLock { state in
      // A worker that rests has nothing under way.
      if state.isWorking { state.messages.append(.cancel(group: group)) }
    }
  }

  /// What has come since the last call.
  func take() -> [Message] {
    state.withLock { state in
      defer { state.messages = [] }
      return state.messages
    }
  }

  /// Lets the worker rest, unless something has come.
  func rest() -> Bool {
    state.withLock { state in
      state.isWorking = !state.messages.isEmpty
      return !state.isWorking
    }
  }

  /// Notes what happened.
  func count(_ note: (inout EngineCounts) -> Void) {
    state.withLock { note(&$0.counts) }
  }
}
