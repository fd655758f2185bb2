/// How a character is written in bytes. Each is a prefix code, and the spellings of different characters differ, so that
/// unions, intersections and complements of languages over characters carry over to bytes.
struct ScalarEncoding: Sendable {
  /// The alphabets.
  enum Form: Sendable {
    /// UTF-8.
    case utf8
    /// Within a JSON string: UTF-8, but `"` and `\` after a backslash and control characters as their shortest escapes.
    /// No other escapes, so that every text has one spelling.
    case jsonString
  }

  let form: Form
  private var known: [ScalarSet: RegularID] = [:]

  init(_ form: Form) { self.form = form }

  /// One character of a set.
  mutating func character(
    of set: ScalarSet, in table: inout RegularTable
  ) throws(ConstraintError) -> RegularID {
    if let id = known[set] { return id }
    let id: RegularID
    switch form {
    case .utf8: id = try Self.utf8(set, in: &table)
    case .jsonString:
      var parts = [try Self.utf8(set.subtracting(Self.escaped), in: &table)]
      for value in Self.escaped.ranges.joined() where set.contains(value) {
        parts.append(try Self.escape(UInt8(value), in: &table))
      }
      id = try table.union(parts)
    }
    known[set] = id
    return id
  }

  /// Any text.
  mutating func anyText(in table: inout RegularTable) throws(ConstraintError) -> RegularID {
    try table.repetition(character(of: .all, in: &table), minimum: 0, maximum: nil)
  }

  /// Texts of so many characters.
  mutating func text(
    minimum: Int, maximum: Int?, in table: inout RegularTable
  ) throws(ConstraintError) -> RegularID {
    try table.repetition(character(of: .all, in: &table), minimum: minimum, maximum: maximum)
  }

  private static let escaped = ScalarSet([0...0x1F, 0x22...0x22, 0x5C...0x5C])

  private static func escape(
    _ byte: UInt8, in table: inout RegularTable
  ) throws(ConstraintError) -> RegularID {
    if let short = JSONText.shortEscape(of: byte) {
      return try table.literal([UInt8(ascii: "\\"), short])
    }
    // Hexadecimal digits in either case.
    let digit = byte & 15
    let last: ByteSet =
      digit < 10 ? ByteSet(0x30 + digit) : ByteSet([0x57 + digit, 0x37 + digit])
    return try table.concatenation(
      table.literal(Array("\\u00".utf8) + [0x30 + byte >> 4]), table.bytes(last))
  }

  private static func utf8(
    _ set: ScalarSet, in table: inout RegularTable
  ) throws(ConstraintError) -> RegularID {
    try tree(UTF8Ranges.sequences(of: set)[...], from: 0, in: &table)
  }

  /// Sequences that share a lead byte branch after it, and leads that lead to the same make one set.
  private static func tree(
    _ sequences: ArraySlice<[ClosedRange<UInt8>]>, from depth: Int, in table: inout RegularTable
  ) throws(ConstraintError) -> RegularID {
    var leads: [RegularID: ByteSet] = [:]
    var order: [RegularID] = []
    var index = sequences.startIndex
    while index < sequences.endIndex {
      let lead = sequences[index][depth]
      var end = index + 1
      while end < sequences.endIndex, sequences[end][depth] == lead { end += 1 }
      let isLast = sequences[index].count == depth + 1
      let rest =
        isLast
        ? RegularID.epsilon : try tree(sequences[index..<end], from: depth + 1, in: &table)
      if leads[rest] == nil { order.append(rest) }
      leads[rest] = (leads[rest] ?? ByteSet()).union(ByteSet(lead))
      index = end
    }
    var parts: [RegularID] = []
    for rest in order {
      parts.append(try table.concatenation(table.bytes(leads[rest] ?? ByteSet()), rest))
    }
    return try table.union(parts)
  }
}
