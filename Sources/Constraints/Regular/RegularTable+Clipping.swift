extension RegularTable {
  /// A language that no text of at most `length` bytes tells from `id` by where it goes on and where it may end: counts
  /// beyond that length are without end. Only where no part could turn out empty, for a count may decide that.
  mutating func clippingCounts(
    of id: RegularID, beyond length: Int
  ) throws(ConstraintError) -> RegularID {
    if needsProof(id) { return id }
    switch self[id] {
    case .repetition(let body, let minimum, let maximum):
      return try repetition(
        body, minimum: min(minimum, length + 1),
        maximum: maximum.flatMap { $0 > length ? nil : $0 })
    case .concatenation:
      // Parts that no short text reaches stay as they are.
      var heads: [RegularID] = []
      var rest = id
      while heads.count <= length, case .concatenation(let first, let second) = self[rest] {
        heads.append(first)
        rest = second
      }
      for head in heads.reversed() {
        rest = try concatenation(clippingCounts(of: head, beyond: length), rest)
      }
      return rest
    case .union(let parts):
      guard parts.count <= 8 else { return id }
      var results: [RegularID] = []
      for part in parts { results.append(try clippingCounts(of: part, beyond: length)) }
      return try union(results)
    default: return id
    }
  }
}
