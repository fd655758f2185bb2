public import LanguageModeling

/// How many of the n-grams of token sequences are different ones. N-grams don't cross from one sequence to the next.
///
///     // 12, 21, 12: two of three pairs are different
///     NGramDiversity(of: [[1, 2, 1, 2]], order: 2).share  // 0.667
///     NGramDiversity.repetition(in: [1, 2, 1, 2], order: 2)  // 0.333
public struct NGramDiversity: AdditiveStatistics {
  /// The n-grams that were seen.
  private var seen: Set<[TokenID]> = []
  /// The number of n-grams, repeated ones included.
  public private(set) var total = 0

  /// Nothing seen.
  public init() {}

  /// The n-grams of `sequences`, n from 1.
  ///
  /// - Complexity: O(*nL*) for *L* tokens.
  public init(of sequences: [[TokenID]], order: Int) {
    let order = max(1, order)
    for sequence in sequences where sequence.count >= order {
      for start in 0...(sequence.count - order) {
        seen.insert(Array(sequence[start..<start + order]))
        total += 1
      }
    }
  }

  /// Pools both: an n-gram of both is one. This needs the n-grams themselves.
  public static func += (left: inout NGramDiversity, right: NGramDiversity) {
    left.seen.formUnion(right.seen)
    left.total += right.total
  }

  /// The number of different n-grams.
  public var distinct: Int { seen.count }

  /// distinct-n (Li et al. 2016): different n-grams / n-grams, pooled over the sequences. `nil` where all sequences
  /// are shorter than n. (The code of Holtzman et al. 2020 counts the n-grams that occur exactly once instead.)
  public var share: Double? { total > 0 ? Double(distinct) / Double(total) : nil }

  /// seq-rep-n (Welleck et al. 2020): 1 − different n-grams / n-grams of one continuation. Average it over
  /// continuations that have n tokens at least; for others it is undefined, `nil`, and no 0.
  public static func repetition(in sequence: [TokenID], order: Int) -> Double? {
    NGramDiversity(of: [sequence], order: order).share.map { 1 - $0 }
  }
}
