public import JSON

/// Parameters that are varied together, in declaration order.
public struct ParameterSpace: Hashable, Sendable {
  /// The parameters; the last one varies fastest.
  public var parameters: [Parameter]

  /// A space of `parameters`.
  public init(_ parameters: [Parameter]) {
    self.parameters = parameters
  }
}

/// A setting that is varied.
public struct Parameter: Hashable, Sendable {
  /// The setting's name.
  public var name: String
  /// Where its values come from.
  public var distribution: Distribution

  /// A parameter.
  public init(name: String, distribution: Distribution) {
    self.name = name
    self.distribution = distribution
  }
}

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
  /// Whole numbers, both ends included.
  case integers(minimum: Int, maximum: Int)
  /// Normal with this mean and standard deviation.
  case normal(mean: Double, deviation: Double)
}
