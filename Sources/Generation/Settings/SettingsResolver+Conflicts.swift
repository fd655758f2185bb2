import Decoding

extension SettingsResolver {
  /// Gives sampling the *usual* temperature and filters where nobody names either.
  mutating func takeUsual(_ choice: StrategyChoice) {
    guard choice.strategy == StrategyCatalogue.first(draws: true, ranks: false) else { return }
    let filters = FilterCatalogue.parameters.filter { $0 != FilterOrder.parameter.erased }
    let isNamed = filters.contains { parameter in
      user[parameter] != nil || model[parameter] != nil
        || dropped.contains { $0.key == parameter.key }
    }
    guard !isNamed else { return }
    let names = parameters.filterOrder.names
    for (parameter, value) in FilterCatalogue.usual {
      guard let filter = FilterCatalogue.entry(owning: parameter), names.contains(filter.name)
      else { continue }
      values[parameter] = Setting(parameter, value, from: .usual)
    }
  }

  /// Rejects what the strategy would ignore.
  mutating func rejectIgnored(_ choice: StrategyChoice) throws(SettingsError) {
    let strategy = choice.strategy
    for parameter in SettingCatalogue.parameters
    where !SettingCatalogue.applies(parameter, to: strategy) {
      guard let setting = values[parameter] else { continue }
      values[parameter] = Self.default(of: parameter)
      // Files name the tokens of padding and masks, which have no flag, whatever is decoded; and temperature 0 is greedy.
      let isFiles = StrategyCatalogue.parameters.contains(parameter) && parameter.flag == nil
      if isFiles || setting.isNeutral { continue }
      let isZero = parameter == Temperature.divisor.erased && setting.value.asDouble == 0
      if isZero, strategy == StrategyCatalogue.first(draws: false, ranks: false) { continue }
      try reject(
        setting, why: "\(strategy.activity), chosen by \(choice.reason)",
        instead: "leave it out"
          + (isZero ? "" : ", or \(choice.instead(for: parameter, setting.source.spelling))"),
        because: "no effect \(strategy.activity)")
    }
  }

  /// Rejects parameters of what is off.
  mutating func rejectInactive() throws(SettingsError) {
    // Filters that an order moves come first, then processors, then the rest.
    let filters = FilterCatalogue.parameters.filter {
      FilterCatalogue.entry(owning: $0)?.place == .ordered
    }
    let parameters =
      filters + ProcessorCatalogue.parameters + StrategyCatalogue.parameters
      + SettingCatalogue.parameters
    for parameter in parameters where !parameter.needs.isEmpty {
      let needs = parameter.needs
      guard let setting = values[parameter], !setting.isNeutral,
        !needs.contains(where: { values[$0].map { !$0.isNeutral } ?? false })
      else { continue }
      let names = needs.map(\.key).joined(separator: " or ")
      try reject(
        setting, why: "without \(names)",
        instead: "give \(needs.count > 1 ? "one of them" : "that") too, or leave it out",
        because: "no effect without \(names)")
    }
  }

  /// Refuses what makes no sense under the strategy.
  mutating func checkStrategy(_ choice: StrategyChoice) throws(SettingsError) {
    let values = values
    let given = GivenParameters(reason: choice.reason) { parameter in
      values[parameter].map { setting in
        GivenParameters.Value(
          setting.value, source: "\(setting.source)", isGiven: setting.source != .default)
      }
    }
    for problem in choice.strategy.problems(given) {
      switch problem {
      case .contradiction(let sentence):
        throw .contradiction(sentence)
      case .excess(let parameter, let refusal, let reason):
        if let setting = values[parameter] { try refuse(setting, refusal, because: reason) }
      case .mismatch(let parameter, let other, let refusal, let reason):
        guard let setting = values[parameter], let model = values[other] else { continue }
        if setting.source != .default { try refuse(setting, refusal, because: reason) }
        self.values[parameter] = Setting(parameter, model.value, from: model.source)
      }
    }
  }

  /// Refuses two ways to draft, and to draft under guidance, which reads two prompts at once.
  mutating func checkDrafts() throws(SettingsError) {
    let values = values
    let drafts = SettingCatalogue.drafts.compactMap { values[$0] }.filter { !$0.isNeutral }
    guard let draft = drafts.first(where: \.source.isUser) ?? drafts.first else { return }
    for other in drafts where other.parameter != draft.parameter {
      try refuse(
        other,
        "\(other.source): \(other.key) \(other.value) and \(draft.key) \(draft.value)"
          + " (\(draft.source)) would both draft; give one of them",
        because: "\(draft.key) drafts")
    }
    guard let guidance = active(SettingCatalogue.guidanceScale) else { return }
    try refuse(
      draft,
      "\(draft.source): drafted tokens can't be checked under guidance_scale"
        + " \(guidance.value) (\(guidance.source)); leave one of them out",
      because: "tokens can't be drafted under guidance")
  }

  /// The model's temperature 0, where the user asks for sampling.
  mutating func dropTemperatureZero(_ choice: StrategyChoice) {
    guard !choice.strategy.takesTemperatureZero, let temperature = value(Temperature.divisor),
      temperature.value.asDouble == 0
    else { return }
    drop(
      temperature, because: "temperature 0 is greedy, and the strategy is \(choice.strategy.name)")
  }

  /// Rejects filters that have no place in the order, which says which these are, and spells the order as it does.
  mutating func rejectOmittedFilters() throws(SettingsError) {
    let parameters = parameters
    let order = parameters.filterOrder
    values[FilterOrder.parameter.erased]?.value = .text(order.description)
    for filter in order.omittedFilters(parameters) {
      guard let setting = values[filter.switch] else { continue }
      try reject(
        setting, why: "under the filter order “\(order)”, which leaves \(filter.name) out",
        instead: "add \(filter.name) to it, or leave the setting out",
        because: "the filter order leaves \(filter.name) out")
    }
  }

  /// Rejects what a filter takes the place of that stands alone: the others but the temperature, and their order.
  mutating func rejectFiltersBesideAlone() throws(SettingsError) {
    guard
      let alone = FilterCatalogue.entries.first(where: { filter in
        filter.place == .alone && values[filter.switch].map { !$0.isNeutral } ?? false
      }), let source = values[alone.switch]?.source
    else { return }
    let others = FilterCatalogue.entries.filter {
      $0 != alone && $0 != FilterCatalogue.beforeAlone
    }
    for parameter in others.map(\.switch) + [FilterOrder.parameter.erased] {
      guard let setting = values[parameter], !setting.isNeutral else { continue }
      try reject(
        setting,
        why: "with \(alone.name) (\(source)), which takes the place of all filters but the"
          + " temperature",
        instead: "leave one of the two out",
        because: "\(alone.name) takes the place of filters")
    }
  }

  /// Rejects to force or hasten an end that is ignored or that there is none of, and a ban on the token that ends.
  mutating func checkEnds() throws(SettingsError) {
    let parameters = parameters
    let ends = parameters.endOfSequenceTokens
    let ignored = active(SettingCatalogue.ignoresEndOfSequence)
    for (setting, needsEnds) in [
      (active(ForcedEndOfSequence.tokens), false), (active(ExponentialDecayLength.decay), true),
    ] {
      guard let setting else { continue }
      let hasNone = needsEnds && ends.isEmpty
      guard ignored != nil || hasNone else { continue }
      try reject(
        setting,
        why: hasNone
          ? "without an end-of-sequence token"
          : "with ignore_eos (\(ignored?.source ?? .default))",
        instead: hasNone ? "give eos_token_id, or leave it out" : "leave one of the two out",
        because: hasNone
          ? "there is no end-of-sequence token" : "the end of sequence is ignored")
    }
    guard let bans = value(BadWords.sequences), bans.source.isUser,
      let end = parameters.badWordTokens.first(where: { $0.count == 1 && ends.contains($0[0]) })
    else { return }
    throw .contradiction(
      "\(bans.source): bad_words_ids doesn't ban token \(end[0]), which ends the text; set"
        + " ignore_eos, and take it out of the list")
  }

  /// Refuses several constraints, and a choice by what a constraint left where there is none.
  mutating func checkConstraints() throws(SettingsError) {
    let given = SettingCatalogue.constraintSources.compactMap { values[$0] }
      .filter { !$0.isNeutral }
    if given.count > 1 {
      let names = given.map { "\($0.key) (\($0.source))" }
      throw .contradiction(
        "\(names.joined(separator: " and ")) each give a constraint; give one of them")
    }
    guard given.isEmpty, parameters.selection == .weight,
      let selection = value(SettingCatalogue.selection)
    else { return }
    try refuse(
      selection,
      "\(selection.source): select weight draws by what a constraint left, and there is none; give"
        + " a constraint such as json_schema, or choose another way to select",
      because: "there is no constraint")
  }

  /// Refuses a minimum above the maximum.
  mutating func checkLengths() throws(SettingsError) {
    guard let least = value(SettingCatalogue.minNewTokens), let minimum = least.integer,
      let most = value(SettingCatalogue.maxNewTokens), let maximum = most.integer,
      maximum >= 0, minimum > maximum
    else { return }
    try refuse(
      least,
      "\(least.source): min_new_tokens \(minimum) is more than max_new_tokens \(maximum) "
        + "(\(most.source)); lower the one or raise the other",
      because: "more than max_new_tokens \(maximum)")
  }
}
