/// Regular languages, hash-consed, with their derivatives.
///
/// The derivative of a language by a byte is what may follow that byte (J. Brzozowski, *Derivatives of Regular
/// Expressions*, 1964). Derivatives are computed when asked for and kept, so the table is at once a set of expressions and
/// the lazy deterministic automaton of each. Unions, intersections and complements cost nothing extra, and a counted
/// repetition is one number, not a copy for each count.
struct RegularTable: Sendable {
  private(set) var nodes: [RegularNode] = []
  private var indices: [RegularNode: RegularID] = [:]
  private(set) var isNullable: [Bool] = []
  /// Whether a language may be empty without being ``RegularID/nothing``: there is an intersection, complement or
  /// automaton in it.
  private(set) var needsProof: [Bool] = []
  /// What is known about emptiness: 0 nothing, 1 has a text, 2 empty.
  private var proofs: [UInt8] = []
  private(set) var automata: [any ByteAutomaton] = []
  /// How deep each is nested in itself, where chains don't count: recursion goes no deeper.
  private var depths: [Int32] = []
  private let limit: Int
  private let greatestDepth: Int

  /// Where each language leads, once asked for; see ``arcs(of:)``.
  private var arcs: [Arc] = []
  private var arcRanges: [Range<Int32>] = []  // [node], from -1 where not computed
  // The automaton's table: a row has an entry for each byte.
  private(set) var rows: [Int32] = []  // [row, byte]
  private var rowStarts: [Int32] = []  // [node], -1 without a row

  /// Arcs and rows are dropped, and made anew, where there would be more.
  private static let mostArcs = 1 << 20  // about 64 MiB
  private static let mostRows = 1 << 16  // 64 MiB

  init(limits: ConstraintLimits) {
    limit = limits.regularStates
    // A group may be a repetition of a union of chains.
    greatestDepth = 6 * limits.nesting
    for node in [.nothing, .epsilon, .complement(.nothing)] as [RegularNode] { append(node) }
  }

  /// How many languages there are.
  var count: Int { nodes.count }

  subscript(id: RegularID) -> RegularNode { nodes[Int(id.index)] }

  func isNullable(_ id: RegularID) -> Bool { isNullable[Int(id.index)] }

  func needsProof(_ id: RegularID) -> Bool { needsProof[Int(id.index)] }

  /// The language of a node that is in normal form; see the makers.
  mutating func intern(_ node: RegularNode) throws(ConstraintError) -> RegularID {
    if let id = indices[node] { return id }
    guard nodes.count < limit else {
      throw .limit(reason: "the constraint's automaton needs more than \(limit) states")
    }
    guard depth(of: node) <= greatestDepth else {
      throw .limit(reason: "the constraint's parts are nested more than \(greatestDepth) deep")
    }
    return append(node)
  }

  @discardableResult
  private mutating func append(_ node: RegularNode) -> RegularID {
    let id = RegularID(index: Int32(nodes.count))
    nodes.append(node)
    indices[node] = id
    isNullable.append(nullability(of: node))
    depths.append(depth(of: node))
    let needs = proofNeed(of: node)
    needsProof.append(needs)
    proofs.append(node == .nothing ? 2 : needs ? 0 : 1)
    arcRanges.append(-1..<0)
    rowStarts.append(-1)
    return id
  }

  /// The language that an automaton accepts from its start.
  mutating func add(_ automaton: some ByteAutomaton) throws(ConstraintError) -> RegularID {
    automata.append(automaton)
    return try intern(.automaton(automata.count - 1, state: automaton.start))
  }

  private func nullability(of node: RegularNode) -> Bool {
    switch node {
    case .nothing, .bytes: false
    case .epsilon: true
    case .concatenation(let first, let second): isNullable(first) && isNullable(second)
    case .union(let parts): parts.contains { isNullable($0) }
    case .intersection(let parts): parts.allSatisfy { isNullable($0) }
    case .complement(let inner): !isNullable(inner)
    case .repetition(let body, let minimum, _): minimum == 0 || isNullable(body)
    case .automaton(let index, let state): automata[index].accepts(state)
    }
  }

  private func depth(of node: RegularNode) -> Int32 {
    func depth(_ id: RegularID) -> Int32 { depths[Int(id.index)] }
    return switch node {
    case .nothing, .epsilon, .bytes, .automaton: 0
    case .complement(let inner): inner == .nothing ? 0 : depth(inner) + 1
    case .intersection(let parts), .union(let parts): (parts.map(depth).max() ?? 0) + 1
    case .concatenation(let first, let second): max(depth(first) + 1, depth(second))
    case .repetition(let body, _, _): depth(body) + 1
    }
  }

  private func proofNeed(of node: RegularNode) -> Bool {
    switch node {
    case .nothing, .epsilon, .bytes: false
    case .complement(let inner): inner != .nothing
    case .intersection, .automaton: true
    case .concatenation(let first, let second): needsProof(first) || needsProof(second)
    case .union(let parts): parts.contains { needsProof($0) }
    case .repetition(let body, _, _): needsProof(body)
    }
  }

  // MARK: - The automaton

  /// Where a language leads: the derivatives by all bytes, by their numbers. One may be empty without being
  /// ``RegularID/nothing``. The numbers hold until ``trim()``.
  mutating func arcs(of id: RegularID) throws(ConstraintError) -> Range<Int> {
    var range = arcRanges[Int(id.index)]
    if range.lowerBound < 0 {
      let result = try computeArcs(of: id)
      range = Int32(arcs.count)..<Int32(arcs.count + result.count)
      arcs += result
      arcRanges[Int(id.index)] = range
    }
    return Int(range.lowerBound)..<Int(range.upperBound)
  }

  func arc(_ number: Int) -> Arc { arcs[number] }

  /// The row of a language's derivatives by each byte. It stays where it is until ``trim()``.
  mutating func row(of id: RegularID) throws(ConstraintError) -> Int {
    let known = rowStarts[Int(id.index)]
    if known >= 0 { return Int(known) }
    let numbers = try arcs(of: id)
    let start = rows.count
    rows.append(contentsOf: repeatElement(0, count: 256))
    for number in numbers {
      let target = arcs[number].target.index
      arcs[number].bytes.forEach { rows[start + Int($0)] = target }
    }
    rowStarts[Int(id.index)] = Int32(start)
    return start
  }

  /// Drops what can be made anew, where it has grown too much.
  mutating func trim() {
    if rows.count > 256 * Self.mostRows {
      rows.removeAll()
      for index in rowStarts.indices { rowStarts[index] = -1 }
    }
    if arcs.count > Self.mostArcs {
      arcs.removeAll()
      for index in arcRanges.indices { arcRanges[index] = -1..<0 }
    }
  }

  /// What may follow `byte` in a text of the language; it may be empty without being ``RegularID/nothing``.
  mutating func derivative(_ id: RegularID, _ byte: UInt8) throws(ConstraintError) -> RegularID {
    RegularID(index: rows[try row(of: id) + Int(byte)])
  }

  /// The state after `byte`: ``RegularID/nothing`` exactly where no text of the language goes on so.
  mutating func step(_ id: RegularID, _ byte: UInt8) throws(ConstraintError) -> RegularID {
    try living(derivative(id, byte))
  }

  /// A language, or ``RegularID/nothing`` where no text is in it.
  mutating func living(_ id: RegularID) throws(ConstraintError) -> RegularID {
    switch proofs[Int(id.index)] {
    case 1: id
    case 2: .nothing
    default: try hasText(id) ? id : .nothing
    }
  }

  /// Whether any text is in the language.
  mutating func hasText(_ id: RegularID) throws(ConstraintError) -> Bool {
    let known = proofs[Int(id.index)]
    if known != 0 { return known == 1 }
    let result: Bool
    switch self[id] {
    case .concatenation:
      // A loop, for chains are long.
      var rest = id
      var hasFirsts = true
      while hasFirsts, proofs[Int(rest.index)] == 0,
        case .concatenation(let first, let second) = self[rest]
      {
        hasFirsts = try hasText(first)
        rest = second
      }
      result = hasFirsts ? try hasText(rest) : false
    case .union(let parts):
      var isFound = false
      for part in parts where !isFound { isFound = try hasText(part) }
      result = isFound
    case .repetition(let body, let minimum, _): result = minimum == 0 ? true : try hasText(body)
    default: return try search(id)
    }
    proofs[Int(id.index)] = result ? 1 : 2
    return result
  }

  /// Searches for a text, breadth first, and keeps what that says of the languages on the way.
  private mutating func search(_ id: RegularID) throws(ConstraintError) -> Bool {
    if isNullable(id) {
      proofs[Int(id.index)] = 1
      return true
    }
    var parents: [RegularID: RegularID] = [id: id]
    var queue = [id]
    var next = 0
    while next < queue.count {
      let current = queue[next]
      next += 1
      for number in try arcs(of: current) {
        let following = arcs[number].target
        if isNullable(following) || proofs[Int(following.index)] == 1 {
          proofs[Int(following.index)] = 1
          var witness = current
          while proofs[Int(witness.index)] == 0 {
            proofs[Int(witness.index)] = 1
            witness = parents[witness] ?? witness
          }
          return true
        }
        guard proofs[Int(following.index)] != 2, parents[following] == nil else { continue }
        parents[following] = current
        queue.append(following)
      }
    }
    for dead in queue { proofs[Int(dead.index)] = 2 }
    return false
  }

  /// How many texts a language has, or `nil` where that is more than `limit` or not soon known.
  mutating func count(of id: RegularID, upTo limit: Int) throws(ConstraintError) -> Int? {
    guard try hasText(id) else { return 0 }
    // Depth first. Each state on the way has a text, so one that leads back to itself has texts without end.
    var known: [RegularID: Int] = [:]
    var isOpen: Set<RegularID> = [id]
    var path: [(state: RegularID, arcs: Range<Int>, count: Int)] = []
    path.append((id, try arcs(of: id), isNullable(id) ? 1 : 0))
    var visited = 1
    while let (state, left, count) = path.last {
      guard count <= limit, visited <= 8 * limit else { return nil }
      guard let number = left.first else {
        path.removeLast()
        isOpen.remove(state)
        known[state] = count
        guard let above = path.indices.last else { return count }
        path[above].count += arcs[path[above].arcs.lowerBound - 1].bytes.count * count
        continue
      }
      path[path.count - 1].arcs = left.dropFirst()
      let next = try living(arcs[number].target)
      if next == .nothing { continue }
      if let count = known[next] {
        path[path.count - 1].count += arcs[number].bytes.count * count
      } else {
        guard isOpen.insert(next).inserted else { return nil }
        visited += 1
        path.append((next, try arcs(of: next), isNullable(next) ? 1 : 0))
      }
    }
    return nil
  }

  /// The bytes that a text of the language may begin with.
  mutating func firstBytes(_ id: RegularID) throws(ConstraintError) -> ByteSet {
    var set = ByteSet()
    for number in try arcs(of: id) where try living(arcs[number].target) != .nothing {
      set = set.union(arcs[number].bytes)
    }
    return set
  }
}
