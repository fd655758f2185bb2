/// A 64-bit name for a list of token ids, the same on every machine and in every run.
///
/// FNV-1a (Fowler, Noll, Vo) over the ids as four bytes each, lowest first.
public struct PromptHash: Hashable, Sendable {
  /// The hash.
  public let rawValue: UInt64

  /// The hash of `tokens`.
  ///
  /// - Complexity: O(number of tokens).
  public init(_ tokens: [TokenID]) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for token in tokens {
      let bits = UInt32(bitPattern: token)
      for shift in stride(from: UInt32(0), to: 32, by: 8) {
        hash ^= UInt64((bits &>> shift) & 0xff)
        hash &*= 0x0000_0100_0000_01b3
      }
    }
    rawValue = hash
  }
}
