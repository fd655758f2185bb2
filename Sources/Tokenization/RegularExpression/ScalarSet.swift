/// A set of Unicode scalars: what one position of a regular expression may hold.
///
/// Membership below U+0080 is one look into 128 bits. Above, a rule decides, by the standard library's Unicode tables.
struct ScalarSet: Hashable, Sendable {
  /// What decides about scalars from U+0080 on.
  indirect enum Rule: Hashable, Sendable {
    /// Scalars in these ranges, which are sorted and don't touch.
    case ranges([ClosedRange<UInt32>])
    /// Scalars of these general categories.
    case categories(GeneralCategories)
    /// `\s`: the property White_Space.
    case whitespace
    /// `\w`: letters, marks, decimal digits and connectors.
    case word
    case not(Rule)
    case either([Rule])
    case both([Rule])
  }

  private let low: UInt64
  private let high: UInt64
  private let rule: Rule

  init(_ rule: Rule) {
    self.rule = rule
    var bits: (UInt64, UInt64) = (0, 0)
    for value in UInt32(0)..<128 where Self.holds(rule, value) {
      if value < 64 { bits.0 |= 1 << UInt64(value) } else { bits.1 |= 1 << UInt64(value - 64) }
    }
    (low, high) = bits
  }

  /// The set of these scalars.
  init(ranges: [ClosedRange<UInt32>]) { self.init(.ranges(Self.merged(ranges))) }

  static let any = ScalarSet(ranges: [0...0x10FFFF])
  static let newline = ScalarSet(ranges: [0x0A...0x0A])
  static let whitespace = ScalarSet(.whitespace)
  static let word = ScalarSet(.word)
  /// `\w` of Unicode Technical Standard 18, which has the two joiners too. Oniguruma's has not.
  static let wordOrJoiner = ScalarSet(.either([.word, .ranges([0x200C...0x200D])]))
  static let number = ScalarSet(.categories(.number))
  /// ASCII's punctuation and symbols, and `\p{P}`.
  static let punctuation = ScalarSet(
    .either([
      .ranges([0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]), .categories(.punctuation),
    ]))

  var inverted: ScalarSet { ScalarSet(.not(rule)) }

  /// Scalars that are in any of the sets.
  static func union(_ sets: [ScalarSet]) -> ScalarSet { ScalarSet(.either(sets.map(\.rule))) }

  /// Scalars that are in all of the sets.
  static func intersection(_ sets: [ScalarSet]) -> ScalarSet {
    ScalarSet(.both(sets.map(\.rule)))
  }

  /// The set with each scalar's counterparts in the other case, by simple case folding. Sets by category or property
  /// hold both cases of what they hold, or ask for one on purpose; ranges alone are widened.
  var ignoringCase: ScalarSet {
    guard case .ranges(let ranges) = rule else { return self }
    // Published expressions list letters and small ranges here; folding a set of thousands would change nothing that
    // is asked for.
    guard ranges.reduce(0, { $0 + $1.count }) <= 4096 else { return self }
    var widened = ranges
    for value in ranges.joined() {
      for variant in CaseFolding.variants(of: value) { widened.append(variant...variant) }
    }
    return ScalarSet(ranges: widened)
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    if value < 64 { return low & (1 << UInt64(value)) != 0 }
    if value < 128 { return high & (1 << UInt64(value - 64)) != 0 }
    return Self.holds(rule, scalar)
  }

  /// Whether the scalar at `text[index]` is in the set, and the scalar's length. The text is valid UTF-8.
  func match(at index: Int, in text: UnsafeBufferPointer<UInt8>) -> (found: Bool, length: Int) {
    let byte = text[index]
    if byte < 64 { return (low & (1 << UInt64(byte)) != 0, 1) }
    if byte < 128 { return (high & (1 << UInt64(byte - 64)) != 0, 1) }
    let (scalar, length) = UTF8Scalars.scalar(at: index, in: text)
    return (Self.holds(rule, scalar), length)
  }

  private static func holds(_ rule: Rule, _ value: UInt32) -> Bool {
    Unicode.Scalar(value).map { holds(rule, $0) } ?? false
  }

  private static func holds(_ rule: Rule, _ scalar: Unicode.Scalar) -> Bool {
    switch rule {
    case .ranges(let ranges): holds(ranges, scalar.value)
    case .categories(let categories): categories.contains(scalar)
    case .whitespace: scalar.properties.isWhitespace
    case .word: isWord(scalar)
    case .not(let rule): !holds(rule, scalar)
    case .either(let rules): rules.contains { holds($0, scalar) }
    case .both(let rules): rules.allSatisfy { holds($0, scalar) }
    }
  }

  private static func holds(_ ranges: [ClosedRange<UInt32>], _ value: UInt32) -> Bool {
    var (lower, upper) = (0, ranges.count)
    while lower < upper {
      let middle = (lower + upper) / 2
      if value < ranges[middle].lowerBound {
        upper = middle
      } else if value > ranges[middle].upperBound {
        lower = middle + 1
      } else {
        return true
      }
    }
    return false
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: true
    default: scalar.properties.isAlphabetic
    }
  }

  private static func merged(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var merged: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, UInt64(range.lowerBound) <= UInt64(last.upperBound) + 1 {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }
}
