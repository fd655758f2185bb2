/// GPT-2's spelling of bytes by printable characters: `Ġ` is a space. Source: `bytes_to_unicode` of OpenAI's GPT-2
/// encoder. Printable bytes of Latin-1 stand for themselves, the others for U+0100 onwards in order.
enum ByteAlphabet {
  /// The scalar that spells each byte.
  static let scalars: [UInt32] = {
    var next: UInt32 = 256
    return (UInt32(0)..<256).map { byte in
      switch byte {
      case 33...126, 161...172, 174...255: return byte
      default:
        defer { next += 1 }
        return next
      }
    }
  }()

  /// The byte that each scalar below U+0144 spells, or -1.
  private static let bytes: [Int16] = {
    var bytes = [Int16](repeating: -1, count: 324)
    for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar)] = Int16(byte) }
    return bytes
  }()

  /// The UTF-8 of the scalar that spells `byte`.
  static func appendSpelling(of byte: UInt8, to text: inout [UInt8]) {
    let scalar = scalars[Int(byte)]
    if scalar < 0x80 {
      text.append(UInt8(scalar))
    } else {
      text.append(0xC0 | UInt8(scalar >> 6))
      text.append(0x80 | UInt8(scalar & 0x3F))
    }
  }

  /// Appends the bytes that a text in the alphabet spells. Returns whether all of it is in the alphabet; where it
  /// isn't, nothing is appended.
  static func appendBytes(spelledBy text: ArraySlice<UInt8>, to bytes: inout [UInt8]) -> Bool {
    let start = bytes.count
    var index = text.startIndex
    while index < text.endIndex {
      var scalar = Int(text[index])
      var length = 1
      if scalar >= 0x80 {
        guard (0xC2...0xC5).contains(scalar), index + 1 < text.endIndex else { break }
        scalar = (scalar & 0x1F) << 6 | Int(text[index + 1] & 0x3F)
        length = 2
      }
      guard scalar < Self.bytes.count, Self.bytes[scalar] >= 0 else { break }
      bytes.append(UInt8(Self.bytes[scalar]))
      index += length
    }
    if index == text.endIndex { return true }
    bytes.removeSubrange(start...)
    return false
  }
}
