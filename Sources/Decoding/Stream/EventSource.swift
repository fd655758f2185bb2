/// Something that is stepped through and tells what happened.
public protocol EventSource<Event>: AnyObject {
  /// What it tells.
  associatedtype Event: Sendable

  /// Takes a step; `nil` when there are no more.
  func step() throws(DecodingFailure) -> [Event]?

  /// Asks for an early end. The steps that follow tell what became of it, and soon return `nil`.
  func cancel()
}
