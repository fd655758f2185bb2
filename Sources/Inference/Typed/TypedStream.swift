import Decoding
import Generation
public import JSON

/// What there is of a value while a model writes it.
public struct PartialValue<Value: Sendable>: Sendable {
  /// The text so far.
  public let text: String
  /// What the text says so far: open strings, lists and objects are closed where it stops.
  public let json: JSONValue
  /// The value, where what there is decodes: a type whose members may be missing does so early, others at the end.
  public let value: Value?
  /// Whether the value is whole. The last part of a stream is.
  public let isComplete: Bool
}

/// The parts of a value as a model writes it, each with all that came before; the last is the whole.
///
/// A part comes whenever what the text says has changed. Where the limit of tokens is reached first, the stream throws
/// ``InferenceError/unfinishedValue(text:)`` after the parts that there are.
public struct TypedStream<Value: Decodable & Sendable>: AsyncSequence, Sendable {
  /// What there is so far.
  public typealias Element = PartialValue<Value>
  /// What goes wrong on the way.
  public typealias Failure = InferenceError

  private let events: EventStream<Scheduler>

  init(_ events: EventStream<Scheduler>) { self.events = events }

  /// A reader of the parts that are left.
  public func makeAsyncIterator() -> Iterator {
    Iterator(events: events.makeAsyncIterator())
  }

  /// Reads the parts one by one.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var events: EventStream<Scheduler>.Iterator
    private var text = ""
    private var last: JSONValue?

    fileprivate init(events: EventStream<Scheduler>.Iterator) { self.events = events }

    /// The next part; `nil` after the whole.
    public mutating func next() async throws(InferenceError) -> PartialValue<Value>? {
      try await next(isolation: nil)
    }

    /// The next part; `nil` after the whole. The work is never done on `actor`.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(InferenceError) -> PartialValue<Value>? {
      while true {
        let event: GenerationEvent?
        do throws(DecodingFailure) { event = try await events.next(isolation: actor) } catch {
          throw .decoding(error)
        }
        switch event {
        case .text(_, _, let piece):
          text += piece
          guard let json = JSONValue(partial: Array(text.utf8)), json != last else { continue }
          last = json
          return PartialValue(
            text: text, json: json, value: TypedText.part(json, as: Value.self), isComplete: false)
        case .completed(_, let result): return try whole(result)
        case .failed(_, let error): throw .decoding(error)
        case .promptRead, .canvas, .token, .finished: continue
        case nil: return nil
        }
      }
    }

    private func whole(_ result: GenerationResult) throws(InferenceError) -> PartialValue<Value> {
      guard let sequence = result.sequences.first, sequence.isComplete == true,
        let json = try? JSONValue(parsing: Array(sequence.text.utf8))
      else { throw .unfinishedValue(text: result.text) }
      return PartialValue(
        text: sequence.text, json: json,
        value: try TypedText.decode(sequence.text, as: Value.self), isComplete: true)
    }
  }
}
