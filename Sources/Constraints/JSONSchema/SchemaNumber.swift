import JSON

/// A decimal number, exactly: ±`digits` × 10^`exponent`, in lowest terms, so that equal numbers have equal parts.
struct SchemaNumber: Hashable, Sendable, Comparable {
  let isNegative: Bool
  let digits: UInt64
  let exponent: Int

  static let zero = SchemaNumber(isNegative: false, digits: 0, exponent: 0)

  init(isNegative: Bool, digits: UInt64, exponent: Int) {
    var digits = digits
    var exponent = exponent
    while digits > 0, digits % 10 == 0 {
      digits /= 10
      exponent += 1
    }
    self.isNegative = isNegative && digits > 0
    self.digits = digits
    self.exponent = digits == 0 ? 0 : exponent
  }

  /// The number that a value holds; a double is the shortest decimal that reads back as it.
  init?(_ value: JSONValue) {
    switch value {
    case .integer(let value):
      self.init(isNegative: value < 0, digits: UInt64(value.magnitude), exponent: 0)
    case .unsigned(let value): self.init(isNegative: false, digits: value, exponent: 0)
    case .number(let value): self.init(shortest: "\(value)", isFinite: value.isFinite)
    case .single(let value): self.init(shortest: "\(value)", isFinite: value.isFinite)
    default: return nil
    }
  }

  private init?(shortest text: String, isFinite: Bool) {
    guard isFinite else { return nil }
    var digits: UInt64 = 0
    var exponent = 0
    var isNegative = false
    var isFraction = false
    var bytes = text.utf8[...]
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"):
        exponent += Int(String(decoding: bytes, as: UTF8.self).drop { $0 == "+" }) ?? 0
        bytes = bytes[bytes.endIndex...]
      default:
        digits = digits * 10 + UInt64(byte & 15)  // at most 17 digits
        if isFraction { exponent -= 1 }
      }
    }
    self.init(isNegative: isNegative, digits: digits, exponent: exponent)
  }

  /// Whether it has no fraction: `1.0` is an integer.
  var isInteger: Bool { exponent >= 0 }

  /// The digits in decimal.
  var decimalDigits: [UInt8] { String(digits).utf8.map { $0 - 48 } }

  /// The power of ten of the first digit, plus one: 5 for 12345 and 0 for 0.1.
  var magnitude: Int { decimalDigits.count + exponent }

  static func < (left: SchemaNumber, right: SchemaNumber) -> Bool {
    if left.isNegative != right.isNegative { return left.isNegative }
    let isLess = left.isLessInMagnitude(than: right)
    return left.isNegative ? right.isLessInMagnitude(than: left) : isLess
  }

  private func isLessInMagnitude(than other: SchemaNumber) -> Bool {
    if digits == 0 || other.digits == 0 { return digits == 0 && other.digits > 0 }
    if magnitude != other.magnitude { return magnitude < other.magnitude }
    return decimalDigits.lexicographicallyPrecedes(other.decimalDigits)
  }

  /// Whether it is a whole number of times `divisor`, which is above 0.
  func isMultiple(of divisor: SchemaNumber) -> Bool {
    guard digits > 0, divisor.digits > 0 else { return digits == 0 }
    let shift = exponent - divisor.exponent
    // The last digit is not 0, so a divisor with a greater power of ten does not divide it.
    guard shift >= 0 else { return false }
    var remainder = digits % divisor.digits
    for _ in 0..<min(shift, 400) where remainder != 0 {
      let product = remainder.multipliedFullWidth(by: 10)
      remainder = divisor.digits.dividingFullWidth(product).remainder
    }
    return remainder == 0
  }
}
