import Decoding

extension SettingsResolver {
  /// Refuses what the strategy would ignore.
  mutating func refuseUnheeded(
    in values: inout [SettingKey: Setting], _ choice: StrategyChoice
  ) throws(SettingsError) {
    for key in SettingKey.allCases where !key.isHeeded(by: choice.name) {
      guard let setting = values[key] else { continue }
      values[key] = Self.default(of: key)
      // Padding says nothing about the text elsewhere, and temperature 0 is greedy.
      if key == .paddingToken || Self.isNeutral(setting) { continue }
      let isZero = key == .temperature && setting.value.asDouble == 0
      if isZero && choice.name == .greedy { continue }
      if setting.source.isUser {
        throw .ignored(
          key: key, value: setting.value, source: setting.source,
          why: "\(choice.name.activity), chosen by \(choice.reason)",
          instead: "leave it out" + (isZero ? "" : ", or \(choice.instead(for: key))"))
      }
      drop(setting, because: "no effect \(choice.name.activity)")
    }
  }

  /// What does nothing while all of some others are off.
  private static let dependencies: [(keys: [SettingKey], needs: [SettingKey])] = [
    ([.diversityPenalty], [.beamGroupCount]),
    ([.xtcThreshold], [.xtcProbability]),
    ([.dynamicTemperatureExponent], [.dynamicTemperatureRange]),
    (
      [.penaltyScope, .repeatLastN], [.repetitionPenalty, .frequencyPenalty, .presencePenalty]
    ),
  ]

  /// Refuses parameters of what is off.
  mutating func refuseIdle(in values: inout [SettingKey: Setting]) throws(SettingsError) {
    for (keys, needs) in Self.dependencies {
      let isOn = needs.contains { need in values[need].map { !Self.isNeutral($0) } ?? false }
      for key in keys where !isOn {
        guard let setting = values[key], !Self.isNeutral(setting) else { continue }
        values[key] = Self.default(of: key)
        let names = needs.map(\.rawValue).joined(separator: " or ")
        if setting.source.isUser {
          throw .ignored(
            key: key, value: setting.value, source: setting.source, why: "without \(names)",
            instead: "give \(needs.count > 1 ? "one of them" : "that") too, or leave it out")
        }
        drop(setting, because: "no effect without \(names)")
      }
    }
  }

  /// Refuses groups of unequal sizes, more sequences than beams, and under stochastic beam search fewer too.
  mutating func checkBeams(
    in values: inout [SettingKey: Setting], _ choice: StrategyChoice
  ) throws(SettingsError) {
    guard choice.name.ranks, let beams = values[.beamCount], case .integer(let count) = beams.value
    else { return }
    if let groups = values[.beamGroupCount], case .integer(let groupCount) = groups.value,
      !count.isMultiple(of: groupCount)
    {
      if groups.source.isUser {
        throw .contradiction(
          "\(groups.source): num_beams \(count) (\(beams.source)) can't be split into "
            + "\(groupCount) equal groups; make num_beams a multiple of num_beam_groups")
      }
      drop(groups, because: "num_beams \(count) is no multiple of it")
      values[.beamGroupCount] = Self.default(of: .beamGroupCount)
    }
    if choice.name == .stochasticBeam {
      try matchResults(in: &values, to: beams, count: count)
    } else if let results = values[.returnSequenceCount],
      case .integer(let resultCount) = results.value, resultCount > count
    {
      if results.source.isUser {
        throw .contradiction(
          "\(results.source): num_return_sequences \(resultCount) is more than num_beams \(count) "
            + "(\(beams.source)); lower the one or raise the other")
      }
      drop(results, because: "more than num_beams \(count)")
      values[.returnSequenceCount] = Self.default(of: .returnSequenceCount)
    }
  }

  /// Makes the number of sequences that of the beams, each of which is one.
  private mutating func matchResults(
    in values: inout [SettingKey: Setting], to beams: Setting, count: Int
  ) throws(SettingsError) {
    guard let results = values[.returnSequenceCount], results.value != beams.value else { return }
    if results.source.isUser {
      throw .contradiction(
        "\(results.source): under stochastic beam search every beam is a sequence, and num_beams is "
          + "\(count) (\(beams.source)); give num_beams \(results.value) instead")
    }
    if results.source == .model { drop(results, because: "every one of \(count) beams is one") }
    values[.returnSequenceCount] = Setting(.returnSequenceCount, beams.value, from: beams.source)
  }

  /// The model's temperature 0, where the user asks for sampling.
  mutating func dropTemperatureZero(
    in values: inout [SettingKey: Setting], _ choice: StrategyChoice
  ) {
    guard let temperature = values[.temperature], temperature.value.asDouble == 0 else { return }
    drop(
      temperature, because: "temperature 0 is greedy, and the strategy is \(choice.name.rawValue)")
    values[.temperature] = Self.default(of: .temperature)
  }

  /// Refuses filters that have no place in the order.
  mutating func refuseFiltersOutsideTheOrder(
    in values: inout [SettingKey: Setting]
  ) throws(SettingsError) {
    guard let order = values[.filterOrder], case .text(let text) = order.value,
      let names = Self.filterOrder(of: order.value)?.names
    else { return }
    for (filter, key) in Self.filterKeys where !names.contains(filter) {
      let name = filter.rawValue
      guard let setting = values[key], !Self.isNeutral(setting) else { continue }
      // Dynamic temperature has the temperature for its centre.
      if filter == .temperature, names.contains(.dynamicTemperature),
        let range = values[.dynamicTemperatureRange], !Self.isNeutral(range)
      {
        continue
      }
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

  /// Refuses a minimum above the maximum.
  mutating func checkLengths(
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
}
