import Decoding
public import Generation

/// What happens while a conversation is answered.
public enum ConversationEvent: Sendable {
  /// A piece of the answer. Joined, the pieces are the answer; none is empty.
  case text(String)
  /// The answer is complete: the conversation with it, and the result. The last event.
  case answered(Conversation, GenerationResult)
}

/// The answer to a turn of a conversation as it comes, and the conversation that goes on from it.
/// ``Conversation/stream(_:report:)`` makes it.
public struct ConversationStream: AsyncSequence, Sendable {
  /// A piece of the answer, or its end.
  public typealias Element = ConversationEvent
  /// What goes wrong on the way.
  public typealias Failure = InferenceError

  private let turn: ConversationTurn
  private let events: EventStream<ConversationTurn>

  init(_ turn: ConversationTurn) {
    self.turn = turn
    events = EventStream(turn)
  }

  /// A reader of the events that are left.
  public func makeAsyncIterator() -> Iterator {
    Iterator(turn: turn, events: events.makeAsyncIterator())
  }

  /// Reads the events one by one.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let turn: ConversationTurn
    fileprivate var events: EventStream<ConversationTurn>.Iterator

    /// The next event; `nil` after the last.
    public mutating func next() async throws(InferenceError) -> ConversationEvent? {
      try await next(isolation: nil)
    }

    /// The next event; `nil` after the last. The work is never done on `actor`.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(InferenceError) -> ConversationEvent? {
      while true {
        let event: GenerationEvent?
        do throws(DecodingFailure) { event = try await events.next(isolation: actor) } catch {
          throw .decoding(error)
        }
        switch event {
        case .text(_, sequence: 0, let piece): return .text(piece)
        case .completed(_, let result): return .answered(turn.conversation(with: result), result)
        case .failed(_, let error): throw .decoding(error)
        case .text, .promptRead, .canvas, .token, .finished: continue
        case nil: return nil
        }
      }
    }
  }
}
