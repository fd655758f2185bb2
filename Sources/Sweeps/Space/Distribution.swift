public import JSON

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where the values of a parameter come from.
public enum Distribution: Hashable, Sendable {
  /// Any of a list, all equally probable; a single one is a constant.
  case values([JSONValue])
  /// Any of a list, with the given probabilities, which sum to 1.
  case categorical([JSONValue], probabilities: [Double])
  /// Evenly in `minimum...maximum`.
  case uniform(minimum: Double, maximum: Double)
  /// Evenly in the logarithm; both ends are above 0 and are values, not exponents.
  case logUniform(minimum: Double, maximum: Double)
  /// `minimum + i · step`, evenly over all i that stay within `maximum`, both ends included.
  case quantised(minimum: Double, maximum: Double, step: Double)
  /// The whole numbers `minimum + i · step`, evenly over all i that stay within `maximum`, both ends included; `step` is
  /// above 0.
  case integers(minimum: Int, maximum: Int, step: Int = 1)
  /// Normal with this mean and standard deviation.
  case normal(mean: Double, deviation: Double)
  /// Every number of `minimum...maximum` at once: a trial that is a path.
  case path(minimum: Double, maximum: Double)
}

extension Distribution {
  /// The number of values; `nil` for a range without gaps, and where there are more than fit a number.
  ///
  /// Steps are counted with whole numbers, so that rounding loses no end: ⌊(maximum − minimum) / step + 10⁻⁹⌋ + 1.
  public var valueCount: Int? {
    switch self {
    case .values(let values), .categorical(let values, _): values.count
    case .quantised(let minimum, let maximum, let step):
      Int(exactly: ((maximum - minimum) / step + 1e-9).rounded(.down)).map { $0 + 1 }
    case .integers(let minimum, let maximum, let step):
      Self.count(from: minimum, through: maximum, by: step)
    case .path: 1
    case .uniform, .logUniform, .normal: nil
    }
  }

  private static func count(from minimum: Int, through maximum: Int, by step: Int) -> Int? {
    let (width, isTooWide) = maximum.subtractingReportingOverflow(minimum)
    guard !isTooWide, width >= 0, step > 0 else { return nil }
    let (count, isTooMany) = (width / step).addingReportingOverflow(1)
    return isTooMany ? nil : count
  }

  /// The value at `index` of those that ``valueCount`` counts; `nil` outside.
  public func value(at index: Int) -> JSONValue? {
    guard let valueCount, (0..<valueCount).contains(index) else { return nil }
    return switch self {
    case .values(let values), .categorical(let values, _): values[index]
    case .quantised(let minimum, let maximum, let step):
      // Without the dust of binary steps: 0.1 + 2 · 0.1 is 0.3.
      .number(min(maximum, Self.rounded(minimum + Double(index) * step, digits: 12)))
    case .integers(let minimum, _, let step): .integer(minimum + index * step)
    case .path(let minimum, let maximum): .array([.number(minimum), .number(maximum)])
    case .uniform, .logUniform, .normal: nil
    }
  }

  /// A value drawn by chance; real numbers with `significantDigits`.
  public func draw(using stream: inout PhiloxStream) -> JSONValue {
    switch self {
    case .values(let values):
      return values.isEmpty ? .null : values[stream.index(below: values.count)]
    case .categorical(let values, let probabilities):
      var rest = stream.uniform() * probabilities.reduce(0, +)
      for (value, probability) in zip(values, probabilities) {
        rest -= probability
        if rest < 0 { return value }
      }
      return values.last ?? .null
    case .uniform(let minimum, let maximum):
      return real(minimum + (maximum - minimum) * stream.uniform())
    case .logUniform(let minimum, let maximum):
      let (low, high) = (log(minimum), log(maximum))
      return real(exp(low + (high - low) * stream.uniform()))
    case .quantised, .integers, .path:
      return value(at: stream.index(below: valueCount ?? 1)) ?? .null
    case .normal(let mean, let deviation):
      // Box and Muller 1958, one of the pair.
      let radius = (-2 * log(stream.uniform())).squareRoot()
      return real(mean + deviation * radius * cos(2 * .pi * stream.uniform()))
    }
  }

  /// The digits of a real number that is drawn. More would say nothing more, and in the last bits of a logarithm
  /// machines differ, while every shard must draw the same trials.
  static let significantDigits = 6

  /// A number that was drawn or proposed, rounded, and within the bounds.
  func real(_ value: Double) -> JSONValue {
    let rounded = Self.rounded(value, digits: Self.significantDigits)
    return switch self {
    case .uniform(let minimum, let maximum), .logUniform(let minimum, let maximum):
      .number(min(max(rounded, minimum), maximum))
    default: .number(rounded)
    }
  }

  /// The double nearest to `value` with that many decimal digits; `value` itself where it is very large or small.
  static func rounded(_ value: Double, digits: Int) -> Double {
    let size = abs(value)
    guard size >= 1e-9, size < 1e15 else { return value }
    var power = 1.0  // exact up to 10^22
    var places = 0
    let limit = (1..<digits).reduce(1.0) { limit, _ in limit * 10 }
    while size * power < limit, places < 22 {
      power *= 10
      places += 1
    }
    return (value * power).rounded() / power
  }
}
