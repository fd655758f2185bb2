/// A step that cuts text into the parts which the model encodes one by one, or changes how they are spelled.
enum PreTokenizer: Hashable, Sendable {
  case words(WordPattern)
  /// Numbers stand apart from the rest: each scalar of `\p{N}` alone, or each run of them.
  case digits(individually: Bool)
  case split(Splitter)
  case metaspace(Metaspace)
  /// A space is put before each part that doesn't begin with one.
  case spacePrefix
  /// Bytes are spelled in GPT-2's alphabet. Only where a step follows that sees the spelling; a model of bytes does it
  /// by itself.
  case byteAlphabet

  /// Applies the step to each part.
  func apply(to text: inout PreTokenizedText) throws(WorkLimit) {
    switch self {
    case .words(let pattern):
      try text.split { (range, text, parts) throws(WorkLimit) in
        Self.cut(range, into: &parts) { pattern.wordEnd(from: $0, to: range.upperBound, in: text) }
      }
    case .digits(let individually):
      try text.split { (range, text, parts) throws(WorkLimit) in
        Self.cut(range, into: &parts) {
          Self.digitsEnd(from: $0, to: range.upperBound, in: text, individually: individually)
        }
      }
    case .split(let splitter):
      try text.split { (range, text, parts) throws(WorkLimit) in
        try splitter.split(range, of: text, into: &parts)
      }
    case .metaspace(let metaspace): try metaspace.apply(to: &text)
    case .spacePrefix:
      text.rewrite { part, _, rewritten in
        if part.first != UInt8(ascii: " ") { rewritten.append(UInt8(ascii: " ")) }
        rewritten += part
      }
    case .byteAlphabet:
      text.rewrite { part, _, rewritten in
        for byte in part { ByteAlphabet.appendSpelling(of: byte, to: &rewritten) }
      }
    }
  }

  /// Appends the parts of `range`, in order and without a gap.
  @inline(__always)
  private static func cut(
    _ range: Range<Int>, into parts: inout [Range<Int>], end: (Int) -> Int
  ) {
    var start = range.lowerBound
    while start < range.upperBound {
      let end = end(start)
      parts.append(start..<end)
      start = end
    }
  }

  private static func digitsEnd(
    from start: Int, to end: Int, in text: [UInt8], individually: Bool
  ) -> Int {
    let (first, length) = ScalarClass.at(start, in: text)
    if first == .number {
      return individually
        ? start + length : ScalarClass.number.runEnd(from: start, to: end, in: text)
    }
    var index = start + length
    while index < end {
      let (found, length) = ScalarClass.at(index, in: text)
      if found == .number { break }
      index += length
    }
    return index
  }
}
