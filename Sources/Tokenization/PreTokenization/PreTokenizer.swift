/// A step that cuts text into the parts within which byte pairs are merged.
enum PreTokenizer: Hashable, Sendable {
  case words(WordPattern)
  /// Numbers stand apart from the rest: each scalar of `\p{N}` alone, or each run of them.
  case digits(individually: Bool)

  /// Appends the parts of `text[range]`, in order and without a gap.
  func split(_ range: Range<Int>, of text: [UInt8], into parts: inout [Range<Int>]) {
    var start = range.lowerBound
    while start < range.upperBound {
      let end = partEnd(from: start, to: range.upperBound, in: text)
      parts.append(start..<end)
      start = end
    }
  }

  private func partEnd(from start: Int, to end: Int, in text: [UInt8]) -> Int {
    switch self {
    case .words(let pattern):
      return pattern.wordEnd(from: start, to: end, in: text)
    case .digits(let individually):
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
}
