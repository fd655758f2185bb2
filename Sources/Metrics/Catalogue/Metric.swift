/// A metric that can be asked for by name: what it needs, which way is better, and how it is computed from parts.
///
/// Each prompt gives ``MetricStatistics``; their sum over prompts, however it was split over machines, gives the value.
public struct Metric: Sendable {
  /// Which way a metric is better.
  public enum Goal: String, Hashable, Sendable, CaseIterable {
    /// Higher is better.
    case maximize
    /// Lower is better.
    case minimize
  }

  /// What a metric makes of several samples of a prompt.
  public enum SampleUse: Hashable, Sendable {
    /// Each sample is judged alone: the statistics of a prompt are the sum of those of its samples.
    case each
    /// Samples are judged together, and their number doesn't matter beyond chance, as with pass@k.
    case unbiased
    /// The samples of a prompt are judged together, and more of them are worse or better by themselves: only equal
    /// numbers of samples compare, as with distinct-n.
    case together
    /// All texts of all prompts are judged together, and more of them are worse or better by themselves, as with the
    /// entropy of tokens.
    case pooled
  }

  /// The name, as sweep files spell it.
  public let name: String
  /// What it is, in half a sentence with its scale.
  public let summary: String
  /// Which way is better; `nil` where that depends on what is wanted, as with length.
  public let goal: Goal?
  /// What it can't do without.
  public let needs: MetricNeeds
  /// What it makes of several samples.
  public let sampleUse: SampleUse
  /// For a mean over prompts of bounded numbers: the bounds of a prompt's number. `nil` for all others.
  public let bounds: ClosedRange<Double>?
  private let measure: @Sendable (MetricInput) -> MetricStatistics
  private let reduce: @Sendable (MetricStatistics) -> Double?

  init(
    _ name: String, _ summary: String, _ goal: Goal?, needs: MetricNeeds,
    samples: SampleUse = .each, bounds: ClosedRange<Double>? = nil,
    measure: @escaping @Sendable (MetricInput) -> MetricStatistics,
    reduce: @escaping @Sendable (MetricStatistics) -> Double?
  ) {
    self.name = name
    self.summary = summary
    self.goal = goal
    self.needs = needs
    sampleUse = samples
    self.bounds = bounds
    self.measure = measure
    self.reduce = reduce
  }

  /// A metric that is a mean.
  init(
    mean name: String, _ summary: String, _ goal: Goal?, needs: MetricNeeds,
    samples: SampleUse = .each, bounds: ClosedRange<Double>? = nil,
    _ mean: @escaping @Sendable (MetricInput) -> Mean
  ) {
    self.init(name, summary, goal, needs: needs, samples: samples, bounds: bounds) { input in
      let mean = mean(input)
      return MetricStatistics(sums: [mean.sum, mean.weight])
    } reduce: {
      $0.sums.count == 2 ? Mean(sum: $0.sums[0], weight: $0.sums[1]).value : nil
    }
  }

  /// What has to be known of one prompt.
  public func statistics(of input: MetricInput) -> MetricStatistics { measure(input) }

  /// The value of summed statistics of this metric; `nil` where it is undefined, for want of what it needs.
  public func value(of statistics: MetricStatistics) -> Double? { reduce(statistics) }

  /// The value of one prompt alone.
  public func value(of input: MetricInput) -> Double? { reduce(measure(input)) }

  /// Makes sure that the metric has what it needs.
  ///
  /// - Throws: ``MetricError/missing(metric:needs:)``.
  public func check(available: MetricNeeds) throws(MetricError) {
    let missing = needs.subtracting(available)
    guard missing.isEmpty else { throw .missing(metric: name, needs: missing) }
  }
}

/// The statistics of any metric: numbers that add up one by one, and for some metrics counts of tokens.
public struct MetricStatistics: AdditiveStatistics {
  /// The sums; as many for every prompt of a metric.
  public var sums: [Double]
  /// The counts.
  public var histogram: TokenHistogram

  /// The statistics of nothing.
  public init() { self.init(sums: []) }

  /// Statistics that are known.
  public init(sums: [Double], histogram: TokenHistogram = TokenHistogram()) {
    self.sums = sums
    self.histogram = histogram
  }

  /// The sums as counts; `nil` unless all of them are whole, from 0 to 2⁵³, beyond which they would not be exact.
  var counts: [Int]? {
    let counts = sums.compactMap { $0 >= 0 && $0 <= 0x1p53 ? Int(exactly: $0) : nil }
    return counts.count == sums.count ? counts : nil
  }

  /// Adds sums and counts.
  public static func += (left: inout MetricStatistics, right: MetricStatistics) {
    for (index, sum) in right.sums.enumerated() {
      if index < left.sums.count { left.sums[index] += sum } else { left.sums.append(sum) }
    }
    left.histogram += right.histogram
  }
}

/// Why a metric is unavailable.
public enum MetricError: Error, Hashable, Sendable {
  /// There is no metric of this name; the nearest name that there is.
  case unknown(String, nearest: String?)
  /// It is refused on purpose; why, and what to take instead.
  case refused(String, reason: String)
  /// The metric lacks what it needs.
  case missing(metric: String, needs: MetricNeeds)
}

extension MetricError: CustomStringConvertible {
  /// The error in a sentence.
  public var description: String {
    switch self {
    case .unknown(let name, let nearest?):
      "there is no metric “\(name)”; did you mean “\(nearest)”?"
    case .unknown(let name, nil):
      "there is no metric “\(name)”; there are "
        + MetricCatalogue.metrics.map(\.name).joined(separator: ", ")
    case .refused(let name, let reason): "there is no metric “\(name)”: \(reason)"
    case .missing(let metric, let needs):
      "the metric “\(metric)” needs \(needs)"
    }
  }
}
