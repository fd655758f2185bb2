/// What a metric has to know of a part of a corpus. Adding the statistics of parts gives those of the whole, so that
/// shards add up and resampling needs no texts.
public protocol AdditiveStatistics: Hashable, Sendable {
  /// The statistics of nothing, which adding changes nothing.
  init()
  /// Adds the statistics of another part.
  static func += (left: inout Self, right: Self)
}

extension AdditiveStatistics {
  /// The statistics of both parts.
  public static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum += right
    return sum
  }

  /// The statistics of all parts.
  public static func sum(of parts: some Sequence<Self>) -> Self {
    parts.reduce(into: Self()) { $0 += $1 }
  }
}

/// A mean whose parts add up: a sum, and the number or weight of what was summed.
///
///     (Mean(of: [1, 2]) + Mean(of: [6])).value  // 3: that of 1, 2, 6
public struct Mean: AdditiveStatistics {
  /// The sum of the values.
  public var sum: Double
  /// The number of the values, or their total weight.
  public var weight: Double

  /// The mean of nothing.
  public init() { self.init(sum: 0, weight: 0) }

  /// A sum over a number of values.
  public init(sum: Double, weight: Double) {
    self.sum = sum
    self.weight = weight
  }

  /// The mean of `values`, each with weight 1.
  public init(of values: some Sequence<Double>) {
    self.init()
    for value in values {
      sum += value
      weight += 1
    }
  }

  /// The mean; `nil` of nothing.
  public var value: Double? { weight > 0 ? sum / weight : nil }

  /// Pools both.
  public static func += (left: inout Mean, right: Mean) {
    left.sum += right.sum
    left.weight += right.weight
  }
}
