/// A filter as catalogues list it: its name, its parameters, and how it is made of them.
///
///     TopK.entry.name  // "top-k"
public struct FilterEntry: Sendable {
  /// Where a filter stands in a chain.
  public enum Place: Hashable, Sendable {
    /// Where a ``FilterOrder`` puts it.
    case ordered
    /// After all others, in every order.
    case last
    /// After the temperature, instead of all other filters.
    case alone
  }

  /// The filter's name in a ``FilterOrder`` and in reports.
  public let name: String
  /// Other names in an order. Hyphens may be underscores in all of them.
  public let aliases: [String]
  /// Where it stands.
  public let place: Place
  /// Its parameters; the first switches it on.
  public let parameters: [AnyParameter]
  /// The filter that it stands for where both are on.
  let replaces: String?

  private let isSwitchedOn: @Sendable (Parameters, EdgeRules) -> Bool
  private let making: @Sendable (Parameters, FilterRules) throws(DecodingFailure) -> any Filter
  private let describing: (@Sendable (Parameters) -> String)?

  /// A filter that `parameter` switches on.
  ///
  /// - Parameters:
  ///   - others: its other parameters.
  ///   - isOff: where it is off though `parameter` isn't neutral.
  ///   - summary: what `--explain` says of it; the name and the value of `parameter` unless given.
  ///   - make: the filter under some parameters.
  public init<Value>(
    _ name: String, aliases: [String] = [], place: Place = .ordered, replaces: String? = nil,
    _ parameter: Parameter<Value>, others: [AnyParameter] = [],
    isOff: @escaping @Sendable (Parameters, EdgeRules) -> Bool = { _, _ in false },
    summary: (@Sendable (Parameters) -> String)? = nil,
    make: @escaping @Sendable (Parameters, FilterRules) throws(DecodingFailure) -> any Filter
  ) {
    self.name = name
    self.aliases = aliases
    self.place = place
    self.replaces = replaces
    parameters = [parameter.erased] + others
    isSwitchedOn = { $0.isOn(parameter) && !isOff($0, $1) }
    describing = summary
    making = make
  }

  /// The parameter that switches it on.
  public var `switch`: AnyParameter { parameters[0] }

  /// Whether `parameters` switch it on.
  func isOn(_ parameters: Parameters, edges: EdgeRules) -> Bool {
    isSwitchedOn(parameters, edges)
  }

  /// The filter.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` for a parameter outside its range.
  func make(_ parameters: Parameters, _ rules: FilterRules) throws(DecodingFailure) -> any Filter {
    try making(parameters, rules)
  }

  /// What a report says of the filter.
  ///
  /// - Parameter value: that of ``switch``, as it was given.
  public func summary(_ parameters: Parameters, value: ParameterValue) -> String {
    describing?(parameters) ?? "\(name) \(value)"
  }
}

/// What a filter is made under, beside its parameters.
public struct FilterRules: Hashable, Sendable {
  /// Whose edge semantics hold.
  public var edges: EdgeRules
  /// How many candidates it leaves at least (transformers' `min_tokens_to_keep`).
  public var minimumKept: Int
}

extension FilterEntry: Hashable {
  /// Whether two have the same name.
  public static func == (left: FilterEntry, right: FilterEntry) -> Bool { left.name == right.name }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
