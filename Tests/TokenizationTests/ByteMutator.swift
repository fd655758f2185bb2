/// Makes broken files out of good ones: bit flips, odd bytes, truncation, removed, repeated and swapped stretches.
struct ByteMutator {
  private var random: SplitMix
  private static let odd: [UInt8] = [
    0, 1, 0x7F, 0x80, 0xFF, 0x22, 0x5B, 0x7B, 0x2C, 0x0A, 0x1A, 0x12,
  ]

  init(seed: UInt64) { random = SplitMix(state: seed) }

  mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where !result.isEmpty {
      // Half of the faults are near the beginning or the end, where formats keep their settings.
      let place: Int
      switch Int.random(in: 0..<4, using: &random) {
      case 0: place = Int.random(in: 0..<min(512, result.count), using: &random)
      case 1: place = Int.random(in: max(0, result.count - 512)..<result.count, using: &random)
      default: place = Int.random(in: 0..<result.count, using: &random)
      }
      let length = min(Int.random(in: 1...64, using: &random), result.count - place)
      switch Int.random(in: 0..<7, using: &random) {
      case 0, 1: result[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: result[place] = Self.odd.randomElement(using: &random) ?? 0
      case 3: result.removeSubrange(place..<(place + length))
      case 4: result.insert(contentsOf: Array(result[place..<(place + length)]), at: place)
      case 5:
        let other = Int.random(in: 0..<result.count, using: &random)
        result.swapAt(place, other)
      default:
        if Int.random(in: 0..<4, using: &random) == 0 { result.removeSubrange(place...) }
      }
    }
    return result
  }
}
