/// Natural logarithms that come out the same, bit for bit, on every machine.
///
/// The C library's `log` differs in its last bit between platforms, and one bit is enough to change which token a
/// draw takes. These use nothing but additions, multiplications and divisions in IEEE 754 double precision, never
/// fused, in one order.
package enum PortableLogarithm {
  /// ln *x* for finite *x* > 0; `-infinity` for 0 and below, `x` itself for infinity and NaN.
  ///
  /// *x* = *m* · 2^*e* with *m* in [√½, √2), and ln *m* = 2 artanh((*m* − 1)/(*m* + 1)). The error is below two
  /// units in the last place.
  package static func log(_ x: Double) -> Double {
    guard x > 0 else { return x.isNaN ? x : -.infinity }
    guard x < .infinity else { return x }
    var exponent = Double(x.exponent)
    var mantissa = x.significand
    if mantissa > 1.414_213_562_373_095_1 {
      mantissa *= 0.5
      exponent += 1
    }
    let ln2High = 0x1.62e42fee00000p-1
    let ln2Low = 0x1.a39ef35793c76p-33
    return exponent * ln2High
      + (twiceArtanh((mantissa - 1) / (mantissa + 1)) + exponent * ln2Low)
  }

  /// ln(1 − *v*) for *v* in [0, 1), exact in relative terms for small *v* too.
  package static func logOfComplement(_ v: Double) -> Double {
    v < 0.25 ? twiceArtanh(-v / (2 - v)) : log(1 - v)
  }

  /// 2 artanh *s* for |*s*| ≤ 0.172, by its power series: the first term left out is below 2^-56 of the sum.
  private static func twiceArtanh(_ s: Double) -> Double {
    let square = s * s
    var sum = 1.0 / 21
    sum = sum * square + 1.0 / 19
    sum = sum * square + 1.0 / 17
    sum = sum * square + 1.0 / 15
    sum = sum * square + 1.0 / 13
    sum = sum * square + 1.0 / 11
    sum = sum * square + 1.0 / 9
    sum = sum * square + 1.0 / 7
    sum = sum * square + 1.0 / 5
    sum = sum * square + 1.0 / 3
    return 2 * (s + s * (square * sum))
  }
}
