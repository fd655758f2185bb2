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
