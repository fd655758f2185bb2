import Metrics

/// How much of the differences between trials goes with one parameter.
public struct VarianceShare: Hashable, Sendable {
  /// The parameter.
  public var parameter: String
  /// The share of the true differences, 0 to 1: what only this parameter explains, less what chance explains.
  public var share: Double
  /// The range that covers the share with 95 %; undefined for a single prompt.
  public var interval: ConfidenceInterval
  /// The number of values compared.
  public var levelCount: Int
  /// Whether part of what the parameter does goes with other parameters in every trial, and can't be told apart.
  public var isConfounded: Bool

  /// Levels for numbers that hardly repeat: up to `groupCount` groups with as equal numbers of trials as ties allow.
  public static func levels(of numbers: [Double], groupCount: Int = 4) -> [Int] {
    let sorted = numbers.filter(\.isFinite).sorted()
    let cuts = (1..<groupCount).map {
      Quantile.interpolated(sorted, Double($0) / Double(groupCount))
    }
    return numbers.map { number in cuts.count { number > $0 } }
  }
}
