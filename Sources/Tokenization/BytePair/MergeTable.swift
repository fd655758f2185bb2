package import LanguageModeling

/// From a pair of neighbouring tokens to the rank of their merge and the token that they become: one flat
/// open-addressing table, its hash seeded per process.
package struct MergeTable: Sendable {
  /// Rank in the upper half, so that comparing merges compares ranks; the merged token in the lower.
  package struct Merge: Comparable, Sendable {
    fileprivate let bits: UInt64

    package var token: TokenID { TokenID(truncatingIfNeeded: bits) }

    package static func < (left: Merge, right: Merge) -> Bool { left.bits < right.bits }
  }

  private var keys: [UInt64]
  private var merges: [UInt64]
  private let seed = UInt64.random(in: 0 ... .max)
  /// No pair: both halves would be token -1.
  private static let free = UInt64.max

  /// - Parameter capacity: the most merges that will be inserted.
  package init(capacity: Int) {
    var count = 16
    while count < 2 * capacity { count *= 2 }
    keys = Array(repeating: Self.free, count: count)
    merges = Array(repeating: 0, count: count)
  }

  /// The later of two merges of the same pair counts, as in Hugging Face's tokenizers.
  package mutating func insert(_ left: TokenID, _ right: TokenID, rank: Int, token: TokenID) {
    let key = Self.key(left, right)
    var slot = self.slot(key)
    while keys[slot] != Self.free, keys[slot] != key { slot = (slot + 1) & (keys.count - 1) }
    keys[slot] = key
    merges[slot] = UInt64(rank) << 32 | UInt64(UInt32(bitPattern: token))
  }

  package func find(_ left: TokenID, _ right: TokenID) -> Merge? {
    let key = Self.key(left, right)
    var slot = self.slot(key)
    while keys[slot] != key {
      if keys[slot] == Self.free { return nil }
      slot = (slot + 1) & (keys.count - 1)
    }
    return Merge(bits: merges[slot])
  }

  private static func key(_ left: TokenID, _ right: TokenID) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// SplitMix64's finaliser.
  private func slot(_ key: UInt64) -> Int {
    var mixed = key ^ seed
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int(truncatingIfNeeded: mixed ^ (mixed >> 31)) & (keys.count - 1)
  }
}
