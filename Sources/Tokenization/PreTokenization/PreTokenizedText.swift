/// A stretch of text between added tokens on its way to the model: cut into parts, its spelling changed by some steps.
struct PreTokenizedText {
  /// Valid UTF-8. The parts lie in it; what is between them has been removed.
  private(set) var text: [UInt8]
  /// The parts, in order, none empty.
  private(set) var parts: [Range<Int>]
  /// Where the beginning of the whole text lies in ``text``; `nil` for a stretch after an added token.
  private var beginning: Int?

  /// - Parameter beginsText: whether nothing stands before the stretch, not even an added token.
  init(_ text: [UInt8], in range: Range<Int>, beginsText: Bool) {
    self.text = text
    parts = range.isEmpty ? [] : [range]
    beginning = beginsText ? range.lowerBound : nil
  }

  /// How many bytes the parts reach over, which may be few of ``text``.
  private var byteCount: Int {
    guard let first = parts.first, let last = parts.last else { return 0 }
    return last.upperBound - first.lowerBound
  }

  /// Cuts each part further.
  mutating func split(
    _ cut: (Range<Int>, [UInt8], inout [Range<Int>]) throws(WorkLimit) -> Void
  ) throws(WorkLimit) {
    var finer: [Range<Int>] = []
    finer.reserveCapacity(max(parts.count, byteCount / 4))
    for part in parts { try cut(part, text, &finer) }
    parts = finer
  }

  /// Spells each part anew.
  ///
  /// - Parameter rewrite: appends the new spelling, not empty, of a part; told whether the part begins the whole text.
  mutating func rewrite(_ rewrite: (ArraySlice<UInt8>, Bool, inout [UInt8]) -> Void) {
    var rewritten: [UInt8] = []
    rewritten.reserveCapacity(byteCount + 16)
    var newBeginning: Int?
    for index in parts.indices {
      let start = rewritten.count
      let beginsText = parts[index].lowerBound == beginning
      rewrite(text[parts[index]], beginsText, &rewritten)
      if beginsText { newBeginning = start }
      parts[index] = start..<rewritten.count
    }
    (text, beginning) = (rewritten, newBeginning)
  }
}
