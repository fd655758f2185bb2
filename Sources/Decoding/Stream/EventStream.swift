/// The events of a source, computed as they are asked for, on a thread of the stream's own.
///
/// A step runs when the events of the one before are used up, so a slow reader holds the model back and nothing piles
/// up. Cancelling the reading task cancels the source: what it still has to tell is delivered, then the stream ends.
/// The events go to whoever asks first; two readers share them.
public struct EventStream<Source: EventSource>: AsyncSequence, Sendable {
  /// An event of the source.
  public typealias Element = Source.Event
  /// What a step of the source throws.
  public typealias Failure = DecodingFailure

  private let worker: EventWorker<Source>

  /// The events of `source`, which belongs to the stream from now on.
  public init(_ source: sending Source) {
    worker = EventWorker(source)
  }

  /// A reader of the events that are left.
  public func makeAsyncIterator() -> Iterator {
    Iterator(worker: worker)
  }

  /// Reads the events one by one.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let worker: EventWorker<Source>

    /// The next event; `nil` after the last.
    public mutating func next() async throws(DecodingFailure) -> Source.Event? {
      try await worker.next()
    }

    /// The next event; `nil` after the last. The work is never done on `actor`.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(DecodingFailure) -> Source.Event? {
      try await worker.next()
    }
  }
}

/// Owns a source and runs its steps on its own thread.
private actor EventWorker<Source: EventSource> {
  private let source: Source
  private let executor = ThreadExecutor(name: "decode")
  private var events: [Source.Event] = []
  private var position = 0
  private var isCancelled = false

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  init(_ source: sending Source) {
    self.source = source
  }

  func next() throws(DecodingFailure) -> Source.Event? {
    while position == events.count {
      if Task.isCancelled, !isCancelled {
        isCancelled = true
        source.cancel()
      }
      guard let more = try source.step() else { return nil }
      events = more
      position = 0
    }
    position += 1
    return events[position - 1]
  }
}
