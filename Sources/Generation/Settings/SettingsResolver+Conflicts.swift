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

  /// What does nothing while all of some others are off: what filters and penalties say of their parameters, and the
  /// strategies' own.
  private static let dependencies: [(keys: [SettingKey], needs: [SettingKey])] =
    (FilterSettings.dependencies + ProcessorSettings.dependencies).map { dependency in
      (keys(dependency.parameters), keys(dependency.needs))
    } + [
      ([.diversityPenalty], [.beamGroupCount]),
      ([.mirostatTau, .mirostatEta], [.mirostat]),
      ([.negativePrompt], [.guidanceScale]),
    ]

  private static func keys(_ names: [ParameterName]) -> [SettingKey] {
    names.compactMap { SettingKey(rawValue: $0.rawValue) }
  }

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

  /// Refuses contrastive search without its two numbers.
  func checkCandidates(
    in values: [SettingKey: Setting], _ choice: StrategyChoice
  ) throws(SettingsError) {
    guard choice.name == .contrastive else { return }
    if let alpha = values[.penaltyAlpha], alpha.source == .default {
      throw .contradiction(
        "\(choice.reason): contrastive search needs a penalty; give penalty_alpha and top_k, such as"
          + " 0.6 and 4")
    }
    if let count = values[.topK], Self.isNeutral(count) {
      throw .contradiction(
        "\(choice.reason): contrastive search needs a number of candidates; give top_k, such as 4")
    }
    if let count = values[.topK], case .integer(let candidates) = count.value,
      candidates > ContrastiveSearch.largestCandidateCount
    {
      throw .contradiction(
        "\(count.source): contrastive search takes at most \(ContrastiveSearch.largestCandidateCount)"
          + " candidates; top_k is \(candidates)")
    }
  }

  /// Refuses to draft under guidance, which reads two prompts at once.
  mutating func checkDrafts(in values: inout [SettingKey: Setting]) throws(SettingsError) {
    guard let lookup = values[.promptLookupCount], !Self.isNeutral(lookup),
      let guidance = values[.guidanceScale], !Self.isNeutral(guidance)
    else { return }
    if lookup.source.isUser {
      throw .contradiction(
        "\(lookup.source): drafted tokens can't be checked under guidance_scale"
          + " \(guidance.value) (\(guidance.source)); leave one of them out")
    }
    drop(lookup, because: "tokens can't be drafted under guidance")
    values[.promptLookupCount] = Self.default(of: .promptLookupCount)
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

  /// Refuses filters that have no place in the order, which says which these are, and spells the order as it does.
  mutating func refuseFiltersOutsideTheOrder(
    in values: inout [SettingKey: Setting]
  ) throws(SettingsError) {
    guard let setting = values[.filterOrder], let order = Self.filterOrder(of: setting.value)
    else { return }
    values[.filterOrder]?.value = .text(order.description)
    for filter in order.absentees(Self.filterSettings(of: values)) {
      try refuse(
        filter, in: &values,
        why: "under the filter order “\(order)”, which leaves \(filter.rawValue) out",
        instead: "add \(filter.rawValue) to it, or leave the setting out",
        because: "the filter order leaves \(filter.rawValue) out")
    }
  }

  /// Refuses what mirostat takes the place of: the filters but the temperature, and their order.
  mutating func refuseFiltersBesideMirostat(
    in values: inout [SettingKey: Setting]
  ) throws(SettingsError) {
    guard let mirostat = values[.mirostat], !Self.isNeutral(mirostat) else { return }
    let why =
      "with mirostat (\(mirostat.source)), which takes the place of all filters but the temperature"
    let settings = Self.filterSettings(of: values)
    for filter in FilterOrder.list(FilterName.allCases).active(settings)
    where filter != .temperature {
      try refuse(
        filter, in: &values, why: why, instead: "leave one of the two out",
        because: "mirostat takes the place of filters")
    }
    guard let order = values[.filterOrder], !Self.isNeutral(order) else { return }
    values[.filterOrder] = Self.default(of: .filterOrder)
    if order.source.isUser {
      throw .ignored(
        key: order.key, value: order.value, source: order.source, why: why,
        instead: "leave one of the two out")
    }
    drop(order, because: "mirostat takes the place of filters")
  }

  /// Refuses the setting that switches `filter` on, or drops it.
  private mutating func refuse(
    _ filter: FilterName, in values: inout [SettingKey: Setting], why: String, instead: String,
    because reason: String
  ) throws(SettingsError) {
    guard let key = Self.filterKeys.first(where: { $0.name == filter })?.key,
      let setting = values[key]
    else { return }
    values[key] = Self.default(of: key)
    if setting.source.isUser {
      throw .ignored(
        key: key, value: setting.value, source: setting.source, why: why, instead: instead)
    }
    drop(setting, because: reason)
  }

  /// Refuses to force or hasten an end that is ignored or that there is none of, and a ban on the token that ends.
  mutating func checkEnds(in values: inout [SettingKey: Setting]) throws(SettingsError) {
    let ends = values[.endOfSequenceTokens].flatMap { Self.tokens(of: $0.value) } ?? []
    let ignored = values[.ignoreEndOfSequence].flatMap { Self.isNeutral($0) ? nil : $0 }
    for key in [SettingKey.forcedEndOfSequence, .exponentialDecayLength] {
      guard let setting = values[key], !Self.isNeutral(setting) else { continue }
      let hasNone = key == .exponentialDecayLength && ends.isEmpty
      guard ignored != nil || hasNone else { continue }
      let reason = hasNone ? "there is no end-of-sequence token" : "the end of sequence is ignored"
      values[key] = Self.default(of: key)
      if setting.source.isUser {
        throw .ignored(
          key: key, value: setting.value, source: setting.source,
          why: hasNone
            ? "without an end-of-sequence token"
            : "with ignore_eos (\(ignored?.source ?? .default))",
          instead: hasNone ? "give eos_token_id, or leave it out" : "leave one of the two out")
      }
      drop(setting, because: reason)
    }
    guard let bans = values[.badWordTokens], let lists = Self.tokenLists(of: bans.value),
      let end = lists.first(where: { $0.count == 1 && ends.contains($0[0]) })?.first
    else { return }
    if bans.source.isUser {
      throw .contradiction(
        "\(bans.source): bad_words_ids doesn't ban token \(end), which ends the text; set ignore_eos,"
          + " and take it out of the list")
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
