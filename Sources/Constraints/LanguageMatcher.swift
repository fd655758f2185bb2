import Synchronization

/// A place in a text of a ``FormalLanguage``: what was written so far may be the beginning of one of its texts.
///
/// A matcher is a value. A copy goes on by itself, and to take bytes back is to keep an older copy; both cost nothing.
public struct LanguageMatcher: Sendable, Equatable {
  /// The language that is matched.
  public let language: FormalLanguage
  let automaton: Automaton
  private(set) var state: StateID
  /// Whether the text so far is in the language.
  public private(set) var isComplete: Bool

  init(_ language: FormalLanguage, _ automaton: Automaton) {
    self.language = language
    self.automaton = automaton
    state = automaton.start
    isComplete = automaton.machine.withLock { $0[automaton.start].isComplete }
  }

  /// Whether two matchers are known to be at the same place of one language: what may follow is the same.
  public static func == (left: LanguageMatcher, right: LanguageMatcher) -> Bool {
    left.automaton === right.automaton && left.state == right.state
  }

  /// Writes a byte, if a text of the language may go on so; leaves the matcher as it was otherwise.
  ///
  /// - Returns: Whether it may.
  /// - Throws: ``ConstraintError/limit(reason:)``.
  public mutating func advance(by byte: UInt8) throws(ConstraintError) -> Bool {
    try advance(by: CollectionOfOne(byte))
  }

  /// Writes bytes, if a text of the language may go on so; leaves the matcher as it was otherwise.
  ///
  /// - Returns: Whether it may.
  /// - Throws: ``ConstraintError/limit(reason:)``.
  /// - Complexity: A table look-up for each byte, but where the automaton has not been before.
  public mutating func advance(by bytes: some Sequence<UInt8>) throws(ConstraintError) -> Bool {
    let bytes = Array(bytes)
    let from = state
    let (next, isComplete) = try automaton.machine.withLock {
      (machine) throws(ConstraintError) in
      var state = from
      for byte in bytes where state != .dead { state = try machine.step(state, byte) }
      return (state, machine[state].isComplete)
    }
    guard next != .dead else { return false }
    state = next
    self.isComplete = isComplete
    return true
  }

  /// Writes a text, if a text of the language may go on so; leaves the matcher as it was otherwise.
  ///
  /// - Returns: Whether it may.
  /// - Throws: ``ConstraintError/limit(reason:)``.
  public mutating func advance(by text: String) throws(ConstraintError) -> Bool {
    try advance(by: text.utf8)
  }

  /// Goes to a state of the same automaton.
  mutating func move(to state: StateID, isComplete: Bool) {
    self.state = state
    self.isComplete = isComplete
  }

  /// The bytes that may come next, ascending.
  ///
  /// - Throws: ``ConstraintError/limit(reason:)``.
  public func nextBytes() throws(ConstraintError) -> [UInt8] {
    let from = state
    return try automaton.machine.withLock { (machine) throws(ConstraintError) in
      try machine.nextBytes(from).bytes
    }
  }

  /// The bytes that must come next: as long as there is one way to go on, and the text may not end.
  ///
  /// - Parameter limit: the most bytes.
  /// - Throws: ``ConstraintError/limit(reason:)``.
  public func forcedBytes(limit: Int = 4096) throws(ConstraintError) -> [UInt8] {
    let from = state
    return try automaton.machine.withLock { (machine) throws(ConstraintError) in
      try machine.forcedBytes(from, limit: limit)
    }
  }

  /// What may come next, for messages: `“, "age": ” or “}”`.
  ///
  /// - Throws: ``ConstraintError/limit(reason:)``.
  public func expectation() throws(ConstraintError) -> String {
    let from = state
    return try automaton.machine.withLock { (machine) throws(ConstraintError) in
      try machine.expectation(from)
    }
  }
}
