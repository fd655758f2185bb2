/// A regular language over bytes, as an index into a ``RegularTable``. Equal languages that are built alike have equal
/// indices.
struct RegularID: Hashable, Sendable, Comparable {
  let index: Int32

  /// No text at all.
  static let nothing = RegularID(index: 0)
  /// The empty text alone.
  static let epsilon = RegularID(index: 1)
  /// Every text.
  static let everything = RegularID(index: 2)

  static func < (left: RegularID, right: RegularID) -> Bool { left.index < right.index }
}

/// How a language is made of others.
enum RegularNode: Hashable, Sendable {
  case nothing
  case epsilon
  /// One byte of a set.
  case bytes(ByteSet)
  case concatenation(RegularID, RegularID)
  /// Sorted, distinct, at least two.
  case union([RegularID])
  /// Sorted, distinct, at least two.
  case intersection([RegularID])
  case complement(RegularID)
  /// From `minimum` to `maximum` times; without end where there is no maximum. Counted, never unrolled.
  case repetition(RegularID, minimum: Int, maximum: Int?)
  /// A state of an automaton that is written by hand.
  case automaton(Int, state: Int)
}

/// A deterministic automaton that is written by hand, for what expressions say badly: remainders, comparisons.
protocol ByteAutomaton: Sendable {
  /// Where a text begins.
  var start: Int { get }
  /// The bytes that it tells apart, each by itself; no other byte is accepted.
  var alphabet: ByteSet { get }
  /// The state after a byte, or `nil` where the byte can't stand.
  func step(_ state: Int, _ byte: UInt8) -> Int?
  /// Whether a text may end there.
  func accepts(_ state: Int) -> Bool
}
