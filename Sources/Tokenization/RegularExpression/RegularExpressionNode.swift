/// A regular expression, parsed.
indirect enum RegularExpressionNode: Hashable, Sendable {
  /// One scalar of a set.
  case scalar(ScalarSet)
  case sequence([RegularExpressionNode])
  /// The first alternative that lets the rest match counts, not the longest.
  case alternatives([RegularExpressionNode])
  /// - Parameter most: `nil` for no limit.
  case repeated(RegularExpressionNode, least: Int, most: Int?, Greed)
  /// Once matched, never taken back.
  case atomic(RegularExpressionNode)
  case lookahead(RegularExpressionNode, isNegated: Bool)
  case lookbehind(RegularExpressionNode, isNegated: Bool)
  case assertion(Assertion)

  /// How a repetition is tried.
  enum Greed: Hashable, Sendable {
    /// As often as possible first.
    case greedy
    /// As seldom as possible first.
    case lazy
    /// As often as possible, and never taken back.
    case possessive
  }

  /// What holds at a place without taking a scalar.
  enum Assertion: Hashable, Sendable {
    /// `^`: the beginning of the text or of a line.
    case lineStart
    /// `$`: the end of the text or of a line.
    case lineEnd
    /// `\A`.
    case textStart
    /// `\z`.
    case textEnd
    /// `\Z`: the end of the text, or the newline that ends it.
    case textEndOrLastNewline
    /// `\b`.
    case wordBoundary
    /// `\B`.
    case noWordBoundary
  }

  /// The fewest and the most scalars that a match takes; no most where there is no limit.
  var width: (least: Int, most: Int?) {
    switch self {
    case .scalar: return (1, 1)
    case .sequence(let nodes):
      return nodes.reduce((0, 0)) { sum, node in
        let width = node.width
        return (Self.sum(sum.0, width.least), Self.sum(sum.1, width.most))
      }
    case .alternatives(let nodes):
      let widths = nodes.map(\.width)
      let mosts = widths.compactMap(\.most)
      return (
        widths.map(\.least).min() ?? 0, mosts.count == widths.count ? mosts.max() ?? 0 : nil
      )
    case .repeated(let node, let least, let most, _):
      let width = node.width
      return (Self.product(width.least, least), Self.product(width.most, most))
    case .atomic(let node): return node.width
    case .lookahead, .lookbehind, .assertion: return (0, 0)
    }
  }

  /// Sums and products stay within what a text can hold, so that they can't overflow.
  private static let limit = 1 << 30

  private static func sum(_ left: Int, _ right: Int) -> Int { min(left + right, limit) }

  private static func sum(_ left: Int?, _ right: Int?) -> Int? {
    guard let left, let right else { return nil }
    return min(left + right, limit)
  }

  private static func product(_ left: Int, _ right: Int) -> Int {
    min(left.multipliedReportingOverflow(by: right).overflow ? limit : left * right, limit)
  }

  private static func product(_ left: Int?, _ right: Int?) -> Int? {
    if left == 0 || right == 0 { return 0 }
    guard let left, let right else { return nil }
    return product(left, right)
  }
}
