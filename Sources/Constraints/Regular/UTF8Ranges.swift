/// Ranges of scalars as sequences of ranges of bytes, one range a byte of the UTF-8.
///
/// A range is split where the length of the encoding changes and where a continuation byte would not run over all its
/// values (R. Cox, *Regular Expression Matching in the Wild*, 2010), so that each sequence is a product of ranges.
enum UTF8Ranges {
  static func sequences(of set: ScalarSet) -> [[ClosedRange<UInt8>]] {
    var result: [[ClosedRange<UInt8>]] = []
    for range in set.ranges { append(range, to: &result) }
    return result
  }

  private static func append(_ range: ClosedRange<UInt32>, to result: inout [[ClosedRange<UInt8>]])
  {
    var pending = [range]
    while let range = pending.popLast() {
      if let cut = firstCut(in: range) {
        // The lower half is taken first: sequences come in ascending order.
        pending.append((cut + 1)...range.upperBound)
        pending.append(range.lowerBound...cut)
      } else {
        let low = encoded(range.lowerBound)
        let high = encoded(range.upperBound)
        result.append(zip(low, high).map { $0...$1 })
      }
    }
  }

  /// The last scalar of the first part, if the range is not a product of ranges of bytes.
  private static func firstCut(in range: ClosedRange<UInt32>) -> UInt32? {
    let (low, high) = (range.lowerBound, range.upperBound)
    for last in [0x7F, 0x7FF, 0xFFFF] as [UInt32] where low <= last && last < high { return last }
    guard high > 0x7F else { return nil }
    for shift in [6, 12, 18] as [UInt32] {
      let mask: UInt32 = (1 << shift) - 1
      guard low & ~mask != high & ~mask else { continue }
      if low & mask != 0 { return low | mask }
      if high & mask != mask { return (high & ~mask) - 1 }
    }
    return nil
  }

  private static func encoded(_ scalar: UInt32) -> [UInt8] {
    Unicode.Scalar(scalar).map { Array(String(Character($0)).utf8) } ?? []
  }
}
