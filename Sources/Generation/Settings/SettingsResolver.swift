/// Decides what holds where several sources speak: flags over configuration file over the model's files over
/// defaults; then infers the strategy, and refuses what it would ignore.
///
/// The strategy is the first of these that holds: the one that was named; greedy for temperature 0 or
/// `do_sample: false`; else sampling. A setting that the user gave and the strategy would ignore is an error, unless
/// its value does nothing anyway. The model's files only recommend: what doesn't apply is dropped and listed.
public struct SettingsResolver: Sendable {
  private let user: [SettingKey: Setting]
  private let model: [SettingKey: Setting]
  private var dropped: [DroppedSetting]

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
    let (strategy, reason, instead) = try inferStrategy()
    var values: [SettingKey: Setting] = [:]
    for key in SettingKey.allCases where key != .strategy && key != .doSample {
      values[key] = user[key] ?? model[key] ?? Self.default(of: key)
    }
    if strategy.name == .greedy {
      try refuseSamplingSettings(in: &values, why: reason, instead: instead)
    } else {
      try checkTemperature(in: &values)
      try refuseFiltersOutsideTheOrder(in: &values)
    }
    try checkLengths(in: &values)
    return ResolvedSettings(
      settings: GenerationSettings(strategy: strategy.name, values: values),
      entries: entries(strategy: strategy, values: values), dropped: dropped,
      strategyReason: reason,
      filters: strategy.name == .sample ? Self.activeFilters(in: values) : [])
  }

  // MARK: - Strategy

  private typealias Strategy = (name: StrategyName, source: SettingSource)

  /// The strategy, why it is that one, and what to write for another.
  private mutating func inferStrategy() throws(SettingsError) -> (Strategy, String, String) {
    if let named = user[.strategy], case .text(let text) = named.value,
      let name = StrategyName(rawValue: text)
    {
      if name == .sample, let temperature = user[.temperature], temperature.value.asDouble == 0 {
        throw .contradiction(
          "\(temperature.source): temperature 0 is greedy, and \(named.source) asks for sampling; "
            + "give a temperature above 0, or --strategy greedy")
      }
      dropStrategySettings(because: "\(named.source) names the strategy")
      return (
        (name, named.source), "under \(text), which \(named.source) names",
        "leave it out, or choose --strategy sample"
      )
    }
    if let temperature = user[.temperature], temperature.value.asDouble == 0 {
      if let doSample = user[.doSample], doSample.value == .bool(true) {
        throw .contradiction(
          "\(doSample.source): do_sample true contradicts temperature 0 (\(temperature.source)); "
            + "leave one of them out")
      }
      dropStrategySettings(because: "temperature 0 (\(temperature.source)) is greedy")
      return (
        (.greedy, temperature.source), "at temperature 0 (\(temperature.source)), which is greedy",
        "leave it out, or give a temperature above 0"
      )
    }
    if let doSample = user[.doSample], doSample.value == .bool(false) {
      return (
        (.greedy, doSample.source), "with do_sample false (\(doSample.source)), which is greedy",
        "leave it out, or choose --strategy sample"
      )
    }
    if let request = requestForSampling {
      dropStrategySettings(because: "\(request.source) asks for sampling")
      return ((.sample, .default), "\(request.source) asks for sampling", "")
    }
    return modelStrategy
  }

  /// The strategy that the model's files choose, where the user left it to them.
  private var modelStrategy: (Strategy, String, String) {
    if let named = model[.strategy], case .text(let text) = named.value,
      let name = StrategyName(rawValue: text)
    {
      return ((name, .model), "the model's files name it", "choose --strategy sample")
    }
    if let temperature = model[.temperature], temperature.value.asDouble == 0 {
      return ((.greedy, .model), "the model's files set temperature 0", "choose --strategy sample")
    }
    if let doSample = model[.doSample], doSample.value == .bool(false) {
      return (
        (.greedy, .model), "the model's files set do_sample false", "choose --strategy sample"
      )
    }
    return ((.sample, .default), "nothing asks for another", "")
  }

  /// The user's setting that only makes sense when sampling, if there is one.
  private var requestForSampling: Setting? {
    if let doSample = user[.doSample], doSample.value == .bool(true) { return doSample }
    if let temperature = user[.temperature] { return temperature }
    return SettingKey.allCases.lazy
      .filter(\.isForSamplingOnly)
      .compactMap { user[$0] }
      .first { !Self.isNeutral($0) }
  }

  /// Drops the model's choice of greedy decoding, which the user has overruled.
  private mutating func dropStrategySettings(because reason: String) {
    for key in [SettingKey.strategy, .doSample] {
      if let setting = model[key] {
        dropped.append(DroppedSetting(key: key.rawValue, value: setting.value, reason: reason))
      }
    }
  }

  // MARK: - What the strategy ignores

  private mutating func refuseSamplingSettings(
    in values: inout [SettingKey: Setting], why: String, instead: String
  ) throws(SettingsError) {
    for key in SettingKey.allCases where key.isForSamplingOnly {
      guard let setting = values[key] else { continue }
      values[key] = Self.default(of: key)
      if Self.isNeutral(setting) || (key == .temperature && setting.value.asDouble == 0) {
        continue
      }
      if setting.source.isUser {
        throw .ignored(
          key: key, value: setting.value, source: setting.source, why: why, instead: instead)
      }
      drop(setting, because: "no effect on greedy decoding")
    }
  }

  private mutating func checkTemperature(
    in values: inout [SettingKey: Setting]
  ) throws(SettingsError) {
    guard let temperature = values[.temperature], temperature.value.asDouble == 0 else { return }
    drop(temperature, because: "temperature 0 is greedy, and the strategy is sample")
    values[.temperature] = Self.default(of: .temperature)
  }

  private mutating func refuseFiltersOutsideTheOrder(
    in values: inout [SettingKey: Setting]
  ) throws(SettingsError) {
    guard let order = values[.filterOrder], case .text(let text) = order.value,
      let names = FilterOrderName.filters(of: text)
    else { return }
    for (name, key) in Self.filterKeys where !names.contains(name) {
      guard let setting = values[key], !Self.isNeutral(setting) else { continue }
      values[key] = Self.default(of: key)
      if setting.source.isUser {
        throw .ignored(
          key: key, value: setting.value, source: setting.source,
          why: "under the filter order “\(text)”, which leaves \(name) out",
          instead: "add \(name) to it, or leave the setting out")
      }
      drop(setting, because: "the filter order leaves \(name) out")
    }
  }

  private mutating func checkLengths(
    in values: inout [SettingKey: Setting]
  ) throws(SettingsError) {
    guard let least = values[.minNewTokens], case .integer(let minimum) = least.value,
      let most = values[.maxNewTokens], case .integer(let maximum) = most.value, minimum > maximum
    else { return }
    if least.source.isUser {
      throw .contradiction(
        "\(least.source): min_new_tokens \(minimum) is more than max_new_tokens \(maximum) "
          + "(\(most.source)); lower the one or raise the other")
    }
    drop(least, because: "more than max_new_tokens \(maximum)")
    values[.minNewTokens] = Self.default(of: .minNewTokens)
  }

  private mutating func drop(_ setting: Setting, because reason: String) {
    dropped.append(
      DroppedSetting(key: setting.key.rawValue, value: setting.value, reason: reason))
  }

  // MARK: - The account

  private func entries(strategy: Strategy, values: [SettingKey: Setting]) -> [Setting] {
    SettingKey.allCases.compactMap { key in
      if key == .strategy {
        return Setting(key, .text(strategy.name.rawValue), from: strategy.source)
      }
      if strategy.name == .greedy && key.isForSamplingOnly && key != .returnSequenceCount {
        return nil
      }
      return values[key]
    }
  }

  /// The filters by name, with the settings that switch them on.
  private static let filterKeys: [(name: String, key: SettingKey)] = [
    ("temperature", .temperature), ("top-k", .topK), ("top-p", .topP),
  ]

  /// The order in which each named order runs the filters.
  private static func activeFilters(
    in values: [SettingKey: Setting]
  ) -> [ResolvedSettings.ActiveFilter] {
    guard let order = values[.filterOrder], case .text(let text) = order.value,
      let names = FilterOrderName.filters(of: text)
    else { return [] }
    return names.compactMap { name in
      guard let key = filterKeys.first(where: { $0.name == name })?.key, let setting = values[key],
        !isNeutral(setting)
      else { return nil }
      return .init(name: name, value: setting.value)
    }
  }
}
