/// A nonterminal of the machine, as an index.
struct SymbolID: Hashable, Sendable {
  let index: Int32
}

/// A sequence of elements that are still to come, as an index.
struct SequenceID: Hashable, Sendable, Comparable {
  let index: Int32

  /// Nothing more.
  static let end = SequenceID(index: 0)

  static func < (left: SequenceID, right: SequenceID) -> Bool { left.index < right.index }
}

/// One place of a production.
enum Element: Hashable, Sendable {
  /// A text of a regular language.
  case terminal(RegularID)
  /// Whatever a nonterminal derives.
  case symbol(SymbolID)
  /// One token of the vocabulary, as an index into the machine's token sets.
  case token(Int)
  /// The nonterminal that depends on the text of the terminal before it, which is collected meanwhile.
  case capture(family: Int, state: [Int], text: CapturedText)
}

/// A nonterminal, before it is expanded.
enum Symbol: Hashable, Sendable {
  /// A rule with written productions.
  case rule(Int)
  /// A body some number of times: counted, never unrolled. `maximum` -1 is without end.
  case repetition(SequenceID, minimum: Int, maximum: Int)
  /// A nonterminal that a ``SymbolFamily`` expands. None derives the empty text.
  case member(family: Int, state: [Int])
}

/// A text that is being collected, as an index; see ``Grammar/bytes(of:)``.
struct CapturedText: Hashable, Sendable {
  let index: Int32

  static let empty = CapturedText(index: 0)
}

/// Nonterminals that are made as they are needed, such as an object with so many members written.
protocol SymbolFamily: Sendable {
  /// The productions of a member.
  func productions(
    of state: [Int], in grammar: inout Grammar
  ) throws(ConstraintError) -> [SequenceID]

  /// The nonterminal that follows a captured text.
  func symbol(
    after text: [UInt8], state: [Int], in grammar: inout Grammar
  ) throws(ConstraintError) -> SymbolID
}

/// Tokens that a terminal over tokens matches.
struct TokenSet: Hashable, Sendable {
  /// The token's text, or its number.
  enum Name: Hashable, Sendable {
    case text(String)
    case id(Int32)
  }

  let name: Name
  /// Every token but this one.
  let isNegated: Bool
}

/// A context-free grammar over regular terminals, hash-consed, whose nonterminals are expanded when they are met.
///
/// Left recursion is refused before anything is matched, so what a nonterminal may begin with is a finite search.
struct Grammar: Sendable {
  var regular: RegularTable
  private(set) var symbols: [Symbol] = []
  private var symbolIDs: [Symbol: SymbolID] = [:]
  private var expansions: [[SequenceID]?] = []  // [symbol]
  private var symbolIsNullable: [Bool] = []

  private struct Cell: Hashable, Sendable {
    let first: Element
    let rest: SequenceID
  }
  private var cells: [Cell] = []  // [sequence - 1]
  private var sequenceIDs: [Cell: SequenceID] = [:]
  private var sequenceIsNullable: [Bool] = [true]

  /// The productions of the written rules, and whether each derives the empty text.
  private var rules: [(productions: [SequenceID], isNullable: Bool)] = []
  private(set) var families: [any SymbolFamily] = []
  /// Captured texts, each one byte longer than another.
  private var texts: [(prefix: CapturedText, byte: UInt8)] = [(.empty, 0)]
  private var textIDs: [UInt64: CapturedText] = [:]
  private(set) var tokenSets: [TokenSet] = []
  let limits: ConstraintLimits

  init(limits: ConstraintLimits) {
    self.limits = limits
    regular = RegularTable(limits: limits)
  }

  /// Symbols, sequences and captured texts, for the bound on memory.
  var count: Int { symbols.count + cells.count + texts.count }

  private func checkCount() throws(ConstraintError) {
    guard count < limits.machineStates else {
      throw .limit(
        reason: "the constraint needs more than \(limits.machineStates) states of its machine")
    }
  }

  /// As ``RegularTable/makeRoom()``.
  mutating func makeRoom() {
    regular.makeRoom()
    var capacity = symbols.count + RegularTable.room(symbols.count)
    symbols.reserveCapacity(capacity)
    symbolIDs.reserveCapacity(capacity)
    expansions.reserveCapacity(capacity)
    symbolIsNullable.reserveCapacity(capacity)
    capacity = cells.count + RegularTable.room(cells.count)
    cells.reserveCapacity(capacity)
    sequenceIDs.reserveCapacity(capacity)
    sequenceIsNullable.reserveCapacity(capacity)
  }

  // MARK: - Making

  mutating func add(_ family: some SymbolFamily) -> Int {
    families.append(family)
    return families.count - 1
  }

  mutating func add(_ set: TokenSet) -> Int {
    if let index = tokenSets.firstIndex(of: set) { return index }
    tokenSets.append(set)
    return tokenSets.count - 1
  }

  /// A rule whose productions follow with ``define(_:_:)``; whether it is nullable must be known here.
  mutating func addRule(isNullable: Bool) throws(ConstraintError) -> SymbolID {
    rules.append(([], isNullable))
    return try intern(.rule(rules.count - 1))
  }

  mutating func define(_ rule: SymbolID, _ productions: [SequenceID]) {
    guard case .rule(let index) = symbols[Int(rule.index)] else { return }
    rules[index].productions = productions
  }

  mutating func intern(_ symbol: Symbol) throws(ConstraintError) -> SymbolID {
    if let id = symbolIDs[symbol] { return id }
    try checkCount()
    let id = SymbolID(index: Int32(symbols.count))
    symbols.append(symbol)
    symbolIDs[symbol] = id
    expansions.append(nil)
    let nullable =
      switch symbol {
      case .rule(let index): rules[index].isNullable
      case .repetition(let body, let minimum, _): minimum == 0 || isNullable(body)
      case .member: false
      }
    symbolIsNullable.append(nullable)
    return id
  }

  mutating func sequence(
    _ first: Element, _ rest: SequenceID = .end
  ) throws(ConstraintError) -> SequenceID {
    if first == .terminal(.epsilon) { return rest }
    let cell = Cell(first: first, rest: rest)
    if let id = sequenceIDs[cell] { return id }
    try checkCount()
    cells.append(cell)
    let id = SequenceID(index: Int32(cells.count))
    sequenceIDs[cell] = id
    sequenceIsNullable.append(isNullable(first) && isNullable(rest))
    return id
  }

  mutating func sequence(_ elements: [Element]) throws(ConstraintError) -> SequenceID {
    var result = SequenceID.end
    for element in elements.reversed() { result = try sequence(element, result) }
    return result
  }

  /// A captured text and a byte.
  mutating func appending(
    _ byte: UInt8, to text: CapturedText
  ) throws(ConstraintError) -> CapturedText {
    let key = UInt64(text.index) << 8 | UInt64(byte)
    if let id = textIDs[key] { return id }
    try checkCount()
    let id = CapturedText(index: Int32(texts.count))
    texts.append((text, byte))
    textIDs[key] = id
    return id
  }

  // MARK: - Asking

  /// What was captured.
  func bytes(of text: CapturedText) -> [UInt8] {
    var result: [UInt8] = []
    var current = text
    while current != .empty {
      result.append(texts[Int(current.index)].byte)
      current = texts[Int(current.index)].prefix
    }
    return result.reversed()
  }

  subscript(id: SequenceID) -> (first: Element, rest: SequenceID) {
    let cell = cells[Int(id.index) - 1]
    return (cell.first, cell.rest)
  }

  func isNullable(_ id: SequenceID) -> Bool { sequenceIsNullable[Int(id.index)] }

  func isNullable(_ element: Element) -> Bool {
    switch element {
    case .terminal(let id): regular.isNullable(id)
    case .symbol(let id): symbolIsNullable[Int(id.index)]
    case .token, .capture: false
    }
  }

  /// The productions of a symbol, made the first time.
  mutating func productions(of id: SymbolID) throws(ConstraintError) -> [SequenceID] {
    if let known = expansions[Int(id.index)] { return known }
    let result: [SequenceID]
    switch symbols[Int(id.index)] {
    case .rule(let index): result = rules[index].productions
    case .repetition(let body, let minimum, let maximum):
      if maximum == 0 {
        result = [.end]
      } else {
        // An empty turn counts as one; see RegularTable.repetition.
        let least = isNullable(body) ? 0 : max(minimum - 1, 0)
        let again = try intern(
          .repetition(body, minimum: least, maximum: maximum < 0 ? -1 : maximum - 1))
        let turn = try appending(.symbol(again), to: body)
        result = minimum == 0 || isNullable(body) ? [.end, turn] : [turn]
      }
    case .member(let family, let state):
      result = try families[family].productions(of: state, in: &self)
    }
    expansions[Int(id.index)] = result
    return result
  }

  private mutating func appending(
    _ element: Element, to sequence: SequenceID
  ) throws(ConstraintError) -> SequenceID {
    var elements: [Element] = []
    var rest = sequence
    while rest != .end {
      elements.append(self[rest].first)
      rest = self[rest].rest
    }
    return try self.sequence(elements + [element])
  }
}
