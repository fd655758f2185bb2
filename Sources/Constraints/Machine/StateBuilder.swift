/// Sets of stacks that are being united.
enum StackUnion {
  case one(StackID)
  case many(Set<Machine.Link>)

  mutating func formUnion(_ other: StackUnion, in machine: borrowing Machine) {
    if case .one(let id) = self, case .one(id) = other { return }
    self = .many(links(in: machine).union(other.links(in: machine)))
  }

  mutating func insert(_ link: Machine.Link, in machine: borrowing Machine) {
    var links = links(in: machine)
    self = .one(.bottom)  // so that there is one reference to the set
    links.insert(link)
    self = .many(links)
  }

  private func links(in machine: borrowing Machine) -> Set<Machine.Link> {
    switch self {
    case .one(let id): Set(machine.stacks[Int(id.index)])
    case .many(let links): links
    }
  }

  func id(in machine: inout Machine) throws(ConstraintError) -> StackID {
    switch self {
    case .one(let id): id
    case .many(let links): try machine.stack(of: links)
    }
  }
}

/// Values by key in the order in which the keys came; mostly there are few.
struct SmallMap<Key: Hashable, Value> {
  private(set) var entries: [(key: Key, value: Value)] = []
  private var places: [Key: Int] = [:]
  private static var mostSearched: Int { 8 }

  func place(of key: Key) -> Int? {
    entries.count <= Self.mostSearched
      ? entries.firstIndex { $0.key == key } : places[key]
  }

  /// Changes the value of a key that is there, or adds it.
  mutating func update(_ key: Key, with value: Value, merge: (inout Value) -> Void) {
    if let place = place(of: key) {
      merge(&entries[place].value)
      return
    }
    entries.append((key, value))
    if entries.count == Self.mostSearched + 1 {
      for (place, entry) in entries.enumerated() { places[entry.key] = place }
    } else if entries.count > Self.mostSearched {
      places[key] = entries.count - 1
    }
  }

  subscript(key: Key) -> Value? { place(of: key).map { entries[$0].value } }
}

/// A state in the making: threads, each with the union of its stacks.
struct StateBuilder {
  struct Place: Hashable {
    let regular: RegularID?
    let next: SequenceID
  }

  private var places = SmallMap<Place, StackUnion>()
  var isComplete = false

  var threads: [(key: Place, value: StackUnion)] { places.entries }

  mutating func add(
    _ regular: RegularID?, _ next: SequenceID, _ stacks: StackUnion, in machine: borrowing Machine
  ) {
    places.update(Place(regular: regular, next: next), with: stacks) {
      $0.formUnion(stacks, in: machine)
    }
  }

  /// Adds the threads that begin where `finished` left off: returns first, then calls, callers before what they call, so
  /// that each set of stacks is whole before it is used.
  mutating func close(
    _ finished: [Machine.Link], in machine: inout Machine
  ) throws(ConstraintError) {
    let resumed = try returns(from: finished, in: &machine)
    guard !resumed.isEmpty else { return }
    let order = try Self.callOrder(from: resumed, in: &machine.grammar)
    var calls = SmallMap<SymbolID, StackUnion>()
    for (next, stacks) in resumed { try begin(next, stacks, &calls, in: &machine) }
    for symbol in order {
      guard let stacks = calls[symbol] else { continue }
      for production in try machine.grammar.productions(of: symbol) {
        try begin(production, stacks, &calls, in: &machine)
      }
    }
  }

  /// The sequences to go on with, each with its stacks, in a fixed order.
  private mutating func returns(
    from finished: [Machine.Link], in machine: inout Machine
  ) throws(ConstraintError) -> [(key: SequenceID, value: StackUnion)] {
    var pending = finished
    var seen = SmallMap<Machine.Link, Void>()
    for link in finished { seen.update(link, with: ()) { _ in } }
    var resumed = SmallMap<SequenceID, StackUnion>()
    while let link = pending.popLast() {
      var next = link.next
      if next != .end,
        case .capture(let family, let state, let text) = machine.grammar[next].first
      {
        let rest = machine.grammar[next].rest
        let symbol = try machine.grammar.families[family].symbol(
          after: machine.grammar.bytes(of: text), state: state, in: &machine.grammar)
        next = try machine.grammar.sequence(.symbol(symbol), rest)
      }
      if next != .end {
        resumed.update(next, with: .one(link.stacks)) {
          $0.formUnion(.one(link.stacks), in: machine)
        }
      }
      guard machine.grammar.isNullable(next) else { continue }
      for outer in machine.stacks[Int(link.stacks.index)] {
        if outer.next == .end, outer.stacks == .bottom {
          isComplete = true
        } else if seen.place(of: outer) == nil {
          seen.update(outer, with: ()) { _ in }
          pending.append(outer)
        }
      }
    }
    return resumed.entries.count > 1
      ? resumed.entries.sorted { $0.key < $1.key } : resumed.entries
  }

  /// Starts a sequence: its first terminal, the symbol that it calls, and what comes after those that may be empty.
  private mutating func begin(
    _ sequence: SequenceID, _ stacks: StackUnion,
    _ calls: inout SmallMap<SymbolID, StackUnion>, in machine: inout Machine
  ) throws(ConstraintError) {
    var current = sequence
    while current != .end {
      let (first, rest) = machine.grammar[current]
      switch first {
      case .terminal(let regular):
        if try machine.grammar.regular.hasText(regular) { add(regular, rest, stacks, in: machine) }
      case .token: add(nil, current, stacks, in: machine)
      case .symbol(let symbol):
        if rest == .end {
          // The caller's frame has nothing left to do.
          calls.update(symbol, with: stacks) { $0.formUnion(stacks, in: machine) }
        } else {
          let link = Machine.Link(next: rest, stacks: try stacks.id(in: &machine))
          let frame = try machine.stack(of: CollectionOfOne(link))
          calls.update(symbol, with: .one(frame)) { $0.insert(link, in: machine) }
        }
      case .capture: return  // follows its terminal, which is never empty
      }
      guard machine.grammar.isNullable(first) else { return }
      current = rest
    }
  }

  /// The symbols that may begin here, each after all that call it.
  ///
  /// - Throws: ``ConstraintError/limit(reason:)`` where a symbol begins with itself; compilers refuse that by name.
  private static func callOrder(
    from sequences: [(key: SequenceID, value: StackUnion)], in grammar: inout Grammar
  ) throws(ConstraintError) -> [SymbolID] {
    var order: [SymbolID] = []
    var isDone: [SymbolID: Bool] = [:]  // absent before the visit, false during it
    // A visit is a frame of its own, not of the call stack: grammars may be nested deep.
    var frames: [(symbol: SymbolID?, callees: [(SymbolID, isTail: Bool)])] = []
    var roots: [(SymbolID, isTail: Bool)] = []
    for sequence in sequences { roots += callees(of: sequence.key, in: grammar) }
    frames.append((nil, roots))
    while let frame = frames.last {
      guard let (callee, isTail) = frame.callees.last else {
        if let symbol = frame.symbol {
          isDone[symbol] = true
          order.append(symbol)
        }
        frames.removeLast()
        continue
      }
      frames[frames.count - 1].callees.removeLast()
      if isDone[callee] == true { continue }
      if isDone[callee] == false {
        // A repetition whose body may be empty calls itself at its end, which adds nothing.
        if isTail, callee == frame.symbol { continue }
        throw .limit(reason: "the grammar is left-recursive: a rule begins with itself")
      }
      isDone[callee] = false
      var inner: [(SymbolID, isTail: Bool)] = []
      for production in try grammar.productions(of: callee) {
        inner += callees(of: production, in: grammar)
      }
      frames.append((callee, inner))
    }
    return order.reversed()
  }

  private static func callees(
    of sequence: SequenceID, in grammar: Grammar
  ) -> [(SymbolID, isTail: Bool)] {
    var result: [(SymbolID, isTail: Bool)] = []
    var current = sequence
    while current != .end {
      let (first, rest) = grammar[current]
      if case .symbol(let symbol) = first { result.append((symbol, rest == .end)) }
      guard grammar.isNullable(first) else { break }
      current = rest
    }
    return result
  }
}
