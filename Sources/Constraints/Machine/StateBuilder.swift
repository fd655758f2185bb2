/// A state in the making: threads, each with the union of its stacks.
struct StateBuilder {
  struct Place: Hashable {
    let regular: RegularID?
    let next: SequenceID
  }

  private(set) var threads: [Place: Set<Machine.Link>] = [:]
  var isComplete = false

  mutating func add(_ regular: RegularID?, _ next: SequenceID, _ links: Set<Machine.Link>) {
    threads[Place(regular: regular, next: next), default: []].formUnion(links)
  }

  /// Adds the threads that begin where `finished` left off: returns first, then calls, callers before what they call, so
  /// that each set of stacks is whole before it is used.
  mutating func close(
    _ finished: [Machine.Link], in machine: inout Machine
  ) throws(ConstraintError) {
    let resumed = try returns(from: finished, in: &machine)
    let order = try Self.callOrder(from: resumed.map(\.next), in: &machine.grammar)
    var calls: [SymbolID: Set<Machine.Link>] = [:]
    for (next, links) in resumed { try begin(next, links, &calls, in: &machine) }
    for symbol in order {
      guard let links = calls[symbol] else { continue }
      for production in try machine.grammar.productions(of: symbol) {
        try begin(production, links, &calls, in: &machine)
      }
    }
  }

  /// The sequences to go on with, each with its stacks, in a fixed order.
  private mutating func returns(
    from finished: [Machine.Link], in machine: inout Machine
  ) throws(ConstraintError) -> [(next: SequenceID, links: Set<Machine.Link>)] {
    var pending = finished
    var seen = Set(finished)
    var resumed: [SequenceID: Set<Machine.Link>] = [:]
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
        resumed[next, default: []].formUnion(machine.stacks[Int(link.stacks.index)])
      }
      guard machine.grammar.isNullable(next) else { continue }
      for outer in machine.stacks[Int(link.stacks.index)] {
        if outer.next == .end, outer.stacks == .bottom {
          isComplete = true
        } else if seen.insert(outer).inserted {
          pending.append(outer)
        }
      }
    }
    return resumed.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Starts a sequence: its first terminal, the symbol that it calls, and what comes after those that may be empty.
  private mutating func begin(
    _ sequence: SequenceID, _ links: Set<Machine.Link>,
    _ calls: inout [SymbolID: Set<Machine.Link>], in machine: inout Machine
  ) throws(ConstraintError) {
    var current = sequence
    while current != .end {
      let (first, rest) = machine.grammar[current]
      switch first {
      case .terminal(let regular):
        if try machine.grammar.regular.hasText(regular) { add(regular, rest, links) }
      case .token: add(nil, current, links)
      case .symbol(let symbol):
        if rest == .end {
          calls[symbol, default: []].formUnion(links)  // the caller's frame has nothing left to do
        } else {
          calls[symbol, default: []].insert(
            Machine.Link(next: rest, stacks: try machine.stack(of: links)))
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
    from sequences: [SequenceID], in grammar: inout Grammar
  ) throws(ConstraintError) -> [SymbolID] {
    var order: [SymbolID] = []
    var isDone: [SymbolID: Bool] = [:]  // absent before the visit, false during it
    // A visit is a frame of its own, not of the call stack: grammars may be nested deep.
    var frames: [(symbol: SymbolID?, callees: [(SymbolID, isTail: Bool)])] = []
    var roots: [(SymbolID, isTail: Bool)] = []
    for sequence in sequences { roots += callees(of: sequence, in: grammar) }
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
