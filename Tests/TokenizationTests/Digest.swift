import LanguageModeling

/// FNV-1a of 32 bits, its halves combined by exclusive or: what fixtures hold in the place of long lists.
struct Digest {
  private var state: UInt32 = 0x811C_9DC5
  var value: UInt16 { UInt16(truncatingIfNeeded: state >> 16 ^ state) }

  mutating func append(_ byte: UInt8) { state = (state ^ UInt32(byte)) &* 0x0100_0193 }

  /// Four bytes for each id, and four of 0xFF.
  mutating func append(_ ids: [TokenID]) {
    for id in ids + [-1] {
      for shift in stride(from: 0, to: 32, by: 8) { append(UInt8(truncatingIfNeeded: id >> shift)) }
    }
  }
}
