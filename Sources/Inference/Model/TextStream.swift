import Decoding
import Generation

/// The pieces of a text as a model makes them. Joined, they are the text; none is empty, and none holds a part of a stop
/// string.
///
/// Where hypotheses are dropped for others, as under beam search, the whole text comes as one piece at the end.
///
///     var text = ""
///     for try await piece in try model.stream("Once upon a time") { text += piece }
///     // text is what generate("Once upon a time").text is for the same seed
public struct TextStream: AsyncSequence, Sendable {
  /// A piece of the text.
  public typealias Element = String
  /// What goes wrong on the way.
  public typealias Failure = InferenceError

  private let events: EventStream<Scheduler>

  init(_ events: EventStream<Scheduler>) {
    self.events = events
  }

  /// A reader of the pieces that are left.
  public func makeAsyncIterator() -> Iterator {
    Iterator(events: events.makeAsyncIterator())
  }

  /// Reads the pieces one by one.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var events: EventStream<Scheduler>.Iterator

    /// The next piece; `nil` after the last.
    public mutating func next() async throws(InferenceError) -> String? {
      try await next(isolation: nil)
    }

    /// The next piece; `nil` after the last. The work is never done on `actor`.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(InferenceError) -> String? {
      while true {
        let event: GenerationEvent?
        do throws(DecodingFailure) { event = try await events.next(isolation: actor) } catch {
          throw .decoding(error)
        }
        switch event {
        case .text(_, _, let piece): return piece
        case .failed(_, let error): throw .decoding(error)
        case .promptRead, .canvas, .token, .finished, .completed: continue
        case nil: return nil
        }
      }
    }
  }
}
