import LanguageModeling

/// Byte strings numbered in order of arrival, and an open-addressing table from bytes to number.
///
/// Byte strings rather than `String`, because Swift compares strings by canonical equivalence, and vocabularies hold
/// both `é` and `e` with a combining accent as different tokens. Hashes are seeded per table, so a file can't be made
/// whose strings all collide.
struct ByteStringTable: Sendable {
  private var strings: ByteStrings
  /// Numbers, -1 where free; the count is a power of two and at least twice the number of strings.
  private var slots: [Int32]
  private let seeds = (UInt64.random(in: 0 ... .max), UInt64.random(in: 0 ... .max) | 1)

  init(minimumCapacity: Int) {
    strings = ByteStrings(minimumCapacity: minimumCapacity)
    slots = Self.freeSlots(count: minimumCapacity)
  }

  /// A table of these strings; where some are equal, the first is found.
  init(_ strings: ByteStrings) {
    self.strings = strings
    slots = Self.freeSlots(count: strings.count)
    for index in 0..<strings.count { _ = place(index) }
  }

  var count: Int { strings.count }

  /// All strings, one after the other.
  var storage: [UInt8] { strings.storage }

  subscript(index: Int) -> ArraySlice<UInt8> { strings[index] }

  /// Appends a string. Returns the number of an earlier equal one, which stays the one that ``find(_:in:)`` gives.
  @discardableResult
  mutating func append(_ bytes: some Sequence<UInt8>) -> TokenID? {
    strings.append(bytes)
    if 2 * count > slots.count {
      slots = Self.freeSlots(count: count)
      for index in 0..<count - 1 { _ = place(index) }
    }
    return place(count - 1)
  }

  /// Puts a string into the table, unless an equal one is there: its number.
  private mutating func place(_ index: Int) -> TokenID? {
    let range = strings.range(index)
    var slot = hash(storage, range) & (slots.count - 1)
    while slots[slot] >= 0 {
      if equals(Int(slots[slot]), storage, range) { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Int32(truncatingIfNeeded: index)
    return nil
  }

  private static func freeSlots(count: Int) -> [Int32] {
    var capacity = 16
    while capacity < 2 * count { capacity *= 2 }
    return Array(repeating: -1, count: capacity)
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
    let own = strings.range(index)
    guard own.count == range.count else { return false }
    return storage.withUnsafeBytes { storage in
      bytes.withUnsafeBytes { bytes in
        for offset in 0..<own.count
        where storage[own.lowerBound + offset] != bytes[range.lowerBound + offset] { return false }
        return true
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
}
