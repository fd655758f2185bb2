/// A digest of 64 bits that tells damage at the speed of memory: XXH64 (Collet 2014) with the seed 0. It guards no secret.
///
/// Of the bytes of `abc` it is 0x44bc2cf5ad770999.
package struct ContentDigest {
  private static let primes: (UInt64, UInt64, UInt64, UInt64, UInt64) = (
    0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63,
    0x27D4_EB2F_1656_67C5
  )

  private typealias Lanes = (UInt64, UInt64, UInt64, UInt64)

  /// Four lanes of eight bytes each.
  private var lanes: Lanes
  private var count: UInt64 = 0
  /// What doesn't fill the lanes yet.
  private var rest: [UInt8] = []

  package init() {
    let (p1, p2, _, _, _) = Self.primes
    lanes = (p1 &+ p2, p2, 0, 0 &- p1)
  }

  /// The digest of `bytes`.
  static func value(of bytes: UnsafeRawBufferPointer) -> UInt64 {
    var digest = ContentDigest()
    digest.update(bytes)
    return digest.value
  }

  /// Adds bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    count &+= UInt64(bytes.count)
    var bytes = bytes
    if !rest.isEmpty {
      let missing = min(32 - rest.count, bytes.count)
      rest.append(contentsOf: bytes[..<missing])
      bytes = UnsafeRawBufferPointer(rebasing: bytes[missing...])
      guard rest.count == 32 else { return }
      rest.withUnsafeBytes { lanes = Self.mixed(lanes, $0) }
      rest.removeAll(keepingCapacity: true)
    }
    let whole = bytes.count / 32 * 32
    lanes = Self.mixed(lanes, UnsafeRawBufferPointer(rebasing: bytes[..<whole]))
    rest.append(contentsOf: bytes[whole...])
  }

  /// The digest of all bytes so far.
  package var value: UInt64 {
    let (p1, p2, p3, p4, p5) = Self.primes
    var hash: UInt64
    if count >= 32 {
      hash =
        Self.turned(lanes.0, 1) &+ Self.turned(lanes.1, 7) &+ Self.turned(lanes.2, 12)
        &+ Self.turned(lanes.3, 18)
      for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
        hash = (hash ^ Self.round(0, lane)) &* p1 &+ p4
      }
    } else {
      hash = p5
    }
    hash &+= count
    rest.withUnsafeBytes { rest in
      var offset = 0
      while offset + 8 <= rest.count {
        let word = UInt64(littleEndian: rest.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        hash = Self.turned(hash ^ Self.round(0, word), 27) &* p1 &+ p4
        offset += 8
      }
      if offset + 4 <= rest.count {
        let word = UInt32(littleEndian: rest.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        hash = Self.turned(hash ^ (UInt64(word) &* p1), 23) &* p2 &+ p3
        offset += 4
      }
      for byte in rest[offset...] { hash = Self.turned(hash ^ (UInt64(byte) &* p5), 11) &* p1 }
    }
    hash = (hash ^ hash >> 33) &* p2
    hash = (hash ^ hash >> 29) &* p3
    return hash ^ hash >> 32
  }

  /// Lanes after a whole number of stripes of 32 bytes.
  private static func mixed(_ lanes: Lanes, _ bytes: UnsafeRawBufferPointer) -> Lanes {
    var (a, b, c, d) = lanes
    guard let base = bytes.baseAddress else { return lanes }
    var offset = 0
    while offset < bytes.count {
      let stripe = base + offset
      a = round(a, UInt64(littleEndian: stripe.loadUnaligned(as: UInt64.self)))
      b = round(b, UInt64(littleEndian: (stripe + 8).loadUnaligned(as: UInt64.self)))
      c = round(c, UInt64(littleEndian: (stripe + 16).loadUnaligned(as: UInt64.self)))
      d = round(d, UInt64(littleEndian: (stripe + 24).loadUnaligned(as: UInt64.self)))
      offset += 32
    }
    return (a, b, c, d)
  }

  @inline(__always)
  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    turned(lane &+ word &* primes.1, 31) &* primes.0
  }

  @inline(__always)
  private static func turned(_ value: UInt64, _ bits: UInt64) -> UInt64 {
    value &<< bits | value &>> (64 &- bits)
  }
}
