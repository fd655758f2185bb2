/// The counter-based generator Philox4x32 with ten rounds: a keyed bijection of 128-bit counters whose outputs pass
/// as independent random words. It has no state, so any word of any stream can be computed at any time, on any thread.
///
/// Source: Salmon, Moraes, Dror and Shaw, “Parallel random numbers: as easy as 1, 2, 3”, SC 2011
/// (doi:10.1145/2063384.2063405); checked against the known answers that their library Random123 ships.
@frozen
public struct Philox4x32: Hashable, Sendable {
  /// Two words.
  public typealias Key = SIMD2<UInt32>
  /// Four words: a counter, and what belongs to it.
  public typealias Words = SIMD4<UInt32>

  /// The key: one stream for each value.
  public var key: Key

  /// A generator with `key`.
  @inlinable
  public init(key: Key) {
    self.key = key
  }

  /// The four random words that belong to `counter`.
  ///
  /// - Complexity: O(1): 20 multiplications.
  @inlinable @inline(__always)
  public func words(at counter: Words) -> Words {
    var (c0, c1, c2, c3) = (counter.x, counter.y, counter.z, counter.w)
    var (k0, k1) = (key.x, key.y)
    for _ in 0..<10 {
      let first = UInt64(0xD251_1F53) &* UInt64(c0)
      let second = UInt64(0xCD9E_8D57) &* UInt64(c2)
      let n0 = UInt32(truncatingIfNeeded: second &>> 32) ^ c1 ^ k0
      let n2 = UInt32(truncatingIfNeeded: first &>> 32) ^ c3 ^ k1
      c1 = UInt32(truncatingIfNeeded: second)
      c3 = UInt32(truncatingIfNeeded: first)
      c0 = n0
      c2 = n2
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return Words(c0, c1, c2, c3)
  }
}
