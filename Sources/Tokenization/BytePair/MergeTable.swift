package import LanguageModeling

/// From a pair of neighbouring tokens to the rank of their merge and the token that they become: one flat
/// open-addressing table, its hash seeded per process.
package struct MergeTable: Sendable {
  /// Rank in the upper half, so that comparing merges compares ranks; the merged token in the lower.
  package struct Merge: Comparable, Sendable {
    fileprivate let bits: UInt64

    /// What stands for no merge, and comes after all others.
    package static let none = Merge(bits: .max)

    package var token: TokenID { TokenID(truncatingIfNeeded: bits) }

    package static func < (left: Merge, right: Merge) -> Bool { left.bits < right.bits }
  }

  private struct Entry {
    let key: UInt64
    var merge: Merge
  }

  private var entries: [Entry] = []
  /// Indices of entries, -1 where free; the count is a power of two and at least twice the number of entries.
  private var slots: [Int32]
  private let seed = UInt64.random(in: 0 ... .max)

  /// - Parameter capacity: the most merges that will be inserted.
  package init(capacity: Int) {
    var count = 16
    while count < 2 * capacity { count *= 2 }
    slots = Array(repeating: -1, count: count)
    entries.reserveCapacity(capacity)
  }

  /// The later of two merges of the same pair counts, as in Hugging Face's tokenizers.
  package mutating func insert(_ left: TokenID, _ right: TokenID, rank: Int, token: TokenID) {
    let merge = Merge(bits: UInt64(rank) << 32 | UInt64(UInt32(bitPattern: token)))
    let key = Self.key(left, right)
    let slot = self.slot(key)
    if slots[slot] >= 0 {
      entries[Int(slots[slot])].merge = merge
    } else {
      slots[slot] = Int32(truncatingIfNeeded: entries.count)
      entries.append(Entry(key: key, merge: merge))
    }
  }

  package func find(_ left: TokenID, _ right: TokenID) -> Merge? {
    let merge = merge(left, right)
    return merge == .none ? nil : merge
  }

  /// The merge of two tokens, or `none`.
  @inline(__always)
  func merge(_ left: TokenID, _ right: TokenID) -> Merge {
    let index = slots[slot(Self.key(left, right))]
    return index >= 0 ? entries[Int(index)].merge : .none
  }

  private static func key(_ left: TokenID, _ right: TokenID) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// The slot of a pair, or the free one where it would be. Keys are mixed by SplitMix64's finaliser.
  @inline(__always)
  private func slot(_ key: UInt64) -> Int {
    var mixed = key ^ seed
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    var slot = Int(truncatingIfNeeded: mixed ^ (mixed >> 31)) & (slots.count - 1)
    while slots[slot] >= 0, entries[Int(slots[slot])].key != key {
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }
}
