/// A set of bytes: 256 bits.
struct ByteSet: Hashable, Sendable {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  static let all = ByteSet(0...255)

  init() {}

  init(_ byte: UInt8) { insert(byte) }

  init(_ range: ClosedRange<UInt8>) {
    // In each word, the bits from the lower bound up and to the upper bound.
    func bits(_ word: Int) -> UInt64 {
      let low = max(Int(range.lowerBound) - 64 * word, 0)
      let high = min(Int(range.upperBound) - 64 * word, 63)
      guard low <= 63, high >= low else { return 0 }
      return (.max << UInt64(low)) & (.max >> UInt64(63 - high))
    }
    words = (bits(0), bits(1), bits(2), bits(3))
  }

  init(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { insert(byte) }
  }

  static func == (left: ByteSet, right: ByteSet) -> Bool { left.words == right.words }

  func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }

  mutating func insert(_ byte: UInt8) {
    let bit: UInt64 = 1 << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: words.0 |= bit
    case 1: words.1 |= bit
    case 2: words.2 |= bit
    default: words.3 |= bit
    }
  }

  func contains(_ byte: UInt8) -> Bool {
    let word =
      switch byte >> 6 {
      case 0: words.0
      case 1: words.1
      case 2: words.2
      default: words.3
      }
    return word >> UInt64(byte & 63) & 1 == 1
  }

  var isEmpty: Bool { words.0 | words.1 | words.2 | words.3 == 0 }

  var count: Int {
    words.0.nonzeroBitCount + words.1.nonzeroBitCount + words.2.nonzeroBitCount
      + words.3.nonzeroBitCount
  }

  /// The bytes, ascending.
  var bytes: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(count)
    forEach { result.append($0) }
    return result
  }

  /// Calls `body` with each byte, ascending.
  func forEach(_ body: (UInt8) -> Void) {
    func run(_ word: UInt64, from base: UInt8) {
      var rest = word
      while rest != 0 {
        body(base + UInt8(truncatingIfNeeded: rest.trailingZeroBitCount))
        rest &= rest - 1
      }
    }
    run(words.0, from: 0)
    run(words.1, from: 64)
    run(words.2, from: 128)
    run(words.3, from: 192)
  }

  /// The only byte of a set of one.
  var onlyByte: UInt8? { count == 1 ? bytes.first : nil }

  func union(_ other: ByteSet) -> ByteSet { combined(with: other) { $0 | $1 } }

  func intersection(_ other: ByteSet) -> ByteSet { combined(with: other) { $0 & $1 } }

  func subtracting(_ other: ByteSet) -> ByteSet { combined(with: other) { $0 & ~$1 } }

  var complement: ByteSet { combined(with: self) { word, _ in ~word } }

  @inline(__always)
  private func combined(with other: ByteSet, _ operation: (UInt64, UInt64) -> UInt64) -> ByteSet {
    var result = self
    result.words = (
      operation(words.0, other.words.0), operation(words.1, other.words.1),
      operation(words.2, other.words.2), operation(words.3, other.words.3)
    )
    return result
  }
}
