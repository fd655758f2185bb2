import Decoding

/// Decides which value applies where several sources give one: flags before configuration file before the model's
/// files before defaults; then infers the strategy, and refuses what it would ignore.
///
/// The strategy is the first of these that holds: the one that was named; contrastive search for a penalty alpha above
/// 0; diverse beam search for more than one group of beams; beam search for more than one beam; greedy for temperature 0
/// or `do_sample: false`; else sampling. What the user says goes before what the model's files recommend. A setting that
/// the user gave and the strategy would ignore is an error, unless its value does nothing anyway. The model's files only
/// recommend: what doesn't apply is dropped and listed.
///
///     let flags = SettingsLayer([Setting(TopK.count.erased, .integer(5), from: .flag("--top-k"))])
///     try SettingsResolver.resolve(flags: flags).settings.topK  // 5
public struct SettingsResolver: Sendable {
  let user: [AnyParameter: Setting]
  let model: [AnyParameter: Setting]
  let policy: SettingsPolicy
  /// What holds.
  var values: [AnyParameter: Setting] = [:]
  private(set) var dropped: [DroppedSetting]

  /// Resolves settings.
  ///
  /// - Parameters:
  ///   - flags: from the command line.
  ///   - configuration: from the file of `--config`.
  ///   - model: from the model's own files.
  ///   - policy: what becomes of flags and configuration without effect. What is dropped has no say in the choice of the
  ///     strategy.
  ///   - usual: whether a sampling of which nobody names a temperature, a mirostat or a filter takes llama.cpp's
  ///     (`FilterCatalogue.usual`).
  /// - Throws: ``SettingsError``.
  public static func resolve(
    flags: SettingsLayer = .init(), configuration: SettingsLayer = .init(),
    model: SettingsLayer = .init(), policy: SettingsPolicy = .refuse, usual: Bool = false
  ) throws(SettingsError) -> ResolvedSettings {
    // A constraint takes the place of a weaker source's, of whatever kind.
    func isConstraint(_ setting: Setting) -> Bool {
      SettingCatalogue.constraintSources.contains(setting.parameter) && !setting.isNeutral
    }
    let weaker =
      flags.settings.contains(where: isConstraint)
      ? configuration.settings.filter { !isConstraint($0) } : configuration.settings
    let given = weaker + flags.settings
    for setting in flags.settings + configuration.settings where !setting.isAccepted {
      throw .invalid(
        parameter: setting.parameter, value: setting.value, source: setting.source)
    }
    var withoutEffect: [DroppedSetting] = []
    while true {
      var resolver = SettingsResolver(
        user: given.filter { setting in !withoutEffect.contains { $0.key == setting.key } },
        model: model, policy: policy)
      var resolved = try resolver.resolve(usual: usual)
      let new = resolved.dropped.filter(\.source.isUser)
      guard !new.isEmpty else {
        resolved.dropped = withoutEffect + resolved.dropped
        return resolved
      }
      withoutEffect += new
    }
  }

  private init(user: [Setting], model: SettingsLayer, policy: SettingsPolicy) {
    self.user = Self.byParameter(user)
    self.model = Self.byParameter(model.settings)
    self.policy = policy
    dropped = model.dropped
  }

  /// The last setting of each parameter.
  private static func byParameter(_ settings: [Setting]) -> [AnyParameter: Setting] {
    Dictionary(settings.map { ($0.parameter, $0) }, uniquingKeysWith: { $1 })
  }

  private mutating func resolve(usual: Bool) throws(SettingsError) -> ResolvedSettings {
    let choice = try chooseStrategy()
    for parameter in SettingCatalogue.parameters
    where parameter != StrategyCatalogue.strategy.erased
      && parameter != StrategyCatalogue.doSample.erased
    {
      values[parameter] = user[parameter] ?? model[parameter] ?? Self.default(of: parameter)
    }
    if usual { takeUsual(choice) }
    try rejectIgnored(choice)
    if choice.strategy.draws {
      dropTemperatureZero(choice)
      try rejectFiltersBesideAlone()
      try rejectOmittedFilters()
    }
    try rejectInactive()
    try checkEnds()
    try checkDrafts()
    try checkStrategy(choice)
    try checkLengths()
    try checkSelection()
    try checkConstraints()
    var settings = GenerationSettings()
    settings.strategy = choice.strategy
    settings.parameters = parameters
    return ResolvedSettings(
      settings: settings, entries: entries(choice), dropped: dropped,
      strategyReason: choice.reason, filters: choice.strategy.draws ? activeFilters : [])
  }

  /// The value of a setting that no source gave.
  static func `default`(of parameter: AnyParameter) -> Setting? {
    parameter.neutral.map { Setting(parameter, $0, from: .default) }
  }

  /// The value of a parameter.
  func value<Value>(_ parameter: Parameter<Value>) -> Setting? { values[parameter.erased] }

  /// The value of a parameter where it does something.
  func active<Value>(_ parameter: Parameter<Value>) -> Setting? {
    value(parameter).flatMap { $0.isNeutral ? nil : $0 }
  }

  /// The values, each of its own type.
  var parameters: Parameters {
    var parameters = Parameters()
    for setting in values.values { parameters.set(setting.parameter, to: setting.value) }
    return parameters
  }

  // MARK: - What can't hold

  /// Drops a setting, in whose place the default holds.
  mutating func drop(_ setting: Setting, because reason: String) {
    values[setting.parameter] = Self.default(of: setting.parameter)
    dropped.append(
      DroppedSetting(
        key: setting.key, value: setting.value, reason: reason, source: setting.source))
  }

  /// Refuses a setting that has no effect, or drops it.
  mutating func reject(
    _ setting: Setting, why: String, instead: String, because reason: String
  ) throws(SettingsError) {
    if setting.source.isUser, policy == .refuse {
      throw .ignored(
        parameter: setting.parameter, value: setting.value, source: setting.source, why: why,
        instead: instead)
    }
    drop(setting, because: reason)
  }

  /// Refuses a setting that can't hold beside another, or drops it where the user didn't give it.
  mutating func refuse(
    _ setting: Setting, _ sentence: String, because reason: String
  ) throws(SettingsError) {
    guard !setting.source.isUser else { throw .contradiction(sentence) }
    drop(setting, because: reason)
  }

  // MARK: - The account

  private func entries(_ choice: StrategyChoice) -> [Setting] {
    let selection = parameters.selection
    return SettingCatalogue.parameters.compactMap { parameter in
      guard
        SettingCatalogue.applies(parameter, to: choice.strategy)
          || parameter == StrategyCatalogue.resultCount.erased,
        !Self.isIdle(parameter, under: selection), let setting = values[parameter]
      else { return nil }
      return parameter.isYoung && setting.isNeutral ? nil : setting
    }
  }

  /// The filters that are on, in the order in which they run.
  private var activeFilters: [ResolvedSettings.ActiveFilter] {
    let parameters = parameters
    return parameters.filterOrder.active(parameters).compactMap { filter in
      values[filter.switch].map {
        .init(name: filter.name, summary: filter.summary(parameters, value: $0.value))
      }
    }
  }
}
