#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// Floats with a number of digits, as C's `printf` writes them, which is what Python's formatting calls.
enum PythonNumberText {
  /// Digits after the point beyond which a text is refused: more than any float has.
  static let maximumDigitCount = 1100

  /// The text of a finite float.
  ///
  /// - Parameters:
  ///   - conversion: `e`, `f` or `g`, or their capitals.
  ///   - precision: at most ``maximumDigitCount``.
  ///   - alternate: whether a point and trailing zeros stay.
  static func text(
    _ value: Double, _ conversion: Unicode.Scalar, precision: Int, alternate: Bool = false
  ) -> String {
    let format = "%\(alternate ? "#" : "").\(precision)\(conversion)"
    // The largest float has 309 digits before the point.
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: precision + 400) { buffer in
      let count = withVaList([value]) {
        vsnprintf(buffer.baseAddress, buffer.count, format, $0)
      }
      return String(
        decoding: buffer.prefix(max(0, Int(count))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  /// `round(value, digits)` of Python: to the nearest, of two as near the even one, by the exact value.
  static func rounded(_ value: Double, digits: Int) -> Double {
    guard value.isFinite, digits <= 323 else { return value }
    if digits >= 0 { return Double(text(value, "f", precision: digits)) ?? value }
    guard digits >= -308 else { return value.sign == .minus ? -0.0 : 0 }
    let power = pow(10, Double(-digits))
    return (value / power).rounded(.toNearestOrEven) * power
  }
}
