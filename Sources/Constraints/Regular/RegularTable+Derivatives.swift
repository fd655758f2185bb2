/// Bytes that lead from a language to the same derivative. Those of one language are disjoint; what is in none leads to
/// ``RegularID/nothing``.
struct Arc: Sendable {
  var bytes: ByteSet
  let target: RegularID
}

extension RegularTable {
  /// The derivatives by the rules.
  mutating func computeArcs(of id: RegularID) throws(ConstraintError) -> [Arc] {
    switch self[id] {
    case .nothing, .epsilon: return []
    case .bytes(let set): return [Arc(bytes: set, target: .epsilon)]
    case .concatenation: return try arcs(ofConcatenation: id)
    case .union(let parts):
      var lists: [[Arc]] = []
      lists.reserveCapacity(parts.count)
      for part in parts { lists.append(try list(of: part)) }
      return try merged(Self.atoms(of: lists))
    case .intersection(let parts):
      var lists: [[Arc]] = []
      for part in parts {
        lists.append(try list(of: part))
        if lists.last?.isEmpty == true { return [] }
      }
      var result: [Arc] = []
      for atom in Self.atoms(of: lists) where atom.targets.count == parts.count {
        result.append(Arc(bytes: atom.bytes, target: try intersection(atom.targets)))
      }
      return Self.joined(result)
    case .complement(let inner):
      var rest = ByteSet.all
      var result: [Arc] = []
      for arc in try list(of: inner) {
        rest = rest.subtracting(arc.bytes)
        result.append(Arc(bytes: arc.bytes, target: try complement(arc.target)))
      }
      if !rest.isEmpty { result.append(Arc(bytes: rest, target: .everything)) }
      return Self.joined(result)
    case .repetition(let body, let minimum, let maximum):
      let rest = try repetition(body, minimum: max(minimum - 1, 0), maximum: maximum.map { $0 - 1 })
      return try arcs(of: body, before: rest)
    case .automaton(let index, let state):
      var result: [Arc] = []
      for byte in automata[index].alphabet.bytes {
        guard let next = automata[index].step(state, byte) else { continue }
        let target = try intern(.automaton(index, state: next))
        result.append(Arc(bytes: ByteSet(byte), target: target))
      }
      return Self.joined(result)
    }
  }

  private mutating func list(of id: RegularID) throws(ConstraintError) -> [Arc] {
    try arcs(of: id).map { arc($0) }
  }

  private mutating func arcs(
    of first: RegularID, before rest: RegularID
  ) throws(ConstraintError) -> [Arc] {
    var result: [Arc] = []
    for arc in try list(of: first) {
      result.append(Arc(bytes: arc.bytes, target: try concatenation(arc.target, rest)))
    }
    return Self.joined(result)
  }

  /// Along a chain whose first links may be empty, each of them may take the byte. A loop, for chains are long.
  private mutating func arcs(ofConcatenation id: RegularID) throws(ConstraintError) -> [Arc] {
    var lists: [[Arc]] = []
    var rest = id
    while case .concatenation(let first, let second) = self[rest] {
      lists.append(try arcs(of: first, before: second))
      guard isNullable(first) else { break }
      rest = second
      guard case .concatenation = self[rest] else {
        lists.append(try list(of: rest))
        break
      }
    }
    return lists.count == 1 ? lists[0] : try merged(Self.atoms(of: lists))
  }

  // MARK: - Arcs

  /// Bytes that all of some lists treat alike, with where each list leads that leads anywhere.
  private struct Atom {
    var bytes: ByteSet
    var targets: [RegularID]
  }

  private static func atoms(of lists: [[Arc]]) -> [Atom] {
    var atoms: [Atom] = []
    for list in lists {
      for arc in list {
        var rest = arc.bytes
        for index in atoms.indices {
          let common = atoms[index].bytes.intersection(rest)
          guard !common.isEmpty else { continue }
          if common != atoms[index].bytes {
            let outside = atoms[index].bytes.subtracting(common)
            atoms.append(Atom(bytes: outside, targets: atoms[index].targets))
            atoms[index].bytes = common
          }
          atoms[index].targets.append(arc.target)
          rest = rest.subtracting(common)
          if rest.isEmpty { break }
        }
        if !rest.isEmpty { atoms.append(Atom(bytes: rest, targets: [arc.target])) }
      }
    }
    return atoms
  }

  private mutating func merged(_ atoms: [Atom]) throws(ConstraintError) -> [Arc] {
    var result: [Arc] = []
    for atom in atoms {
      result.append(Arc(bytes: atom.bytes, target: try union(atom.targets)))
    }
    return Self.joined(result)
  }

  /// Arcs to the same place as one.
  private static func joined(_ arcs: [Arc]) -> [Arc] {
    var result: [Arc] = []
    for arc in arcs where arc.target != .nothing {
      if let index = result.firstIndex(where: { $0.target == arc.target }) {
        result[index].bytes = result[index].bytes.union(arc.bytes)
      } else {
        result.append(arc)
      }
    }
    return result
  }
}
