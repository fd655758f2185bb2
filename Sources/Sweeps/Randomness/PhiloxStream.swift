import LanguageModeling

/// A stream of random words that is a pure function of a seed and a purpose: what a sweep draws for one end never
/// shifts what it draws for another, and is the same on every machine.
///
/// The words are those of `Philox4x32` with the seed as key, at counters (index, index's high half, purpose, 0x5357).
public struct PhiloxStream: RandomNumberGenerator, Sendable {
  /// What the words are for.
  public enum Purpose: UInt32, Sendable {
    /// The points of a random search.
    case randomSearch = 1
    /// The candidates of a tree-structured Parzen estimator.
    case treeParzenEstimator = 2
    /// The order of prompts under early stopping, and which are held out.
    case promptOrder = 3
    /// Resampled prompts.
    case bootstrap = 4
    /// The signs of an approximate randomisation.
    case randomization = 5
    /// Random subsets of prompts.
    case subsets = 6
  }

  private let generator: Philox4x32
  private let purpose: UInt32
  private var index: UInt64 = 0
  private var spare: UInt64?

  /// The stream of `seed` for a purpose, from its start.
  public init(seed: UInt64, purpose: Purpose) {
    generator = Philox4x32(
      key: Philox4x32.Key(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    self.purpose = purpose.rawValue
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    if let word = spare {
      spare = nil
      return word
    }
    let words = generator.words(
      at: Philox4x32.Words(
        UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), purpose, 0x5357)
    )
    index &+= 1
    spare = UInt64(words.z) << 32 | UInt64(words.w)
    return UInt64(words.x) << 32 | UInt64(words.y)
  }

  /// A whole number from 0 to below `count`, each equally probable (Lemire 2019, with rejection).
  ///
  /// - Parameter count: at least 1.
  public mutating func index(below count: Int) -> Int {
    let bound = UInt64(max(1, count))
    let threshold = (0 &- bound) % bound
    while true {
      let product = next().multipliedFullWidth(by: bound)
      if product.low >= threshold { return Int(product.high) }
    }
  }

  /// The numbers from 0 to below `count` in an order drawn by chance (Fisher and Yates 1938).
  public mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, index(below: last + 1))
    }
    return order
  }

  /// Up to `count` different numbers from 0 to below `limit`, in an order drawn by chance (Floyd's sampling keeps the
  /// memory at `count`; Bentley and Floyd 1987).
  public mutating func sample(_ count: Int, below limit: Int) -> [Int] {
    let size = max(0, min(count, limit))
    var chosen: Set<Int> = []
    var order: [Int] = []
    for last in limit - size..<limit {
      let candidate = index(below: last + 1)
      let number = chosen.insert(candidate).inserted ? candidate : last
      chosen.insert(number)
      order.append(number)
    }
    return permutation(of: size).map { order[$0] }
  }

  /// A number in (0, 1), with 52 random bits.
  public mutating func uniform() -> Double {
    (Double(next() >> 12) + 0.5) * 0x1p-52
  }
}
