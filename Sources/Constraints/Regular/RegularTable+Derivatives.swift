extension RegularTable {
  /// The derivative by the rules, without the table.
  mutating func computeDerivative(
    _ id: RegularID, _ byte: UInt8
  ) throws(ConstraintError) -> RegularID {
    switch self[id] {
    case .nothing, .epsilon: return .nothing
    case .bytes(let set): return set.contains(byte) ? .epsilon : .nothing
    case .concatenation: return try derivative(ofConcatenation: id, byte)
    case .union(let parts):
      var results: [RegularID] = []
      for part in parts { results.append(try derivative(part, byte)) }
      return try union(results)
    case .intersection(let parts):
      var results: [RegularID] = []
      for part in parts {
        let result = try derivative(part, byte)
        if result == .nothing { return .nothing }
        results.append(result)
      }
      return try intersection(results)
    case .complement(let inner): return try complement(derivative(inner, byte))
    case .repetition(let body, let minimum, let maximum):
      let rest = try repetition(body, minimum: max(minimum - 1, 0), maximum: maximum.map { $0 - 1 })
      return try concatenation(derivative(body, byte), rest)
    case .automaton(let index, let state):
      guard let next = automata[index].step(state, byte) else { return .nothing }
      return try intern(.automaton(index, state: next))
    }
  }

  /// Along a chain whose first links may be empty, each of them may take the byte. A loop, for chains are long.
  private mutating func derivative(
    ofConcatenation id: RegularID, _ byte: UInt8
  ) throws(ConstraintError) -> RegularID {
    var alternatives: [RegularID] = []
    var rest = id
    while case .concatenation(let first, let second) = self[rest] {
      alternatives.append(try concatenation(derivative(first, byte), second))
      guard isNullable(first) else { return try union(alternatives) }
      rest = second
    }
    alternatives.append(try derivative(rest, byte))
    return try union(alternatives)
  }
}
