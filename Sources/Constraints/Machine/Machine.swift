/// A set of stacks, as an index: what may come after the sequence at hand is done.
struct StackID: Hashable, Sendable, Comparable {
  let index: Int32

  /// The bottom: the text is complete.
  static let bottom = StackID(index: 0)

  static func < (left: StackID, right: StackID) -> Bool { left.index < right.index }
}

/// One way to read what was written so far.
struct Thread: Hashable, Sendable, Comparable {
  /// Where in the present terminal; `nil` before a token.
  let regular: RegularID?
  /// What follows the terminal; or begins with the token.
  let next: SequenceID
  /// What follows that.
  let stacks: StackID

  static func < (left: Thread, right: Thread) -> Bool {
    (left.regular?.index ?? -1, left.next.index, left.stacks.index)
      < (right.regular?.index ?? -1, right.next.index, right.stacks.index)
  }
}

/// A state of the machine, as an index.
struct StateID: Hashable, Sendable {
  let index: Int32

  /// Nothing can be read so.
  static let dead = StateID(index: 0)
}

/// A pushdown automaton over bytes and tokens, whose states are made when they are met and kept.
///
/// A state is a set of threads. Threads that are in the same place share one *set of stacks* (as in a graph-structured
/// stack: M. Tomita, 1985), and all of it is hash-consed: states that are equal are one, so transitions and masks can be
/// kept by index, forking a matcher is copying a number, and ambiguity costs polynomial time instead of a thread for each
/// reading. A call at the end of a production leaves no frame, so loops written as right recursion need no stack.
struct Machine: Sendable {
  var grammar: Grammar
  private(set) var start = StateID.dead

  struct State: Hashable, Sendable {
    let threads: [Thread]
    let isComplete: Bool
  }
  private(set) var states: [State] = [State(threads: [], isComplete: false)]
  private var stateIDs: [State: StateID] = [:]
  /// Transitions by byte, -1 where not computed.
  private var rows: [Int32] = []  // [row, byte]
  private var rowStarts: [Int32] = [-1]  // [state], -1 without a row

  /// Rows are dropped, and made anew, where there would be more.
  private static let mostRows = 1 << 16  // 64 MiB
  private static let deadRow = [Int32](repeating: StateID.dead.index, count: 256)

  struct Link: Hashable, Sendable, Comparable {
    let next: SequenceID
    let stacks: StackID

    static func < (left: Link, right: Link) -> Bool {
      (left.next.index, left.stacks.index) < (right.next.index, right.stacks.index)
    }
  }
  /// The links of each set of stacks; the bottom has one to itself, which ``close`` knows.
  private(set) var stacks: [[Link]] = [[Link(next: .end, stacks: .bottom)]]
  private var stackIDs: [[Link]: StackID] = [[Link(next: .end, stacks: .bottom)]: .bottom]

  init(_ grammar: Grammar, root: SequenceID) throws(ConstraintError) {
    self.grammar = grammar
    var builder = StateBuilder()
    try builder.close([Link(next: root, stacks: .bottom)], in: &self)
    start = try intern(builder)
  }

  subscript(id: StateID) -> State { states[Int(id.index)] }

  /// States, stacks and what the grammar holds, for the bound on memory.
  var count: Int { states.count + stacks.count + grammar.count }

  /// Whether half of the room that the limits left to `beginning` is used.
  func isHalfFull(since beginning: borrowing Machine) -> Bool {
    func isHalfFull(_ count: Int, _ start: Int, _ limit: Int) -> Bool {
      2 * (count - start) > limit - start
    }
    return isHalfFull(count, beginning.count, grammar.limits.machineStates)
      || isHalfFull(
        grammar.regular.count, beginning.grammar.regular.count, grammar.limits.regularStates)
  }

  /// As ``RegularTable/makeRoom()``.
  mutating func makeRoom() {
    grammar.makeRoom()
    var capacity = states.count + RegularTable.room(states.count)
    states.reserveCapacity(capacity)
    stateIDs.reserveCapacity(capacity)
    rowStarts.reserveCapacity(capacity)
    rows.reserveCapacity(rows.count + 256 * RegularTable.roomInRows)
    capacity = stacks.count + RegularTable.room(stacks.count)
    stacks.reserveCapacity(capacity)
    stackIDs.reserveCapacity(capacity)
  }

  private func checkCount() throws(ConstraintError) {
    guard count < grammar.limits.machineStates else {
      throw .limit(
        reason: "the constraint needs more than \(grammar.limits.machineStates) states of its "
          + "machine")
    }
  }

  mutating func stack(of links: some Collection<Link>) throws(ConstraintError) -> StackID {
    let sorted = links.sorted()
    if let id = stackIDs[sorted] { return id }
    try checkCount()
    let id = StackID(index: Int32(stacks.count))
    stacks.append(sorted)
    stackIDs[sorted] = id
    return id
  }

  private mutating func intern(_ builder: StateBuilder) throws(ConstraintError) -> StateID {
    if builder.threads.isEmpty && !builder.isComplete { return .dead }
    guard builder.threads.count <= grammar.limits.threads else {
      throw .limit(
        reason: "the constraint is too ambiguous: there are more than \(grammar.limits.threads) "
          + "ways to read the text so far")
    }
    var threads: [Thread] = []
    threads.reserveCapacity(builder.threads.count)
    for (place, stacks) in builder.threads {
      threads.append(
        Thread(regular: place.regular, next: place.next, stacks: try stacks.id(in: &self)))
    }
    if threads.count > 1 { threads.sort() }
    let state = State(threads: threads, isComplete: builder.isComplete)
    if let id = stateIDs[state] { return id }
    try checkCount()
    let id = StateID(index: Int32(states.count))
    states.append(state)
    stateIDs[state] = id
    rowStarts.append(-1)
    return id
  }

  /// The state in which what came after a terminal or token begins.
  mutating func state(after link: Link) throws(ConstraintError) -> StateID {
    var builder = StateBuilder()
    try builder.close([link], in: &self)
    return try intern(builder)
  }

  // MARK: - Steps

  /// The state after a byte.
  mutating func step(_ id: StateID, _ byte: UInt8) throws(ConstraintError) -> StateID {
    var start = Int(rowStarts[Int(id.index)])
    if start < 0 {
      if id == .dead { return .dead }
      start = try makeRow(of: id)
    }
    let entry = rows[start + Int(byte)]
    if entry >= 0 { return StateID(index: entry) }
    let result = try computeStep(id, byte)
    rows[start + Int(byte)] = result.index
    return result
  }

  private mutating func makeRow(of id: StateID) throws(ConstraintError) -> Int {
    let next = try nextBytes(id)
    if rows.count >= 256 * Self.mostRows {
      rows.removeAll()
      for index in rowStarts.indices { rowStarts[index] = -1 }
    }
    let start = rows.count
    rowStarts[Int(id.index)] = Int32(start)
    rows += Self.deadRow
    next.forEach { rows[start + Int($0)] = -1 }
    return start
  }

  private mutating func computeStep(_ id: StateID, _ byte: UInt8) throws(ConstraintError) -> StateID
  {
    var builder = StateBuilder()
    var finished: [Link] = []
    for thread in self[id].threads {
      guard let regular = thread.regular else { continue }
      let following = try grammar.regular.step(regular, byte)
      guard following != .nothing else { continue }
      var next = thread.next
      if next != .end, case .capture(let family, let state, let text) = grammar[next].first {
        let longer = try grammar.appending(byte, to: text)
        next = try grammar.sequence(
          .capture(family: family, state: state, text: longer), grammar[next].rest)
      }
      if following != .epsilon {
        builder.add(following, next, .one(thread.stacks), in: self)
      }
      if grammar.regular.isNullable(following) {
        finished.append(Link(next: next, stacks: thread.stacks))
      }
    }
    if !finished.isEmpty { try builder.close(finished, in: &self) }
    return try intern(builder)
  }

  /// The state after a token that stands for itself and not for its bytes.
  ///
  /// - Parameter matches: whether the token is in a token set.
  mutating func step(
    _ id: StateID, matches: (Int) -> Bool
  ) throws(ConstraintError) -> StateID {
    var finished: [Link] = []
    for thread in self[id].threads where thread.regular == nil {
      guard case .token(let set) = grammar[thread.next].first, matches(set) else { continue }
      finished.append(Link(next: grammar[thread.next].rest, stacks: thread.stacks))
    }
    guard !finished.isEmpty else { return .dead }
    var builder = StateBuilder()
    try builder.close(finished, in: &self)
    return try intern(builder)
  }

  /// The state of both: a token may be read as itself and as its bytes.
  mutating func union(_ left: StateID, _ right: StateID) throws(ConstraintError) -> StateID {
    if left == .dead || left == right { return right }
    if right == .dead { return left }
    var builder = StateBuilder()
    for id in [left, right] {
      for thread in self[id].threads {
        builder.add(thread.regular, thread.next, .one(thread.stacks), in: self)
      }
      if self[id].isComplete { builder.isComplete = true }
    }
    return try intern(builder)
  }

  // MARK: - What can follow

  /// The bytes that may come next.
  mutating func nextBytes(_ id: StateID) throws(ConstraintError) -> ByteSet {
    var result = ByteSet()
    for thread in self[id].threads {
      guard let regular = thread.regular else { continue }
      result = result.union(try grammar.regular.firstBytes(regular))
    }
    return result
  }

  /// Whether a thread waits for a token rather than for bytes.
  func awaitsToken(_ id: StateID) -> Bool { self[id].threads.contains { $0.regular == nil } }
}
