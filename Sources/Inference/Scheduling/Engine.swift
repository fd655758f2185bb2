import Decoding
public import Generation
import LanguageModeling

/// A model at work for any number of tasks at once: requests join while others run, each gets its own events, and a
/// reader that goes away takes its requests along.
///
/// One ``Scheduler`` runs everything, on a thread of the engine's own. What a request gives depends on the request alone,
/// bit for bit, never on what others ask.
///
/// ```swift
/// let engine = try Engine(model)
/// for await event in try engine.submit([request]) {
///   if case .text(_, _, let piece) = event { print(piece, terminator: "") }
/// }
/// ```
///
/// A step runs as long as anything is under way, however fast events are read: what waits for a reader is at most its
/// results.
public final class Engine: Sendable {
  private let inbox: EngineInbox
  private let worker: EngineWorker
  /// Where the worker is woken.
  private let starter = ThreadPoolExecutor(name: "decode-engine", threadCount: 1)

  /// An engine over a session of its own.
  ///
  /// - Parameters:
  ///   - limits: how much runs at once.
  ///   - requestLimit: the most requests that may be under way or wait.
  /// - Throws: ``InferenceError/decoding(_:)`` where the model refuses its options.
  public init(
    _ model: Model, limits: SchedulerLimits = SchedulerLimits(), requestLimit: Int = 1024
  ) throws(InferenceError) {
    inbox = EngineInbox(requestLimit: max(1, requestLimit))
    worker = try EngineWorker(model, limits: limits, inbox: inbox)
  }

  /// The most requests that may be under way or wait.
  public var requestLimit: Int { inbox.requestLimit }

  /// What it does and has done.
  public var counts: EngineCounts { inbox.counts }

  /// Starts requests together: those that begin alike then share the most. They wait for those that came before.
  ///
  /// - Returns: their events, in which requests go by their places in `requests`; each ends in
  ///   `GenerationEvent.completed` or `GenerationEvent.failed`. Ending to read cancels what isn't over.
  /// - Throws: ``EngineRefusal`` where there is no room; nothing has started then.
  public func submit(_ requests: [GenerationRequest]) throws(EngineRefusal) -> EngineEvents {
    let (stream, continuation) = AsyncStream<GenerationEvent>.makeStream()
    guard !requests.isEmpty else {
      continuation.finish()
      return EngineEvents(stream: stream)
    }
    let (group, isFirst) = try inbox.submit(requests, to: continuation)
    let inbox = inbox
    continuation.onTermination = { reason in
      if case .cancelled = reason { inbox.cancel(group) }
    }
    if isFirst {
      let worker = worker
      // Not by way of the shared pool, whose threads others may keep.
      Task(executorPreference: starter) { await worker.run() }
    }
    return EngineEvents(stream: stream)
  }
}

/// Why an ``Engine`` takes no more requests.
public enum EngineRefusal: Error, Hashable, Sendable {
  /// As many requests as may wait are waiting: later there will be room.
  case full(limit: Int)
  /// More requests at once than ever may wait.
  case tooMany(count: Int, limit: Int)
}

extension EngineRefusal: CustomStringConvertible {
  /// Why, and what to do.
  public var description: String {
    switch self {
    case .full(let limit):
      "\(limit) requests are under way or wait, as many as may; ask again later"
    case .tooMany(let count, let limit):
      "\(count) requests at once are more than the \(limit) that may wait; ask for fewer"
    }
  }
}

/// The events of requests that were submitted to an ``Engine`` together, as they come.
public struct EngineEvents: AsyncSequence, Sendable {
  /// An event of one of the requests, which go by their places.
  public typealias Element = GenerationEvent
  /// Errors are events too.
  public typealias Failure = Never

  fileprivate let stream: AsyncStream<GenerationEvent>

  /// A reader of the events that are left.
  public func makeAsyncIterator() -> AsyncStream<GenerationEvent>.Iterator {
    stream.makeAsyncIterator()
  }
}

/// What an ``Engine`` does and has done.
public struct EngineCounts: Hashable, Sendable {
  /// Requests that are under way or wait.
  public var unfinished = 0
  /// Requests that came to their end.
  public var completed = 0
  /// Requests that ended in an error.
  public var failed = 0
  /// Requests whose reader went away.
  public var cancelled = 0
  /// Tokens of prompts that were read, or taken from one that was read before.
  public var promptTokens = 0
  /// Tokens that were generated, those of dropped beams included.
  public var generatedTokens = 0
}
