/// A regular expression in Oniguruma's Ruby syntax, as `tokenizer.json` files hold them, that finds its matches in
/// UTF-8.
///
/// The semantics are Oniguruma's: leftmost, then the first alternative that matches. Differences, all outside published
/// expressions: where case is ignored, single scalars are folded and never strings (`ß` is not `ss`); general
/// categories are those of the standard library's Unicode version.
struct RegularExpression: Hashable, Sendable {
  /// The expression as it was written.
  let pattern: String
  private let program: RegularExpressionProgram
  /// Where the whole expression begins with an endless greedy span of this set: a match that failed within a run of
  /// the set fails for all later beginnings within it too.
  private let leadingRun: ScalarSet?

  init(_ pattern: String) throws(RegularExpressionError) {
    let node = try RegularExpressionParser.parse(pattern)
    self.pattern = pattern
    program = try RegularExpressionProgram(node)
    leadingRun = Self.leadingRun(node)
  }

  private static func leadingRun(_ node: RegularExpressionNode) -> ScalarSet? {
    switch node {
    case .sequence(let nodes): nodes.first.flatMap(leadingRun)
    case .repeated(.scalar(let set), 0...1, nil, .greedy): set
    default: nil
    }
  }

  /// Calls `body` with each match in `text[range]`, from left to right. Matches don't overlap; an empty one that
  /// touches the match before it is passed over. The text is valid UTF-8, and nothing outside `range` is seen.
  ///
  /// - Complexity: linear for published expressions; bounded for all.
  func forEachMatch(
    in text: [UInt8], range: Range<Int>, _ body: (Range<Int>) -> Void
  ) throws(WorkLimit) {
    let span = text.span
    try span.withUnsafeBufferPointer { (text) throws(WorkLimit) in
      var matcher = RegularExpressionMatcher(program, text: text, range: range)
      var position = range.lowerBound
      var lastEnd: Int?
      while position <= range.upperBound {
        if let end = try matcher.end(at: position) {
          if end > position || lastEnd != end {
            body(position..<end)
            lastEnd = end
          }
          if end > position {
            position = end
            continue
          }
        } else if let leadingRun, position < range.upperBound {
          let start = position
          while position < range.upperBound {
            let (found, length) = leadingRun.match(at: position, in: text)
            guard found else { break }
            position += length
          }
          try matcher.spend(position - start)
          if position > start { continue }
        }
        guard position < range.upperBound else { return }
        position += UTF8Scalars.length(of: text[position])
      }
    }
  }
}
