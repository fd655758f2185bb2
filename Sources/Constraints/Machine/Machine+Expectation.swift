extension Machine {
  /// The bytes that must come next.
  mutating func forcedBytes(_ id: StateID, limit: Int) throws(ConstraintError) -> [UInt8] {
    var result: [UInt8] = []
    var state = id
    while result.count < limit, !self[state].isComplete, !awaitsToken(state),
      let byte = try nextBytes(state).onlyByte
    {
      result.append(byte)
      state = try step(state, byte)
    }
    return result
  }

  /// What may come next, in words: texts that are forced once begun, then single characters.
  mutating func expectation(_ id: StateID) throws(ConstraintError) -> String {
    var texts: Set<String> = []
    var bytes = ByteSet()
    for thread in self[id].threads {
      guard let regular = thread.regular else {
        if case .token(let set) = grammar[thread.next].first {
          texts.insert(grammar.tokenSets[set].description)
        }
        continue
      }
      let forced = try forcedBytes(regular)
      if forced.isEmpty {
        bytes = bytes.union(try grammar.regular.firstBytes(regular))
      } else {
        texts.insert("“" + Self.printable(forced) + "”")
      }
    }
    var parts = texts.sorted()
    let shown = 8
    if parts.count > shown {
      parts = Array(parts.prefix(shown)) + ["\(parts.count - shown) other texts"]
    }
    if !bytes.isEmpty { parts.append(Self.description(of: bytes)) }
    if self[id].isComplete { parts.append("the end") }
    guard let last = parts.popLast() else { return "nothing" }
    return parts.isEmpty ? last : parts.joined(separator: ", ") + " or " + last
  }

  /// The first bytes that all texts of a terminal share, at most 40.
  private mutating func forcedBytes(_ id: RegularID) throws(ConstraintError) -> [UInt8] {
    var result: [UInt8] = []
    var current = id
    while result.count < 40, current != .epsilon, !grammar.regular.isNullable(current) {
      guard let byte = try grammar.regular.firstBytes(current).onlyByte else { break }
      result.append(byte)
      current = try grammar.regular.step(current, byte)
    }
    return result
  }

  private static func printable(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self).unicodeScalars.map(printable).joined()
  }

  private static func printable(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    case "\u{0}"..<" ", "\u{7F}"..."\u{9F}": "\\u{" + String(scalar.value, radix: 16) + "}"
    default: String(scalar)
    }
  }

  /// Ranges of characters; bytes above 0x7F begin or continue other characters.
  private static func description(of set: ByteSet) -> String {
    let ascii = set.bytes.filter { $0 < 0x80 }
    if ascii.count >= 0x5F { return "any character but few" }
    var ranges: [ClosedRange<UInt8>] = []
    for byte in ascii {
      if let last = ranges.last, last.upperBound + 1 == byte {
        ranges[ranges.count - 1] = last.lowerBound...byte
      } else {
        ranges.append(byte...byte)
      }
    }
    func name(_ byte: UInt8) -> String { printable(Unicode.Scalar(byte)) }
    var parts: [String] = []
    for range in ranges {
      if range.count < 3 {
        parts += range.map(name)
      } else {
        parts.append("\(name(range.lowerBound))-\(name(range.upperBound))")
      }
    }
    var result = parts.isEmpty ? "" : "one of “" + parts.joined(separator: " ") + "”"
    if set.bytes.contains(where: { $0 >= 0x80 }) {
      result += (result.isEmpty ? "" : " or ") + "a character beyond ASCII"
    }
    return result
  }
}

extension TokenSet: CustomStringConvertible {
  /// As a grammar spells it.
  var description: String {
    let spelling =
      switch name {
      case .text(let text): "<\(text)>"
      case .id(let id): "<[\(id)]>"
      }
    return "the token " + (isNegated ? "!" : "") + spelling
  }
}
