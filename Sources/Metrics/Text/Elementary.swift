import LanguageModeling

/// The elementary functions that metrics need, the same on every machine, so that results can be compared byte by byte.
enum Elementary {
  /// e to the power of *x*.
  static func exp(_ x: Double) -> Double {
    x > 0 ? 1 / PortableExponential.exp(-x) : PortableExponential.exp(x)
  }

  /// The natural logarithm.
  static func log(_ x: Double) -> Double { PortableLogarithm.log(x) }
}
