public import LanguageModeling

/// How often each token occurs.
///
///     TokenHistogram(of: [[1, 1], [2, 2]]).entropy  // 0.693: that of a fair coin
public struct TokenHistogram: AdditiveStatistics {
  /// The number of occurrences of each token that occurs.
  public var counts: [TokenID: Int]

  /// No tokens.
  public init() { counts = [:] }

  /// Counts that are known.
  public init(counts: [TokenID: Int]) { self.counts = counts }

  /// The tokens of `sequences`.
  public init(of sequences: [[TokenID]]) {
    self.init()
    for token in sequences.joined() { counts[token, default: 0] += 1 }
  }

  /// Adds the counts.
  public static func += (left: inout TokenHistogram, right: TokenHistogram) {
    left.counts.merge(right.counts, uniquingKeysWith: +)
  }

  /// The entropy in nats of drawing one of the tokens counted: −Σ *p* ln *p*. `nil` of none.
  public var entropy: Double? {
    let total = counts.values.reduce(0, +)
    guard total > 0 else { return nil }
    // By size, so that the order of a dictionary can't show in the last bit.
    return Entropy.nats(of: counts.values.sorted().map { Double($0) / Double(total) })
  }

  /// The Zipf coefficient: −1 times the slope of the least-squares line through (ln rank, ln count) of the
  /// `limit` most frequent tokens (Holtzman et al. 2020, who take 5,000). Texts written by people come close to 1; a
  /// higher one says that few tokens make up more of the text. `nil` for fewer than two different tokens.
  ///
  /// - Complexity: O(*n* log *n*) for *n* different tokens.
  public func zipfCoefficient(limit: Int = 5000) -> Double? {
    let logarithms = counts.values.filter { $0 > 0 }.sorted(by: >).prefix(max(0, limit))
      .enumerated().map {
        (rank: Elementary.log(Double($0.offset + 1)), count: Elementary.log(Double($0.element)))
      }
    guard logarithms.count > 1 else { return nil }
    let size = Double(logarithms.count)
    let meanRank = logarithms.reduce(0) { $0 + $1.rank } / size
    let meanCount = logarithms.reduce(0) { $0 + $1.count } / size
    var (covariance, variance) = (0.0, 0.0)
    for point in logarithms {
      covariance += (point.rank - meanRank) * (point.count - meanCount)
      variance += (point.rank - meanRank) * (point.rank - meanRank)
    }
    let slope = covariance / variance
    // A flat line is 0 and not −0.
    return slope == 0 ? 0 : -slope
  }
}

/// Shannon's entropy.
///
///     Entropy.nats(of: [0.5, 0.5])  // 0.693
public enum Entropy {
  /// −Σ *p* ln *p* in nats over `probabilities`, which add up to 1; those that are 0 add nothing.
  public static func nats(of probabilities: some Sequence<Double>) -> Double {
    probabilities.reduce(0) { $1 > 0 ? $0 - $1 * Elementary.log($1) : $0 }
  }
}
