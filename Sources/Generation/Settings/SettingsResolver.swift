import Decoding

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
    let choice = try chooseStrategy()
    var values: [SettingKey: Setting] = [:]
    for key in SettingKey.allCases where key != .strategy && key != .doSample {
      values[key] = user[key] ?? model[key] ?? Self.default(of: key)
    }
    if choice.name == .greedy {
      try refuseSamplingSettings(in: &values, choice)
    } else {
      dropTemperatureZero(in: &values)
      try refuseFiltersOutsideTheOrder(in: &values)
    }
    try checkLengths(in: &values)
    return ResolvedSettings(
      settings: GenerationSettings(strategy: choice.name, values: values),
      entries: entries(choice, values: values), dropped: dropped,
      strategyReason: choice.reason,
      filters: choice.name == .sample ? Self.activeFilters(in: values) : [])
  }

  // MARK: - Strategy

  /// A strategy and how it came to be chosen.
  private struct Choice {
    var name: StrategyName
    /// What decided it, as a report says it.
    var reason: String
    /// What to write for the other strategy.
    var instead = "choose --strategy sample"
  }

  private mutating func chooseStrategy() throws(SettingsError) -> Choice {
    if let named = user[.strategy], case .text(let text) = named.value,
      let name = StrategyName(rawValue: text)
    {
      if name == .sample, let temperature = user[.temperature], temperature.value.asDouble == 0 {
        throw .contradiction(
          "\(temperature.source): temperature 0 is greedy, and \(named.source) asks for sampling; "
            + "give a temperature above 0, or --strategy greedy")
      }
      dropOtherChoices(than: name, because: "\(named.source) names the strategy")
      return Choice(name: name, reason: "\(named.source)")
    }
    if let temperature = user[.temperature], temperature.value.asDouble == 0 {
      if let doSample = user[.doSample], doSample.value == .bool(true) {
        throw .contradiction(
          "\(doSample.source): do_sample true contradicts temperature 0 (\(temperature.source)); "
            + "leave one of them out")
      }
      dropOtherChoices(than: .greedy, because: "temperature 0 (\(temperature.source)) is greedy")
      return Choice(
        name: .greedy, reason: "temperature 0 (\(temperature.source))",
        instead: "give a temperature above 0")
    }
    if let doSample = user[.doSample], doSample.value == .bool(false) {
      dropOtherChoices(than: .greedy, because: "\(doSample.source) sets do_sample")
      return Choice(name: .greedy, reason: "do_sample false (\(doSample.source))")
    }
    if let request = requestForSampling {
      dropOtherChoices(
        than: .sample, because: "\(request.key) (\(request.source)) asks for sampling")
      return Choice(name: .sample, reason: "\(request.key) (\(request.source))")
    }
    return modelChoice
  }

  /// The strategy that the model's files choose, where the user left it to them.
  private var modelChoice: Choice {
    if let named = model[.strategy], case .text(let text) = named.value,
      let name = StrategyName(rawValue: text)
    {
      return Choice(name: name, reason: "\(SettingSource.model)")
    }
    if let temperature = model[.temperature], temperature.value.asDouble == 0 {
      return Choice(name: .greedy, reason: "temperature 0 (\(SettingSource.model))")
    }
    if let doSample = model[.doSample], doSample.value == .bool(false) {
      return Choice(name: .greedy, reason: "do_sample false (\(SettingSource.model))")
    }
    return Choice(name: .sample, reason: "\(SettingSource.default)")
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

  /// Drops the model's own choice of strategy where the user has overruled it with `name`.
  private mutating func dropOtherChoices(than name: StrategyName, because reason: String) {
    let agreeing: [SettingKey: SettingValue] = [
      .strategy: .text(name.rawValue), .doSample: .bool(name == .sample),
    ]
    for key in [SettingKey.strategy, .doSample] {
      if let setting = model[key], setting.value != agreeing[key] { drop(setting, because: reason) }
    }
  }

  // MARK: - What the strategy ignores

  private mutating func refuseSamplingSettings(
    in values: inout [SettingKey: Setting], _ choice: Choice
  ) throws(SettingsError) {
    for key in SettingKey.allCases where key.isForSamplingOnly {
      guard let setting = values[key] else { continue }
      values[key] = Self.default(of: key)
      if Self.isNeutral(setting) || (key == .temperature && setting.value.asDouble == 0) {
        continue
      }
      if setting.source.isUser {
        throw .ignored(
          key: key, value: setting.value, source: setting.source,
          why: "on greedy decoding, chosen by \(choice.reason)",
          instead: "leave it out, or \(choice.instead)")
      }
      drop(setting, because: "no effect on greedy decoding")
    }
  }

  /// The model's temperature 0, where the user asks for sampling.
  private mutating func dropTemperatureZero(in values: inout [SettingKey: Setting]) {
    guard let temperature = values[.temperature], temperature.value.asDouble == 0 else { return }
    drop(temperature, because: "temperature 0 is greedy, and the strategy is sample")
    values[.temperature] = Self.default(of: .temperature)
  }

  private mutating func refuseFiltersOutsideTheOrder(
    in values: inout [SettingKey: Setting]
  ) throws(SettingsError) {
    guard let order = values[.filterOrder], case .text(let text) = order.value,
      let names = Self.filterOrder(of: order.value)?.names
    else { return }
    for (filter, key) in Self.filterKeys where !names.contains(filter) {
      let name = filter.rawValue
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

  private func entries(_ choice: Choice, values: [SettingKey: Setting]) -> [Setting] {
    SettingKey.allCases.compactMap { key in
      choice.name == .greedy && key.isForSamplingOnly && key != .returnSequenceCount
        ? nil : values[key]
    }
  }

  /// The filters, with the settings that switch them on.
  private static let filterKeys: [(name: FilterName, key: SettingKey)] = [
    (.temperature, .temperature), (.topK, .topK), (.topP, .topP),
  ]

  /// The filters that are on, in the order in which they run.
  private static func activeFilters(
    in values: [SettingKey: Setting]
  ) -> [ResolvedSettings.ActiveFilter] {
    let order = values[.filterOrder].flatMap { filterOrder(of: $0.value) } ?? .huggingFace
    return order.names.compactMap { name in
      guard let key = filterKeys.first(where: { $0.name == name })?.key, let setting = values[key],
        !isNeutral(setting)
      else { return nil }
      return .init(name: name, value: setting.value)
    }
  }
}
