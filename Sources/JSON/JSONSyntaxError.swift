/// Where a JSON text goes wrong.
public struct JSONSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The byte at which it was noticed.
  public let offset: Int
  /// What is wrong there.
  public let reason: String

  /// An error at a byte.
  public init(offset: Int, reason: String) {
    self.offset = offset
    self.reason = reason
  }

  /// The place and the reason.
  public var description: String { "byte \(offset): \(reason)" }
}
