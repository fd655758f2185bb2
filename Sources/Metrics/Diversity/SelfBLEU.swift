public import LanguageModeling

/// Self-BLEU (Zhu et al. 2018): how alike samples are, as the mean of each one's BLEU with all the others for
/// references. 0 to 1; higher is less diverse.
///
/// Each BLEU is NLTK's `sentence_bleu` over the model's tokens with equal weights and `method1`, as in the code of
/// Holtzman et al. 2020: an order without a match counts 0.1 matches, one for which the sample is too short 0.1 of one
/// n-gram, and a sample that shares no token with the others scores 0.
///
///     SelfBLEU.value(of: [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5]])  // 1: they are equal
///     SelfBLEU.value(of: [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]])  // 0: they share nothing
public enum SelfBLEU {
  private static let epsilon = 0.1

  /// Each sample's BLEU against the others; empty for fewer than two samples.
  ///
  /// - Parameter order: the longest n-grams, from 1.
  /// - Complexity: O(*nL* log *L*) for *L* tokens in all samples together: each n-gram's highest count among the others
  ///   is its highest of all, or its second highest for the sample that has that.
  public static func scores(of samples: [[TokenID]], order: Int = 4) -> [Double] {
    guard samples.count > 1 else { return [] }
    let order = max(1, order)
    var trie = NGramTrie()
    let counts = samples.map { sample in
      trie.counts(of: sample.map { UInt32(bitPattern: $0) }, upTo: order)
    }
    var highest: [UInt32: (owner: Int, count: Int, next: Int)] = [:]
    for (owner, sample) in counts.enumerated() {
      for entry in sample.orders.joined() {
        let known = highest[entry.node] ?? (owner: -1, count: 0, next: 0)
        highest[entry.node] =
          entry.count > known.count
          ? (owner: owner, count: entry.count, next: known.count)
          : (owner: known.owner, count: known.count, next: max(known.next, entry.count))
      }
    }
    let lengths = ClosestLength(samples.map(\.count))
    return samples.indices.map { index in
      let matches = counts[index].orders.map { entries in
        entries.reduce(0) { sum, entry in
          guard let best = highest[entry.node] else { return sum }
          return sum + min(entry.count, best.owner == index ? best.next : best.count)
        }
      }
      let length = samples[index].count
      return score(
        matches: matches, totals: counts[index].totals, length: length,
        referenceLength: lengths.closest(to: length))
    }
  }

  /// The mean of ``scores(of:order:)``; `nil` for fewer than two samples.
  public static func value(of samples: [[TokenID]], order: Int = 4) -> Double? {
    Mean(of: scores(of: samples, order: order)).value
  }

  private static func score(
    matches: [Int], totals: [Int], length: Int, referenceLength: Int
  ) -> Double {
    guard let unigrams = matches.first, unigrams > 0 else { return 0 }
    var logarithms = 0.0
    for (matches, total) in zip(matches, totals) {
      logarithms += Elementary.log(
        (matches > 0 ? Double(matches) : epsilon) / Double(max(1, total)))
    }
    let penalty =
      length > referenceLength
      ? 1 : BLEU.brevityPenalty(length: length, referenceLength: referenceLength)
    return penalty * Elementary.exp(logarithms / Double(matches.count))
  }

  /// Lengths in order, to find one's closest other.
  private struct ClosestLength {
    private let sorted: [Int]

    init(_ lengths: [Int]) { sorted = lengths.sorted() }

    /// The closest length of another than one of `length`, the shorter of two as close.
    func closest(to length: Int) -> Int {
      let place = lowerBound(length)
      // Another one of the same length is as close as can be.
      if place + 1 < sorted.count, sorted[place + 1] == length { return length }
      let below = place > 0 ? sorted[place - 1] : nil
      let above = place + 1 < sorted.count ? sorted[place + 1] : nil
      guard let below else { return above ?? length }
      guard let above else { return below }
      return length - below <= above - length ? below : above
    }

    private func lowerBound(_ length: Int) -> Int {
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] < length { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }
}
