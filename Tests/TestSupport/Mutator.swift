/// Makes hostile variants of a well-formed file: deterministic, a function of the seed and the calls so far.
///
/// Half of the variants carry one fault, the others two to four: flipped bits, odd bytes, integers at the edges of their ranges (at aligned
/// and other offsets), numbers in text replaced, parts removed, repeated, swapped or overwritten, the end cut off or
/// extended. Half of the faults that need a place fall into the first 512 bytes, where formats keep their counts.
public struct Mutator: Sendable {
  private var random: SplitMix64

  /// A mutator whose variants depend on `seed` alone.
  public init(seed: UInt64) { random = SplitMix64(seed: seed) }

  private static let bytes: [UInt8] = [
    0, 1, 2, 4, 8, 9, 16, 32, 64, 127, 128, 255, UInt8(ascii: " "), UInt8(ascii: "\""),
    UInt8(ascii: "\\"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"),
    UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "/"), 0xC0, 0xED, 0xF4,
  ]
  private static let integers: [UInt64] = [
    0, 1, 2, 3, 5, 7, 8, 9, 16, 31, 32, 33, 255, 256, 65535, 65536, 1 << 24, 1 << 30,
    (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 40, (1 << 48) + 1, 1 << 61, 1 << 62,
    (1 << 63) - 1, 1 << 63, (1 << 63) + 1, .max - 31, .max - 7, .max - 1, .max,
  ]
  private static let numbers = [
    "0", "-0", "-1", "1", "2", "01", "0.5", "1e3", "1e999", "4294967295", "4294967296",
    "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616",
    "99999999999999999999999999", "null", "\"\"", "[]", "{}", "NaN",
  ]

  /// A variant of `bytes`; not always a different one. Linear in their number.
  public mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    let faults = random.below(2) == 0 ? 1 : 2 + random.below(3)
    for _ in 0..<faults { change(&result) }
    return result
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else {
      bytes = [UInt8(truncatingIfNeeded: random.next())]
      return
    }
    switch random.below(16) {
    case 0...2: bytes[place(in: bytes)] ^= 1 << UInt8(random.below(8))
    case 3, 4: bytes[place(in: bytes)] = Self.bytes[random.below(Self.bytes.count)]
    case 5...8: writeInteger(to: &bytes)
    case 9, 10: replaceNumber(in: &bytes)
    case 11: bytes.removeLast(bytes.count - place(in: bytes))
    case 12: extend(&bytes)
    case 13: bytes.removeSubrange(chunk(of: bytes))
    case 14: bytes.insert(contentsOf: bytes[chunk(of: bytes)], at: place(in: bytes))
    default: swapChunks(in: &bytes)
    }
  }

  private mutating func place(in bytes: [UInt8]) -> Int {
    random.below(random.below(2) == 0 ? min(bytes.count, 512) : bytes.count)
  }

  private mutating func chunk(of bytes: [UInt8]) -> Range<Int> {
    let start = place(in: bytes)
    let length = 1 + random.below([4, 16, 64, 1024][random.below(4)])
    return start..<min(start + length, bytes.count)
  }

  private mutating func writeInteger(to bytes: inout [UInt8]) {
    let width = random.below(2) == 0 ? 4 : 8
    var value = Self.integers[random.below(Self.integers.count)]
    if random.below(4) == 0 { value = value.byteSwapped }
    var start = place(in: bytes)
    if random.below(2) == 0 { start -= start % width }
    for index in start..<min(start + width, bytes.count) {
      bytes[index] = UInt8(truncatingIfNeeded: value)
      value >>= 8
    }
  }

  /// Replaces the first run of ASCII digits after a random place.
  private mutating func replaceNumber(in bytes: inout [UInt8]) {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let start = place(in: bytes)
    guard let first = bytes[start...].firstIndex(where: digits.contains) else { return }
    let end = bytes[first...].firstIndex { !digits.contains($0) } ?? bytes.endIndex
    bytes.replaceSubrange(first..<end, with: Self.numbers[random.below(Self.numbers.count)].utf8)
  }

  private mutating func extend(_ bytes: inout [UInt8]) {
    let filler = Self.bytes[random.below(Self.bytes.count)]
    bytes.append(contentsOf: repeatElement(filler, count: 1 + random.below(300)))
  }

  private mutating func swapChunks(in bytes: inout [UInt8]) {
    let length = 1 + random.below(min(64, bytes.count))
    let first = random.below(bytes.count - length + 1)
    let second = random.below(bytes.count - length + 1)
    for index in 0..<length { bytes.swapAt(first + index, second + index) }
  }
}
