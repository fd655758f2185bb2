/// Work that advances step by step and reports what happened.
public protocol EventSource<Event>: AnyObject {
  /// What it reports.
  associatedtype Event: Sendable

  /// Takes a step; `nil` when there are no more.
  func step() throws(DecodingFailure) -> [Event]?

  /// Asks for an early end. The steps that follow tell what became of it, and soon return `nil`.
  func cancel()
}
