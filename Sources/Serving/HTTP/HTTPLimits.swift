import Synchronization

/// What bounds the connections of an ``HTTPServer``.
public struct HTTPLimits: Hashable, Sendable {
  /// The longest body of a request, in bytes.
  public var bodyBytes = 4 << 20
  /// The bytes of all bodies that are in memory at once, at least ``bodyBytes``.
  public var allBodyBytes = 128 << 20
  /// The longest first line and headers of a request, in bytes.
  public var headBytes = 16 << 10
  /// Connections at once; others wait until one is closed.
  public var connectionCount = 512
  /// Seconds that a connection may be idle, that a request may take to arrive, and that a client may take none of what it
  /// is sent.
  public var idleSeconds = 60
  /// Seconds that requests which are arriving get when the server ends.
  public var graceSeconds = 5

  /// The defaults.
  public init() {}
}

/// The bytes of bodies that are in memory.
final class BodyBudget: Sendable {
  private let limit: Int
  private let used = Mutex(0)

  init(limit: Int) {
    self.limit = limit
  }

  /// Takes bytes, if there is room.
  func take(_ count: Int) -> Bool {
    used.withLock { used in
      guard count <= limit - used else { return false }
      used += count
      return true
    }
  }

  /// Gives bytes back.
  func release(_ count: Int) {
    used.withLock { $0 -= count }
  }
}
