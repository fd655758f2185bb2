import JSON

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The density that a few values of a parameter suggest (Bergstra et al. 2011, section 4): one bump at each value and
/// one for the prior, all with the same weight.
///
/// Numbers: a truncated Gaussian at each, as wide as the distance to its farther neighbour (or end of the range), at
/// least a hundredth of the range and at most all of it; the prior is as wide as the range. They live on the
/// distribution's own axis: the logarithm for `log_uniform_values`. Lists and few whole numbers: the number of times that
/// each came, plus the prior's probabilities.
struct ParzenMixture {
  private let distribution: Distribution
  private let shape: Shape

  private enum Shape {
    /// The probability of each value.
    case categories([Double])
    /// Bumps on an axis from `low` to `high`.
    case numbers([(centre: Double, width: Double)], low: Double, high: Double)
  }

  init(_ distribution: Distribution, values: [JSONValue]) {
    self.distribution = distribution
    if let count = distribution.valueCount,
      distribution.isList || count <= Self.maximumCategoryCount
    {
      var weights = Self.prior(of: distribution, count: count)
      for value in values {
        if let index = distribution.index(of: value) { weights[index] += 1 }
      }
      let total = weights.reduce(0, +)
      shape = .categories(weights.map { $0 / total })
    } else {
      let (low, high) = distribution.axisRange
      let points = values.compactMap { $0.double.map(distribution.axis) }.sorted()
      let range = high - low
      var bumps = [(centre: (low + high) / 2, width: range)]
      for (index, point) in points.enumerated() {
        let left = point - (index > 0 ? points[index - 1] : low)
        let right = (index + 1 < points.count ? points[index + 1] : high) - point
        bumps.append((point, min(max(left, right, range / 100), range)))
      }
      shape = .numbers(bumps, low: low, high: high)
    }
  }

  /// Ranges with at most so many values are taken as categories, with no order among them, as lists always are.
  private static let maximumCategoryCount = 12

  private static func prior(of distribution: Distribution, count: Int) -> [Double] {
    if case .categorical(_, let probabilities) = distribution { return probabilities }
    return Array(repeating: 1 / Double(max(1, count)), count: count)
  }

  func draw(using stream: inout PhiloxStream) -> JSONValue {
    switch shape {
    case .categories(let weights):
      var rest = stream.uniform()
      for (index, weight) in weights.enumerated() {
        rest -= weight
        if rest < 0 { return distribution.value(at: index) ?? .null }
      }
      return distribution.value(at: weights.count - 1) ?? .null
    case .numbers(let bumps, let low, let high):
      let bump = bumps[stream.index(below: bumps.count)]
      while true {
        let radius = (-2 * log(stream.uniform())).squareRoot()
        let point = bump.centre + bump.width * radius * cos(2 * .pi * stream.uniform())
        // Centres lie in the range and widths are at most the range, so that a third of the draws are in it.
        if low <= point, point <= high { return distribution.value(atAxis: point) }
      }
    }
  }

  func logDensity(of value: JSONValue) -> Double {
    switch shape {
    case .categories(let weights):
      return distribution.index(of: value).map { log(weights[$0]) } ?? -.infinity
    case .numbers(let bumps, let low, let high):
      guard let number = value.double else { return -.infinity }
      let point = distribution.axis(number)
      let density = bumps.reduce(0) { sum, bump in
        let z = (point - bump.centre) / bump.width
        let mass = Self.normalMass(
          (low - bump.centre) / bump.width, (high - bump.centre) / bump.width)
        return sum + exp(-z * z / 2) / (bump.width * mass)
      }
      return log(density / Double(bumps.count))
    }
  }

  private static func normalMass(_ from: Double, _ to: Double) -> Double {
    (erf(to / 2.0.squareRoot()) - erf(from / 2.0.squareRoot())) / 2
  }
}

extension Distribution {
  /// Where among the values that ``valueCount`` counts `value` stands.
  fileprivate func index(of value: JSONValue) -> Int? {
    valueCount.flatMap { count in (0..<count).first { self.value(at: $0) == value } }
  }

  fileprivate var isList: Bool {
    switch self {
    case .values, .categorical, .path: true
    default: false
    }
  }

  /// The ends of the axis that numbers are compared on. A normal distribution's axis ends four deviations out.
  fileprivate var axisRange: (low: Double, high: Double) {
    switch self {
    case .uniform(let minimum, let maximum), .quantised(let minimum, let maximum, _):
      (minimum, maximum)
    case .logUniform(let minimum, let maximum): (log(minimum), log(maximum))
    case .integers(let minimum, let maximum, _): (Double(minimum), Double(maximum))
    case .normal(let mean, let deviation): (mean - 4 * deviation, mean + 4 * deviation)
    case .values, .categorical, .path: (0, 0)
    }
  }

  /// A number's place on the axis.
  fileprivate func axis(_ number: Double) -> Double {
    if case .logUniform = self { log(number) } else { number }
  }

  /// The value whose index is nearest to `steps`: the last one also where the range ends between two steps.
  private func value(nearestTo steps: Double) -> JSONValue {
    let index = Int(exactly: steps.rounded()) ?? 0
    return value(at: min(index, (valueCount ?? 1) - 1)) ?? .null
  }

  /// The value at a place on the axis.
  fileprivate func value(atAxis point: Double) -> JSONValue {
    switch self {
    case .logUniform: real(exp(point))
    case .quantised(let minimum, _, let step): value(nearestTo: (point - minimum) / step)
    case .integers(let minimum, _, let step):
      value(nearestTo: (point - Double(minimum)) / Double(step))
    case .uniform, .normal: real(point)
    case .values, .categorical, .path: .null
    }
  }
}
