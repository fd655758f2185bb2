/// How much of the differences between trials goes with one parameter.
public struct VarianceShare: Hashable, Sendable {
  /// The parameter.
  public var parameter: String
  /// The sum of squares between the parameter's levels over the total (η²), 0 to 1. On a full grid the shares of all
  /// parameters and of what they do together add up to 1; elsewhere they may overlap.
  public var share: Double
  /// The share without what as many levels explain by chance (ε², Kelley 1935), at least 0.
  public var adjustedShare: Double
  /// The number of levels compared.
  public var levelCount: Int

  /// The share of a parameter.
  ///
  /// - Parameters:
  ///   - parameter: its name.
  ///   - levels: for each trial, which level of the parameter it has.
  ///   - scores: the trials' scores; undefined ones are left out with their levels.
  /// - Returns: `nil` where there is nothing to share out: fewer than two levels, or no differences.
  public init?<Level: Hashable>(parameter: String, levels: [Level], scores: [Double]) {
    let pairs = zip(levels, scores).filter { $0.1.isFinite }
    guard !pairs.isEmpty else { return nil }
    let count = Double(pairs.count)
    let mean = pairs.reduce(0) { $0 + $1.1 } / count
    let total = pairs.reduce(0) { $0 + ($1.1 - mean) * ($1.1 - mean) }
    var groups: [Level: (sum: Double, count: Double)] = [:]
    for (level, score) in pairs {
      groups[level, default: (0, 0)].sum += score
      groups[level, default: (0, 0)].count += 1
    }
    // In the order in which levels come, so that sums don't depend on the dictionary's order.
    var seen: Set<Level> = []
    var between = 0.0
    for (level, _) in pairs where seen.insert(level).inserted {
      guard let group = groups[level] else { continue }
      let offset = group.sum / group.count - mean
      between += group.count * offset * offset
    }
    guard groups.count > 1, total > 0 else { return nil }
    self.parameter = parameter
    levelCount = groups.count
    share = min(1, between / total)
    let residualFreedom = count - Double(groups.count)
    adjustedShare =
      residualFreedom > 0 ? max(0, 1 - (1 - share) * (count - 1) / residualFreedom) : 0
  }

  /// Levels for numbers that hardly repeat: up to `groupCount` groups with as equal numbers of trials as ties allow.
  public static func levels(of numbers: [Double], groupCount: Int = 4) -> [Int] {
    let sorted = numbers.filter(\.isFinite).sorted()
    let cuts = (1..<groupCount).map {
      ConfidenceInterval.quantile(sorted, Double($0) / Double(groupCount))
    }
    return numbers.map { number in cuts.count { number > $0 } }
  }
}
