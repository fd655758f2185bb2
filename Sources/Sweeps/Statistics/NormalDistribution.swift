#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The standard normal distribution.
enum NormalDistribution {
  /// The probability of a value of at most `x`.
  static func cumulative(_ x: Double) -> Double { erfc(-x / 2.squareRoot()) / 2 }

  /// The value that is not exceeded with `probability`, which is in (0, 1).
  static func quantile(_ probability: Double) -> Double {
    Bisection.root(from: -40, to: 40) { cumulative($0) - probability }
  }
}

/// Finds where a function that only grows crosses 0.
enum Bisection {
  /// The crossing between two ends, to the last digits. An end where the function has the same sign on both.
  static func root(from low: Double, to high: Double, of function: (Double) -> Double) -> Double {
    var (low, high) = (low, high)
    for _ in 0..<200 {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { break }
      if function(middle) < 0 { low = middle } else { high = middle }
    }
    return low + (high - low) / 2
  }
}
