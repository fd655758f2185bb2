/// What a step of a tokenizer looks for in text.
enum TextPattern: Hashable, Sendable {
  case expression(RegularExpression)
  /// These bytes, which are whole scalars; not empty.
  case literal([UInt8])
  /// Each scalar of the set, one by one.
  case scalars(ScalarSet)

  /// Calls `body` with each match in `text[range]`, from left to right; they don't overlap.
  func forEachMatch(
    in text: [UInt8], range: Range<Int>, _ body: (Range<Int>) -> Void
  ) throws(WorkLimit) {
    switch self {
    case .expression(let expression):
      try expression.forEachMatch(in: text, range: range, body)
    case .literal(let bytes):
      var position = range.lowerBound
      while position + bytes.count <= range.upperBound {
        if text[position] == bytes[0], text[position..<position + bytes.count].elementsEqual(bytes)
        {
          body(position..<position + bytes.count)
          position += bytes.count
        } else {
          position += 1
        }
      }
    case .scalars(let set):
      text.span.withUnsafeBufferPointer { text in
        var position = range.lowerBound
        while position < range.upperBound {
          let (found, length) = set.match(at: position, in: text)
          if found { body(position..<position + length) }
          position += length
        }
      }
    }
  }

  /// `text` with `content` in the place of each match.
  func replacing(
    in text: [UInt8], by content: [UInt8]
  ) throws(WorkLimit) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var start = 0
    try forEachMatch(in: text, range: 0..<text.count) { match in
      result += text[start..<match.lowerBound]
      result += content
      start = match.upperBound
    }
    result += text[start...]
    return result
  }
}
