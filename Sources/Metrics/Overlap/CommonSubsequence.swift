/// Longest common subsequences.
enum CommonSubsequence {
  /// The length of the longest.
  ///
  /// Works on the columns of the table of lengths as bits, 64 at a time (Hyyrö 2004): a bit of the state is 0 where the
  /// length grows.
  ///
  /// - Complexity: O(*mn*/64) time, O(*m*/64) memory for each different symbol.
  static func length(_ left: [UInt32], _ right: [UInt32]) -> Int {
    let wordCount = (left.count + 63) / 64
    guard wordCount > 0, !right.isEmpty else { return 0 }
    let inRight = Set(right)
    var places: [UInt32: [UInt64]] = [:]
    for (index, symbol) in left.enumerated() where inRight.contains(symbol) {
      places[symbol, default: [UInt64](repeating: 0, count: wordCount)][index / 64] |=
        1 << UInt64(index % 64)
    }
    var state = [UInt64](repeating: .max, count: wordCount)
    for symbol in right {
      guard let mask = places[symbol] else { continue }
      var carry: UInt64 = 0
      for index in 0..<wordCount {
        let matched = state[index] & mask[index]
        let (sum, overflow) = state[index].addingReportingOverflow(matched)
        let (total, carried) = sum.addingReportingOverflow(carry)
        carry = overflow || carried ? 1 : 0
        state[index] = total | (state[index] & ~mask[index])
      }
    }
    let beyond = wordCount * 64 - left.count
    if beyond > 0 { state[wordCount - 1] |= UInt64.max << UInt64(64 - beyond) }
    return state.reduce(0) { $0 + (~$1).nonzeroBitCount }
  }

  /// The indices in `left` of one of the longest; of several, the one that `rouge_score` takes: read from the ends,
  /// the right text is shortened only where that keeps a longer one.
  ///
  /// - Complexity: O(*mn*) time and memory.
  static func indices(_ left: [UInt32], _ right: [UInt32]) -> [Int] {
    let width = right.count + 1
    var lengths = [Int32](repeating: 0, count: (left.count + 1) * width)
    for i in 0..<left.count {
      for j in 0..<right.count {
        let place = (i + 1) * width + j + 1
        lengths[place] =
          left[i] == right[j]
          ? lengths[place - width - 1] + 1 : max(lengths[place - width], lengths[place - 1])
      }
    }
    var (i, j) = (left.count, right.count)
    var indices: [Int] = []
    while i > 0, j > 0 {
      if left[i - 1] == right[j - 1] {
        indices.append(i - 1)
        i -= 1
        j -= 1
      } else if lengths[i * width + j - 1] > lengths[(i - 1) * width + j] {
        j -= 1
      } else {
        i -= 1
      }
    }
    return indices
  }
}
