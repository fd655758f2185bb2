/// A set of Unicode scalars as sorted, disjoint ranges that don't touch; surrogates are never in it.
struct ScalarSet: Hashable, Sendable {
  private(set) var ranges: [ClosedRange<UInt32>]

  static let lastScalar: UInt32 = 0x10FFFF
  private static let surrogates: ClosedRange<UInt32> = 0xD800...0xDFFF

  static let empty = ScalarSet([])
  static let all = ScalarSet([0...lastScalar])

  /// The scalars of any ranges, in any order.
  init(_ ranges: some Sequence<ClosedRange<UInt32>>) {
    var sorted: [ClosedRange<UInt32>] = []
    for range in ranges where range.lowerBound <= Self.lastScalar {
      // Surrogates are no scalars: they have no UTF-8.
      let upper = min(range.upperBound, Self.lastScalar)
      if range.lowerBound < 0xD800 { sorted.append(range.lowerBound...min(upper, 0xD7FF)) }
      if upper > 0xDFFF { sorted.append(max(range.lowerBound, 0xE000)...upper) }
    }
    sorted.sort { $0.lowerBound < $1.lowerBound }
    var merged: [ClosedRange<UInt32>] = []
    for range in sorted {
      if let last = merged.last, range.lowerBound <= last.upperBound + 1 {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    self.ranges = merged
  }

  init(_ scalar: Unicode.Scalar) { self.init([scalar.value...scalar.value]) }

  /// The scalars of a text.
  init(scalarsOf text: String) { self.init(text.unicodeScalars.map { $0.value...$0.value }) }

  var isEmpty: Bool { ranges.isEmpty }

  func contains(_ scalar: UInt32) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].lowerBound <= scalar
  }

  func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges + other.ranges) }

  /// All scalars that are not in the set.
  var complement: ScalarSet {
    var result: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
      next = range.upperBound + 1
    }
    if next <= Self.lastScalar { result.append(next...Self.lastScalar) }
    return ScalarSet(result)
  }

  func intersection(_ other: ScalarSet) -> ScalarSet {
    complement.union(other.complement).complement
  }

  func subtracting(_ other: ScalarSet) -> ScalarSet { intersection(other.complement) }
}
