/// What the pre-tokenizers' regular expressions tell apart: `\p{L}`, `\p{N}`, `\s`, and the rest.
///
/// General categories are those of the standard library's Unicode version. Scalars that the reference's older tables
/// don't know yet (oniguruma in tokenizers 0.21: Unicode 15) are letters or numbers here and others there.
package enum ScalarClass: UInt8, Sendable {
  case letter, number, space, other

  /// The class of the scalar that begins at `text[index]`, and its length in bytes. The text is valid UTF-8.
  static func at(_ index: Int, in text: [UInt8]) -> (class: ScalarClass, length: Int) {
    let first = text[index]
    if first < 0x80 { return (ascii(first), 1) }
    let (scalar, length) = UTF8Scalars.scalar(at: index, in: text)
    return (of(scalar), length)
  }

  package static func of(_ scalar: Unicode.Scalar) -> ScalarClass {
    if scalar.value < 0x80 { return ascii(UInt8(scalar.value)) }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return .letter
    case .decimalNumber, .letterNumber, .otherNumber:
      return .number
    default:
      return scalar.properties.isWhitespace ? .space : .other
    }
  }

  private static func ascii(_ byte: UInt8) -> ScalarClass {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): .letter
    case UInt8(ascii: "0")...UInt8(ascii: "9"): .number
    case 0x09...0x0D, 0x20: .space
    default: .other
    }
  }

  /// The end of the run of scalars of this class that begins at `start`.
  func runEnd(from start: Int, to end: Int, in text: [UInt8]) -> Int {
    var index = start
    while index < end {
      let (found, length) = Self.at(index, in: text)
      guard found == self else { break }
      index += length
    }
    return index
  }
}
