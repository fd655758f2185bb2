import Decoding

/// Decides what holds where several sources speak: flags over configuration file over the model's files over
/// defaults; then infers the strategy, and refuses what it would ignore.
///
/// The strategy is the first of these that holds: the one that was named; contrastive search for a penalty alpha above
/// 0; diverse beam search for more than one group of beams; beam search for more than one beam; greedy for temperature 0
/// or `do_sample: false`; else sampling. What the user says goes before what the model's files recommend. A setting that
/// the user gave and the strategy would ignore is an error, unless its value does nothing anyway. The model's files only
/// recommend: what doesn't apply is dropped and listed.
public struct SettingsResolver: Sendable {
  let user: [SettingKey: Setting]
  let model: [SettingKey: Setting]
  private(set) var dropped: [DroppedSetting]

  /// Resolves settings.
  ///
  /// - Parameters:
  ///   - flags: from the command line.
  ///   - configuration: from the file of `--config`.
  ///   - model: from the model's own files.
  /// - Throws: ``SettingsError``.
  public static func resolve(
    flags: SettingsLayer = .init(), configuration: SettingsLayer = .init(),
    model: SettingsLayer = .init()
  ) throws(SettingsError) -> ResolvedSettings {
    for setting in flags.settings + configuration.settings where !accepts(setting) {
      throw .invalid(key: setting.key, value: setting.value, source: setting.source)
    }
    var resolver = SettingsResolver(flags: flags, configuration: configuration, model: model)
    return try resolver.resolve()
  }

  private init(flags: SettingsLayer, configuration: SettingsLayer, model: SettingsLayer) {
    user = Self.byKey(configuration.settings + flags.settings)
    self.model = Self.byKey(model.settings)
    dropped = model.dropped
  }

  /// The last setting of each key.
  private static func byKey(_ settings: [Setting]) -> [SettingKey: Setting] {
    Dictionary(settings.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
  }

  private mutating func resolve() throws(SettingsError) -> ResolvedSettings {
    let choice = try chooseStrategy()
    var values: [SettingKey: Setting] = [:]
    for key in SettingKey.allCases where key != .strategy && key != .doSample {
      values[key] = user[key] ?? model[key] ?? Self.default(of: key)
    }
    try refuseUnheeded(in: &values, choice)
    if choice.name.draws {
      dropTemperatureZero(in: &values, choice)
      try refuseFiltersBesideMirostat(in: &values)
      try refuseFiltersOutsideTheOrder(in: &values)
    }
    try refuseIdle(in: &values)
    try checkCandidates(in: values, choice)
    try checkEnds(in: &values)
    try checkDrafts(in: &values)
    try checkBeams(in: &values, choice)
    try checkLengths(in: &values)
    try checkSelection(in: &values)
    return ResolvedSettings(
      settings: GenerationSettings(strategy: choice.name, values: values),
      entries: entries(choice, values: values), dropped: dropped,
      strategyReason: choice.reason,
      filters: choice.name.draws ? Self.activeFilters(in: values) : [])
  }

  mutating func drop(_ setting: Setting, because reason: String) {
    dropped.append(
      DroppedSetting(key: setting.key.rawValue, value: setting.value, reason: reason))
  }

  // MARK: - The account

  private func entries(_ choice: StrategyChoice, values: [SettingKey: Setting]) -> [Setting] {
    SettingKey.allCases.compactMap { key in
      guard key.isHeeded(by: choice.name) || key == .returnSequenceCount else { return nil }
      return Self.isIdleUnderSelection(key, values) ? nil : values[key]
    }
  }

  /// The filters, with the settings that switch them on.
  static let filterKeys: [(name: FilterName, key: SettingKey)] = [
    (.temperature, .temperature), (.dynamicTemperature, .dynamicTemperatureRange), (.topK, .topK),
    (.topP, .topP), (.minP, .minP), (.topH, .topH), (.typical, .typicalP),
    (.epsilon, .epsilonCutoff), (.eta, .etaCutoff), (.topNSigma, .topNSigma),
    (.xtc, .xtcProbability),
  ]

  /// The filters that are on, in the order in which they run.
  private static func activeFilters(
    in values: [SettingKey: Setting]
  ) -> [ResolvedSettings.ActiveFilter] {
    let order = values[.filterOrder].flatMap { filterOrder(of: $0.value) } ?? .huggingFace
    return order.active(filterSettings(of: values)).compactMap { name in
      guard let key = filterKeys.first(where: { $0.name == name })?.key, let setting = values[key]
      else { return nil }
      return .init(name: name, value: setting.value)
    }
  }

  /// What the filters are told.
  static func filterSettings(of values: [SettingKey: Setting]) -> FilterSettings {
    GenerationSettings(strategy: .sample, values: values).filterSettings
  }
}
