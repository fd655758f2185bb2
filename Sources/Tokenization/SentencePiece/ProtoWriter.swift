/// Writes protocol buffers' wire format.
struct ProtoWriter {
  private(set) var bytes: [UInt8] = []

  mutating func field(_ number: Int, varint value: UInt64) {
    tag(number, 0)
    varint(value)
  }

  mutating func field(_ number: Int, bool value: Bool) { field(number, varint: value ? 1 : 0) }

  mutating func field(_ number: Int, float value: Float) {
    tag(number, 5)
    let bits = value.bitPattern
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
  }

  mutating func field(_ number: Int, bytes value: some Collection<UInt8>) {
    tag(number, 2)
    varint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  mutating func reserveCapacity(_ count: Int) { bytes.reserveCapacity(count) }

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  private mutating func tag(_ number: Int, _ wireType: UInt64) {
    varint(UInt64(number) << 3 | wireType)
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
