/// A 64-bit name for a list of token ids, the same on every machine and in every run.
///
/// FNV-1a (Fowler, Noll, Vo) over the ids as four bytes each, lowest first.
public struct PromptHash: Hashable, Sendable {
  /// The hash.
  public let rawValue: UInt64

  private init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// The hash of `tokens`.
  ///
  /// - Complexity: O(number of tokens).
  public init(_ tokens: [TokenID]) {
    self = tokens.reduce(PromptHash(rawValue: 0xcbf2_9ce4_8422_2325)) { $0.appending($1) }
  }

  /// The hash of the list with `token` at its end.
  public func appending(_ token: TokenID) -> PromptHash {
    var hash = rawValue
    let bits = UInt32(bitPattern: token)
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      hash ^= UInt64((bits &>> shift) & 0xff)
      hash &*= 0x0000_0100_0000_01b3
    }
    return PromptHash(rawValue: hash)
  }
}
