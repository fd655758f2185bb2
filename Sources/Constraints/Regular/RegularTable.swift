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
  private let limit: Int

  // The automaton's table. Bytes that no language tells apart share a class; a row has an entry for each class.
  private(set) var classes = [UInt8](repeating: 0, count: 256)  // [byte]
  private(set) var representatives: [UInt8] = [0]  // [class]
  private var classMembers: [ByteSet] = [.all]  // [class]
  private var rows: [Int32] = []  // [row, class], -1 where not computed
  private var rowStarts: [Int32] = []  // [node], -1 without a row

  init(limits: ConstraintLimits) {
    limit = limits.regularStates
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
    if case .bytes(let set) = node { refine(by: set) }
    return append(node)
  }

  @discardableResult
  private mutating func append(_ node: RegularNode) -> RegularID {
    let id = RegularID(index: Int32(nodes.count))
    nodes.append(node)
    indices[node] = id
    isNullable.append(nullability(of: node))
    let needs = proofNeed(of: node)
    needsProof.append(needs)
    proofs.append(node == .nothing ? 2 : needs ? 0 : 1)
    rowStarts.append(-1)
    return id
  }

  /// The language that an automaton accepts from its start.
  mutating func add(_ automaton: some ByteAutomaton) throws(ConstraintError) -> RegularID {
    for byte in automaton.alphabet.bytes { refine(by: ByteSet(byte)) }
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

  /// Tells the bytes of `set` apart from the others. Rows are dropped where that splits a class.
  private mutating func refine(by set: ByteSet) {
    var isSplit = false
    for number in representatives.indices {
      let inside = classMembers[number].intersection(set)
      guard !inside.isEmpty, inside != classMembers[number] else { continue }
      isSplit = true
      let outside = classMembers[number].intersection(set.complement)
      for (place, members) in [(number, outside), (representatives.count, inside)] {
        guard let first = members.bytes.first else { continue }
        if place == number {
          representatives[number] = first
          classMembers[number] = members
        } else {
          representatives.append(first)
          classMembers.append(members)
        }
        for byte in members.bytes { classes[Int(byte)] = UInt8(place) }
      }
    }
    guard isSplit else { return }
    rows.removeAll()
    for index in rowStarts.indices { rowStarts[index] = -1 }
  }

  /// What may follow `byte` in a text of the language; it may be empty without being ``RegularID/nothing``.
  mutating func derivative(_ id: RegularID, _ byte: UInt8) throws(ConstraintError) -> RegularID {
    let number = Int(classes[Int(byte)])
    let start = rowStarts[Int(id.index)]
    if start >= 0 {
      let entry = rows[Int(start) + number]
      if entry >= 0 { return RegularID(index: entry) }
    }
    let result = try computeDerivative(id, representatives[number])
    // What was made on the way may have split classes; rows are then new.
    if rowStarts[Int(id.index)] < 0 {
      rowStarts[Int(id.index)] = Int32(rows.count)
      rows.append(contentsOf: repeatElement(-1, count: representatives.count))
    }
    rows[Int(rowStarts[Int(id.index)]) + Int(classes[Int(byte)])] = result.index
    return result
  }

  /// The state after `byte`: ``RegularID/nothing`` exactly where no text of the language goes on so.
  mutating func step(_ id: RegularID, _ byte: UInt8) throws(ConstraintError) -> RegularID {
    let next = try derivative(id, byte)
    switch proofs[Int(next.index)] {
    case 1: return next
    case 2: return .nothing
    default: return try hasText(next) ? next : .nothing
    }
  }

  /// Whether any text is in the language. An intersection is searched for one, breadth first.
  mutating func hasText(_ id: RegularID) throws(ConstraintError) -> Bool {
    if proofs[Int(id.index)] != 0 { return proofs[Int(id.index)] == 1 }
    var parents: [RegularID: RegularID] = [id: id]
    var queue = [id]
    var next = 0
    while next < queue.count {
      let current = queue[next]
      next += 1
      if isNullable(current) || proofs[Int(current.index)] == 1 {
        var witness = current
        while proofs[Int(witness.index)] == 0 {
          proofs[Int(witness.index)] = 1
          witness = parents[witness] ?? witness
        }
        return true
      }
      var number = 0
      while number < representatives.count {
        let following = try derivative(current, representatives[number])
        number += 1
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
    var count = 0
    var queue = [id]
    var next = 0
    while next < queue.count {
      guard count <= limit, queue.count <= 8 * limit else { return nil }
      let current = queue[next]
      next += 1
      if isNullable(current) { count += 1 }
      for byte in try firstBytes(current).bytes { queue.append(try step(current, byte)) }
    }
    return count <= limit ? count : nil
  }

  /// The bytes that a text of the language may begin with.
  mutating func firstBytes(_ id: RegularID) throws(ConstraintError) -> ByteSet {
    var set = ByteSet()
    var number = 0
    while number < representatives.count {
      // A step may split the class; what leaves it is looked at as a class of its own.
      if try step(id, representatives[number]) != .nothing { set = set.union(classMembers[number]) }
      number += 1
    }
    return set
  }
}
