/// The white space that generation writes between the tokens of JSON. All kinds are bounded: a text can't run on in
/// blanks.
public enum JSONWhitespace: String, Hashable, Sendable, CaseIterable {
  /// None: `{"a":1,"b":[2,3]}`.
  case compact
  /// One space after each comma and colon: `{"a": 1, "b": [2, 3]}`.
  case oneLine = "one-line"
  /// A line for each member and item, indented by two spaces a level. Empty objects and lists stay on their line.
  case indented
  /// Where JSON allows it, at most two spaces, or one line break and at most 32 spaces or tabs.
  case flexible
}

/// The separators of a kind of white space, as languages.
struct JSONLayout: Sendable {
  let whitespace: JSONWhitespace
  private let space: RegularID  // flexible alone
  private let comma: RegularID
  /// Between a key and its value.
  let colon: RegularID

  init(_ whitespace: JSONWhitespace, in table: inout RegularTable) throws(ConstraintError) {
    self.whitespace = whitespace
    switch whitespace {
    case .compact, .oneLine, .indented:
      space = .epsilon
      comma = try table.literal((whitespace == .oneLine ? ", " : ",").utf8)
      colon = try table.literal((whitespace == .compact ? ":" : ": ").utf8)
    case .flexible:
      let blank = try table.bytes(ByteSet(0x20))
      let tab = try table.bytes(ByteSet([0x20, 0x09]))
      let line = try table.concatenation(
        table.bytes(ByteSet(0x0A)), table.repetition(tab, minimum: 0, maximum: 32))
      space = try table.union([table.repetition(blank, minimum: 0, maximum: 2), line])
      comma = try table.concatenation([space, table.literal(",".utf8), space])
      colon = try table.concatenation([space, table.literal(":".utf8), space])
    }
  }

  /// How deep the inside of a list or object at some depth is, as far as that matters.
  func inside(_ depth: Int) -> Int { whitespace == .indented ? depth + 1 : 0 }

  /// Before the first item, or between items, of a list or object whose inside is at `depth`.
  func separator(
    isFirst: Bool, depth: Int, in table: inout RegularTable
  ) throws(ConstraintError) -> RegularID {
    guard whitespace == .indented else { return isFirst ? space : comma }
    return try table.literal(
      ((isFirst ? "\n" : ",\n") + String(repeating: "  ", count: depth)).utf8)
  }

  /// Before the closing bracket.
  func end(
    isEmpty: Bool, depth: Int, in table: inout RegularTable
  ) throws(ConstraintError) -> RegularID {
    guard whitespace == .indented, !isEmpty else { return space }
    return try table.literal(("\n" + String(repeating: "  ", count: depth - 1)).utf8)
  }
}
