/// Names one sequence of a ``DecodingSession``: a path through its tree of keys and values.
///
/// An id is valid from `open` or `fork` until `close`, in the session that gave it. Ids are never handed out twice by
/// the same session, so a stale one is an error and not another sequence.
public struct SequenceID: Hashable, Sendable, CustomStringConvertible {
  /// The number that stands for the name; models choose it.
  public let rawValue: Int

  /// Names a sequence. Only models make ids.
  public init(rawValue: Int) {
    self.rawValue = rawValue
  }

  /// The name as messages spell it.
  public var description: String { "sequence \(rawValue)" }
}
