/// Exponentials in double precision that come out the same, bit for bit, on every machine, for the reasons that
/// `PortableLogarithm` gives.
package enum PortableExponential {
  /// exp *x* for *x* ≤ 0, 0 below −745; NaN for NaN.
  ///
  /// *x* = *n* ln 2 + *r* with |*r*| ≤ ½ ln 2. The error is below four units in the last place.
  package static func exp(_ x: Double) -> Double {
    guard !x.isNaN else { return x }
    guard x > -745 else { return 0 }
    let n = (x * 1.442_695_040_888_963_4).rounded()
    let r = (x - n * 0x1.62e42fee00000p-1) - n * 0x1.a39ef35793c76p-33
    // In two steps: the power of two alone may be too small for a normal number.
    let exponent = Int(n)
    let half = exponent / 2
    return ((1 + exponentialLessOne(r)) * power(half)) * power(exponent - half)
  }

  /// 1 − exp *x* for *x* ≤ 0, exact in relative terms near 0 too; NaN for NaN.
  package static func complement(_ x: Double) -> Double {
    x > -0.34 ? -exponentialLessOne(x) : 1 - exp(x)
  }

  /// 2^*exponent* for exponents from −1022 to 1023.
  private static func power(_ exponent: Int) -> Double {
    Double(bitPattern: UInt64(exponent + 1023) << 52)
  }

  /// exp *r* − 1 for |*r*| ≤ 0.35, by its Taylor series: the first term left out is below 2^-57 of the sum.
  private static func exponentialLessOne(_ r: Double) -> Double {
    var sum = 1.0 / 14
    for divisor in stride(from: 13.0, through: 2, by: -1) { sum = (1 + r * sum) / divisor }
    return r * (1 + r * sum)
  }
}
