/// The makers bring languages into a normal form: what is equal by the laws of union, intersection and concatenation has
/// one index, which keeps the number of derivatives finite.
extension RegularTable {
  mutating func bytes(_ set: ByteSet) throws(ConstraintError) -> RegularID {
    set.isEmpty ? .nothing : try intern(.bytes(set))
  }

  /// One text.
  mutating func literal(_ text: some Sequence<UInt8>) throws(ConstraintError) -> RegularID {
    var result = RegularID.epsilon
    for byte in Array(text).reversed() {
      result = try concatenation(bytes(ByteSet(byte)), result)
    }
    return result
  }

  mutating func concatenation(
    _ first: RegularID, _ second: RegularID
  ) throws(ConstraintError) -> RegularID {
    if first == .nothing || second == .nothing { return .nothing }
    if first == .epsilon { return second }
    if second == .epsilon { return first }
    // Chains lean to the right; the left one is unwound in a loop, for it may be long.
    var heads: [RegularID] = []
    var last = first
    while case .concatenation(let head, let tail) = self[last] {
      heads.append(head)
      last = tail
    }
    var result = try intern(.concatenation(last, second))
    for head in heads.reversed() { result = try intern(.concatenation(head, result)) }
    return result
  }

  mutating func concatenation(_ parts: [RegularID]) throws(ConstraintError) -> RegularID {
    var result = RegularID.epsilon
    for part in parts.reversed() { result = try concatenation(part, result) }
    return result
  }

  mutating func union(_ parts: [RegularID]) throws(ConstraintError) -> RegularID {
    if parts.count == 1 { return parts[0] }
    var set = ByteSet()
    var flat: [RegularID] = []
    var hasEpsilon = false
    func add(_ part: RegularID, of table: borrowing RegularTable) {
      switch table[part] {
      case .nothing: break
      case .epsilon: hasEpsilon = true
      case .bytes(let bytes): set = set.union(bytes)
      case .union(let inner): for part in inner { add(part, of: table) }
      default: flat.append(part)
      }
    }
    for part in parts { add(part, of: self) }
    if flat.contains(.everything) { return .everything }
    if !set.isEmpty { flat.append(try bytes(set)) }
    if hasEpsilon, !flat.contains(where: { isNullable($0) }) { flat.append(.epsilon) }
    flat = Self.sortedDistinct(flat)
    switch flat.count {
    case 0: return .nothing
    case 1: return flat[0]
    default: return try intern(.union(flat))
    }
  }

  mutating func intersection(_ parts: [RegularID]) throws(ConstraintError) -> RegularID {
    if parts.count == 1 { return parts[0] }
    var set = ByteSet.all
    var hasSet = false
    var flat: [RegularID] = []
    func add(_ part: RegularID, of table: borrowing RegularTable) {
      switch table[part] {
      case .bytes(let bytes):
        set = set.intersection(bytes)
        hasSet = true
      case .intersection(let inner): for part in inner { add(part, of: table) }
      default: if part != .everything { flat.append(part) }
      }
    }
    for part in parts { add(part, of: self) }
    if flat.contains(.nothing) || (hasSet && set.isEmpty) { return .nothing }
    if hasSet { flat.append(try bytes(set)) }
    if flat.contains(.epsilon) {
      return flat.allSatisfy { isNullable($0) } ? .epsilon : .nothing
    }
    flat = Self.sortedDistinct(flat)
    for case .complement(let inner) in flat.map({ self[$0] }) where flat.contains(inner) {
      return .nothing
    }
    switch flat.count {
    case 0: return .everything
    case 1: return flat[0]
    default: return try intern(.intersection(flat))
    }
  }

  mutating func complement(_ id: RegularID) throws(ConstraintError) -> RegularID {
    if case .complement(let inner) = self[id] { return inner }
    return try intern(.complement(id))
  }

  /// - Parameter maximum: `nil` is without end.
  mutating func repetition(
    _ body: RegularID, minimum: Int, maximum: Int?
  ) throws(ConstraintError) -> RegularID {
    if maximum == 0 || body == .epsilon { return .epsilon }
    if body == .nothing { return minimum == 0 ? .epsilon : .nothing }
    if minimum == 1, maximum == 1 { return body }
    if case .repetition(_, minimum: 0, maximum: nil) = self[body] { return body }
    // An empty turn counts as one, so that a body which may be empty has no least count.
    return try intern(
      .repetition(body, minimum: isNullable(body) ? 0 : minimum, maximum: maximum))
  }

  mutating func optional(_ id: RegularID) throws(ConstraintError) -> RegularID {
    try union([.epsilon, id])
  }

  /// One of many texts, as a tree of their bytes: as deep as the longest text, and no state is wider than 256.
  mutating func choice(of texts: [[UInt8]]) throws(ConstraintError) -> RegularID {
    try choice(ofSorted: Self.sortedDistinct(texts)[...], from: 0)
  }

  private mutating func choice(
    ofSorted texts: ArraySlice<[UInt8]>, from depth: Int
  ) throws(ConstraintError) -> RegularID {
    if texts.count == 1, let text = texts.first { return try literal(text[depth...]) }
    var depth = depth
    // A prefix of all of them needs no level of recursion each.
    var prefix: [UInt8] = []
    if let first = texts.first, let last = texts.last {
      while depth < first.count, depth < last.count, first[depth] == last[depth] {
        prefix.append(first[depth])
        depth += 1
      }
    }
    var alternatives: [RegularID] = []
    var index = texts.startIndex
    if let first = texts.first, first.count == depth {
      alternatives.append(.epsilon)
      index += 1
    }
    while index < texts.endIndex {
      var end = index + 1
      while end < texts.endIndex, texts[end][depth] == texts[index][depth] { end += 1 }
      let rest = try choice(ofSorted: texts[index..<end], from: depth + 1)
      alternatives.append(try concatenation(bytes(ByteSet(texts[index][depth])), rest))
      index = end
    }
    return try concatenation(literal(prefix), union(alternatives))
  }

  private static func sortedDistinct(_ ids: [RegularID]) -> [RegularID] {
    var result: [RegularID] = []
    for id in ids.sorted() where result.last != id { result.append(id) }
    return result
  }

  private static func sortedDistinct(_ texts: [[UInt8]]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    for text in texts.sorted(by: { $0.lexicographicallyPrecedes($1) }) where result.last != text {
      result.append(text)
    }
    return result
  }
}
