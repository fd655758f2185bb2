package import LanguageModeling

/// A point of [0, 1) with as many binary digits as it is asked for, and where it stands in the interval of what it has
/// chosen so far: a range decoder (Martin 1979) whose message is the point.
///
/// Choosing from a distribution splits the interval in its proportions, and takes the part that the point lies in. The
/// interval's width is held as an integer of 96 to 128 bits, and further digits come in as the interval narrows, so that
/// the thousandth choice is as fine as the first: given all choices before, each token is chosen with its probability to
/// within 2^-96, and nothing adds up. (Renormalising a `Double`, as the method is usually told, has spent its 53 bits
/// after ten or twenty tokens.)
package struct ArithmeticCode: Sendable {
  /// Where the point lies in the interval, from its beginning; below `width`.
  private var offset: UInt128 = 0
  /// The interval's width in units of the last digit that was read; at least 1.
  private var width: UInt128 = 1
  /// The first 64 digits.
  private let head: UInt64
  /// Gives the digits after them.
  private let tail: CounterNoise
  /// The words of 32 digits that were read.
  private var wordCount = 0

  /// The point whose first 64 binary digits are `head`. Those after them are noise: word *j* of 32 digits, from 2 on,
  /// is the high word of token *j*'s noise at position 0.
  package init(head: UInt64, tail: CounterNoise) {
    self.head = head
    self.tail = tail
  }

  /// One of `count` points at equal distances, all moved by one uniform number to the right and, where they pass 1, to
  /// the beginning: ⌊2^64 · `index` / `count`⌋ / 2^64 more than the point that `noise` makes, modulo 1.
  ///
  /// - Parameter index: 0 to `count` − 1.
  package init(_ index: Int, of count: Int, noise: CounterNoise) {
    let words = noise.highWords(position: 0, token: 0)
    let start = UInt64(words[0]) << 32 | UInt64(words[1])
    let distance = UInt64(count).dividingFullWidth((high: UInt64(index), low: 0)).quotient
    self.init(head: start &+ distance, tail: noise)
  }

  /// The part that the point lies in, of a partition of the interval in proportion to weights.
  ///
  /// - Parameters:
  ///   - total: the sum of the weights, at least 1.
  ///   - find: given a number below `total`, the part whose weight it falls into: of the weights one after the other, the
  ///     first whose sum with those before exceeds it; and the sum of the weights before the part, and with it.
  package mutating func choose<Part>(
    total: UInt64, find: (UInt64) -> (part: Part, lower: UInt64, upper: UInt64)
  ) -> Part {
    read()
    // The part's bounds are ⌊width · sum / total⌋. The greatest sum whose bound isn't above the offset falls into it.
    let product = (offset + 1).multipliedFullWidth(by: UInt128(total))
    let (low, borrow) = product.low.subtractingReportingOverflow(1)
    let sum = width.dividingFullWidth((product.high - (borrow ? 1 : 0), low)).quotient
    let found = find(UInt64(truncatingIfNeeded: sum))
    let lower = bound(found.lower, of: total)
    width = bound(found.upper, of: total) - lower
    offset -= lower
    return found.part
  }

  private func bound(_ sum: UInt64, of total: UInt64) -> UInt128 {
    UInt128(total).dividingFullWidth(width.multipliedFullWidth(by: UInt128(sum))).quotient
  }

  /// Takes in digits until the interval is at least 2^96 of them wide.
  private mutating func read() {
    while width < 1 << 96 {
      width <<= 32
      offset = offset << 32 | UInt128(nextWord())
    }
  }

  private mutating func nextWord() -> UInt32 {
    defer { wordCount += 1 }
    switch wordCount {
    case 0: return UInt32(truncatingIfNeeded: head >> 32)
    case 1: return UInt32(truncatingIfNeeded: head)
    default:
      let place = TokenID(truncatingIfNeeded: wordCount)
      return tail.highWords(position: 0, token: place)[wordCount & 3]
    }
  }
}
