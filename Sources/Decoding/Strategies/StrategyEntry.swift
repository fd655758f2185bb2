/// A strategy as catalogues list it: its name, what is known about it, its parameters, and how it is made of them.
///
///     StrategyEntry.beam.ranks    // true
///     StrategyEntry.sample.draws  // true
public struct StrategyEntry: Sendable {
  /// What the sequences of a prompt are.
  public enum Results: Hashable, Sendable {
    /// There is one.
    case one
    /// Samples, each by itself.
    case samples
    /// The best of hypotheses that compete, out of one search.
    case beams
  }

  /// How settings lead to a strategy without naming it.
  package struct Trigger: Sendable {
    /// The parameter that asks for it where it isn't neutral.
    package var parameter: AnyParameter
    /// The parameters that mean nothing elsewhere, unless another strategy reads them too.
    package var own: [AnyParameter]
    /// What it asks for, after “asks for”.
    package var request: String
    /// What it is and what to write instead, where sampling is asked for too.
    package var contradiction: @Sendable (StrategySpelling) -> String
    /// What to write for a strategy that reads the own parameters, where another was chosen.
    package var advice:
      @Sendable (_ isChosen: Bool, StrategyEntry, _ isNamed: Bool, StrategySpelling) -> String
    /// Whether a model's files may ask for it, given what they and the user say.
    package var isModels: @Sendable ((AnyParameter) -> ParameterValue?) -> Bool = { _ in true }
  }

  /// The name.
  public let name: String
  /// The strategy at work, as half a sentence.
  public let activity: String
  /// What the sequences of a prompt are.
  public let results: Results
  /// The filters that it takes; none where nothing is drawn.
  public let filters: Set<FilterEntry.Place>
  /// Whether tokens can be drafted: where each hypothesis is alone, so that its tokens can be checked ahead.
  public let supportsDrafting: Bool
  /// Whether temperature 0 takes the most probable token under it, and doesn't ask for another strategy.
  public let takesTemperatureZero: Bool
  /// The parameters that it reads, beside those of filters.
  public let parameters: [AnyParameter]

  package let trigger: Trigger?
  package let problems: @Sendable (GivenParameters) -> [StrategyProblem]
  private let best: (@Sendable (Parameters) throws(DecodingFailure) -> [any Filter])?
  private let making:
    @Sendable (Parameters, StrategySources) throws(DecodingFailure) -> any DecodingStrategy

  init(
    _ name: String, activity: String, results: Results, filters: Set<FilterEntry.Place> = [],
    supportsDrafting: Bool = false, takesTemperatureZero: Bool = false,
    parameters: [AnyParameter] = [], trigger: Trigger? = nil,
    problems: @escaping @Sendable (GivenParameters) -> [StrategyProblem] = { _ in [] },
    best: (@Sendable (Parameters) throws(DecodingFailure) -> [any Filter])? = nil,
    make:
      @escaping @Sendable (Parameters, StrategySources) throws(DecodingFailure)
      -> any DecodingStrategy
  ) {
    self.name = name
    self.activity = activity
    self.results = results
    self.filters = filters
    self.supportsDrafting = supportsDrafting
    self.takesTemperatureZero = takesTemperatureZero
    self.parameters = parameters
    self.trigger = trigger
    self.problems = problems
    self.best = best
    making = make
  }

  /// Whether tokens are drawn, so that there are filters and a seed.
  public var draws: Bool { !filters.isEmpty }

  /// Whether hypotheses compete, so that the sequences of a prompt come of one search and not of a sample each.
  public var ranks: Bool { results == .beams }

  /// The strategy.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` for a parameter outside its range.
  public func make(
    _ parameters: Parameters, _ sources: StrategySources
  ) throws(DecodingFailure) -> any DecodingStrategy {
    try making(parameters, sources)
  }

  /// The filters that say which tokens could come next: those of a draw, the few best tokens that a search for the best
  /// looks at, none where it looks at all. `nil` where what they leave depends on what was drawn before.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` for a parameter outside its range.
  public func supportFilters(_ parameters: Parameters) throws(DecodingFailure) -> [any Filter]? {
    if let best { return try best(parameters) }
    guard draws else { return [] }
    let filters = try parameters.filterOrder.filters(parameters)
    return filters.contains { $0.remembers } ? nil : filters
  }

  /// Whether it reads a parameter; `nil` for one that is neither a filter's nor a strategy's.
  public func reads(_ parameter: AnyParameter) -> Bool? {
    if parameters.contains(parameter) { return true }
    if parameter == FilterOrder.parameter.erased { return draws }
    if let filter = FilterCatalogue.entry(owning: parameter) {
      return filters.contains(filter.place)
    }
    if parameter == StrategyCatalogue.resultCount.erased { return results != .one }
    return StrategyCatalogue.parameters.contains(parameter) ? false : nil
  }
}

extension StrategyEntry: Hashable {
  /// Whether two have the same name.
  public static func == (left: StrategyEntry, right: StrategyEntry) -> Bool {
    left.name == right.name
  }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// What a strategy is made of beside its parameters.
public struct StrategySources: Hashable, Sendable {
  /// The number of tokens that may end a sequence; 0 where none may.
  public var endOfSequenceCount: Int

  /// Sources.
  public init(endOfSequenceCount: Int = 0) {
    self.endOfSequenceCount = endOfSequenceCount
  }
}

/// The values that parameters were given, for a strategy to check.
public struct GivenParameters {
  /// A value and who gave it.
  public struct Value: Sendable {
    /// The value.
    public var value: ParameterValue
    /// Who gave it, as messages name them.
    public var source: String
    /// Whether it was given, and is not the default.
    public var isGiven: Bool

    /// A value.
    public init(_ value: ParameterValue, source: String, isGiven: Bool) {
      self.value = value
      self.source = source
      self.isGiven = isGiven
    }
  }

  /// What led to the strategy.
  public let reason: String
  private let find: (AnyParameter) -> Value?

  /// Values that `find` finds.
  public init(reason: String, find: @escaping (AnyParameter) -> Value?) {
    self.reason = reason
    self.find = find
  }

  /// The value of a parameter.
  subscript<Content>(parameter: Parameter<Content>) -> Value? { find(parameter.erased) }
}

extension GivenParameters.Value {
  /// The value where it is a whole number.
  var integer: Int? { if case .integer(let number) = value { number } else { nil } }
}

/// Why parameters don't go together under a strategy.
public enum StrategyProblem: Sendable {
  /// They can't: a sentence that says what to write instead.
  case contradiction(String)
  /// The value of a parameter can't hold. Where the user gave it, `refusal` says so; else it falls back to its default,
  /// for a reason in half a sentence.
  case excess(AnyParameter, refusal: String, reason: String)
  /// The value of a parameter must be another's: as with ``excess(_:refusal:reason:)``, but it becomes that.
  case mismatch(AnyParameter, with: AnyParameter, refusal: String, reason: String)
}
