/// Bytes to valid UTF-8 as they come: what can't be part of a character becomes U+FFFD, what may yet become one waits.
package struct UTF8Repair: Sendable {
  /// How many U+FFFD stand for a broken character.
  package enum Policy: Sendable {
    /// One for each maximal subpart, as the Unicode Standard recommends (section 3.9), and Rust and Swift do.
    case maximalSubpart
    /// One for each byte, as libsentencepiece does.
    case eachByte
  }

  private let policy: Policy
  /// A proper prefix of a well-formed sequence: at most three bytes.
  private var pending: [UInt8] = []

  package init(_ policy: Policy) {
    self.policy = policy
    pending.reserveCapacity(4)
  }

  package mutating func append(_ byte: UInt8, to text: inout [UInt8]) {
    if pending.isEmpty, byte < 0x80 {
      text.append(byte)
      return
    }
    pending.append(byte)
    while !pending.isEmpty {
      switch Self.shape(pending) {
      case .prefix: return
      case .character:
        text += pending
        pending.removeAll(keepingCapacity: true)
      case .malformed:
        Self.appendReplacement(to: &text)
        let broken = policy == .maximalSubpart ? max(1, pending.count - 1) : 1
        let rest = Array(pending[broken...])
        pending.removeAll(keepingCapacity: true)
        for byte in rest { append(byte, to: &text) }
        return
      }
    }
  }

  /// No more bytes: what waits is broken.
  package mutating func finish(into text: inout [UInt8]) {
    guard !pending.isEmpty else { return }
    for _ in 0..<(policy == .maximalSubpart ? 1 : pending.count) {
      Self.appendReplacement(to: &text)
    }
    pending.removeAll(keepingCapacity: true)
  }

  private static func appendReplacement(to text: inout [UInt8]) {
    text += [0xEF, 0xBF, 0xBD]
  }

  private enum Shape { case prefix, character, malformed }

  /// Table 3-7 of the Unicode Standard, well-formed byte sequences.
  private static func shape(_ bytes: [UInt8]) -> Shape {
    let first = bytes[0]
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0x00...0x7F: return .character
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return .malformed
    }
    if bytes.count > 1, !second.contains(bytes[1]) { return .malformed }
    for byte in bytes.dropFirst(2) where !(0x80...0xBF).contains(byte) { return .malformed }
    return bytes.count == length ? .character : .prefix
  }
}
