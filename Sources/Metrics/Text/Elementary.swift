import LanguageModeling

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The two functions of the C library that metrics need.
enum Elementary {
  /// e to the power of *x*.
  static func exp(_ x: Double) -> Double {
    #if canImport(Glibc)
      Glibc.exp(x)
    #elseif canImport(Musl)
      Musl.exp(x)
    #elseif canImport(Darwin)
      Darwin.exp(x)
    #endif
  }

  /// The natural logarithm, the same on every machine.
  static func log(_ x: Double) -> Double { PortableLogarithm.log(x) }
}
