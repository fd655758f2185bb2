#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A range of numbers with round ticks.
struct LinearScale {
  let low: Double
  let high: Double

  /// A scale that holds all finite `values`, with a little room; from 0 to 1 for none.
  init(_ values: [Double]) {
    let finite = values.filter(\.isFinite)
    guard let least = finite.min(), let greatest = finite.max() else {
      (low, high) = (0, 1)
      return
    }
    let room = greatest > least ? (greatest - least) * 0.05 : max(greatest.magnitude * 0.05, 0.5)
    (low, high) = (least - room, greatest + room)
  }

  /// A scale with these ends.
  init(from low: Double, through high: Double) {
    (self.low, self.high) = (low, max(high, low + 1))
  }

  /// Where a value stands between the ends, 0 to 1.
  func place(_ value: Double) -> Double {
    (value - low) / (high - low)
  }

  /// The distance of ticks: 1, 2 or 5 times a power of ten, so that there are some four to eight.
  var step: Double {
    let raw = (high - low) / 5
    let power = pow(10, floor(log10(raw)))
    return [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= raw } ?? raw
  }

  /// The multiples of ``step``.
  var ticks: [Double] {
    let step = step
    let first = (low / step).rounded(.up)
    let count = Int((high / step).rounded(.down) - first) + 1
    return (0..<max(0, min(count, 20))).map { (first + Double($0)) * step }
  }
}
