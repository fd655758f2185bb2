/// Quantiles of numbers.
package enum Quantile {
  /// The linearly interpolated quantile (type 7 of Hyndman and Fan 1996, which NumPy and R take); NaN where there are no
  /// numbers.
  ///
  /// - Parameters:
  ///   - sorted: the numbers, least first.
  ///   - share: from 0 to 1.
  package static func interpolated(_ sorted: [Double], _ share: Double) -> Double {
    guard let last = sorted.last else { return .nan }
    let place = share * Double(sorted.count - 1)
    let index = Int(place)
    guard index + 1 < sorted.count else { return last }
    return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
  }
}
