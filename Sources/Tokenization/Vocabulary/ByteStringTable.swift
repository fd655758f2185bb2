import LanguageModeling

/// Byte strings numbered in order of arrival: one flat buffer, and an open-addressing table from bytes to number.
///
/// Byte strings rather than `String`, because Swift compares strings by canonical equivalence, and vocabularies hold
/// both `é` and `e` with a combining accent as different tokens. Hashes are seeded per process, so a file can't be made
/// whose strings all collide.
struct ByteStringTable: Sendable {
  private(set) var storage: [UInt8] = []
  private var ends: [Int] = []
  /// Numbers, -1 where free; the count is a power of two and at least twice the number of strings.
  private var slots: [Int32]
  private let seeds = (UInt64.random(in: 0 ... .max), UInt64.random(in: 0 ... .max) | 1)

  init(minimumCapacity: Int) {
    var capacity = 16
    while capacity < 2 * minimumCapacity { capacity *= 2 }
    slots = Array(repeating: -1, count: capacity)
    ends.reserveCapacity(minimumCapacity)
  }

  var count: Int { ends.count }

  /// Where string `index` lies in ``storage``.
  func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  subscript(index: Int) -> ArraySlice<UInt8> { storage[range(index)] }

  /// Appends a string. Returns the number of an earlier equal one, which stays the one that ``find(_:in:)`` gives.
  @discardableResult
  mutating func append(_ bytes: some Sequence<UInt8>) -> TokenID? {
    let start = storage.count
    storage.append(contentsOf: bytes)
    let range = start..<storage.count
    ends.append(storage.count)
    if 2 * count > slots.count { grow() }
    var slot = hash(storage, range) & (slots.count - 1)
    while slots[slot] >= 0 {
      if equals(Int(slots[slot]), storage, range) {
        return Int(slots[slot]) == count - 1 ? nil : slots[slot]
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Int32(truncatingIfNeeded: count - 1)
    return nil
  }

  /// The number of the string that equals `bytes[range]`. Expected time linear in its length.
  func find(_ bytes: [UInt8], in range: Range<Int>) -> TokenID? {
    var slot = hash(bytes, range) & (slots.count - 1)
    while slots[slot] >= 0 {
      if equals(Int(slots[slot]), bytes, range) { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  func find(_ bytes: [UInt8]) -> TokenID? { find(bytes, in: 0..<bytes.count) }

  private func equals(_ index: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    let own = self.range(index)
    guard own.count == range.count else { return false }
    return storage.withUnsafeBytes { storage in
      bytes.withUnsafeBytes { bytes in
        storage[own].elementsEqual(bytes[range])
      }
    }
  }

  /// Eight bytes at a time, each folded in by the two halves of a product of 128 bits. Far quicker for the few bytes of
  /// a token than the standard library's hash, which makes building a vocabulary twice as fast.
  private func hash(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
    bytes.withUnsafeBytes { buffer in
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[range])
      var state = seeds.0 ^ UInt64(bytes.count)
      func fold(_ word: UInt64) {
        let product = (state ^ word).multipliedFullWidth(by: seeds.1)
        state = product.high ^ product.low
      }
      var offset = 0
      while offset + 8 <= bytes.count {
        fold(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        offset += 8
      }
      var rest: UInt64 = 0
      while offset < bytes.count {
        rest = rest << 8 | UInt64(bytes[offset])
        offset += 1
      }
      fold(rest)
      return Int(truncatingIfNeeded: state)
    }
  }

  /// Called with the newest string in ``ends`` and not yet in the table.
  private mutating func grow() {
    let earlier = slots.filter { $0 >= 0 }
    slots = Array(repeating: -1, count: slots.count * 2)
    for number in earlier {
      var slot = hash(storage, range(Int(number))) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = number
    }
  }
}
