import Decoding

/// A strategy and how it came to be chosen.
struct StrategyChoice {
  var strategy: StrategyEntry
  /// What decided it, as a report says it.
  var reason: String
  /// Whether it was chosen by its name.
  var isNamed = false
  /// What to write for sampling, where that isn't the strategy's name.
  var insteadOfGreedy: String?

  /// What to write for a strategy that reads `parameter`, which this one doesn't.
  func instead(for parameter: AnyParameter, _ spelling: StrategySpelling) -> String {
    if let trigger = strategy.trigger, !strategy.ranks, !isNamed {
      return "leave \(trigger.parameter) out"
    }
    let sampling = StrategyCatalogue.first(draws: true, ranks: false)
    let owner = StrategyCatalogue.inferred.lazy.compactMap(\.trigger)
      .first { $0.own.contains(parameter) }
    if let owner {
      let isChosen = isNamed || strategy == sampling && reason != "\(SettingSource.default)"
      return owner.advice(isChosen, strategy, isNamed, spelling)
    }
    if SettingCatalogue.drafts.contains(parameter) {
      let greedy = StrategyCatalogue.first(draws: false, ranks: false)
      return "choose \(spelling.choice(of: "\(greedy.name) or \(sampling.name)"))"
    }
    if SettingCatalogue.selections.contains(parameter), strategy.ranks, !isNamed {
      return "leave the beams out"
    }
    let drawing = StrategyCatalogue.first(draws: true, ranks: strategy.ranks)
    let reader = ([drawing, sampling] + StrategyCatalogue.entries).first {
      SettingCatalogue.applies(parameter, to: $0)
    }
    if let reader, reader != drawing, reader != sampling {
      return "choose \(spelling.choice(of: reader.name))"
    }
    return insteadOfGreedy ?? "choose \(spelling.choice(of: (reader ?? sampling).name))"
  }
}

extension SettingsResolver {
  mutating func chooseStrategy() throws(SettingsError) -> StrategyChoice {
    let temperature = user[Temperature.divisor.erased]
    let doSample = user[StrategyCatalogue.doSample.erased]
    let greedy = StrategyCatalogue.first(draws: false, ranks: false)
    if let (named, strategy) = Self.named(user) {
      if strategy.draws, !strategy.takesTemperatureZero, let temperature,
        temperature.value.asDouble == 0
      {
        let undrawn = StrategyCatalogue.first(draws: false, ranks: strategy.ranks)
        throw .contradiction(
          "\(temperature.source): temperature 0 is greedy, and \(named.source) asks for sampling; "
            + "give a temperature above 0, or \(named.source.spelling.choice(of: undrawn.name))")
      }
      dropOtherChoices(than: strategy, because: "\(named.source) names the strategy")
      return StrategyChoice(strategy: strategy, reason: "\(named.source)", isNamed: true)
    }
    if let (choice, trigger) = Self.inferredChoice(user) {
      if let doSample, doSample.value == .bool(true) {
        throw .contradiction(
          "\(doSample.source): do_sample true asks for sampling, and \(choice.reason) "
            + trigger.contradiction(doSample.source.spelling))
      }
      dropOtherChoices(
        than: choice.strategy, because: "\(choice.reason) asks for \(trigger.request)")
      return choice
    }
    // The model's own beams and contrastive search have `do_sample` false too.
    let modelChoice = modelChoice
    if let temperature, temperature.value.asDouble == 0, !modelChoice.strategy.takesTemperatureZero
    {
      if let doSample, doSample.value == .bool(true) {
        throw .contradiction(
          "\(doSample.source): do_sample true contradicts temperature 0 (\(temperature.source)); "
            + "leave one of them out")
      }
      dropOtherChoices(than: greedy, because: "temperature 0 (\(temperature.source)) is greedy")
      return StrategyChoice(
        strategy: greedy, reason: "temperature 0 (\(temperature.source))",
        insteadOfGreedy: "give a temperature above 0")
    }
    if let doSample, doSample.value == .bool(false), !modelChoice.strategy.ranks,
      modelChoice.strategy.trigger == nil
    {
      dropOtherChoices(than: greedy, because: "\(doSample.source) sets do_sample")
      return StrategyChoice(strategy: greedy, reason: "do_sample false (\(doSample.source))")
    }
    if let request = requestForSampling(insteadOf: modelChoice) {
      let sampling = StrategyCatalogue.first(draws: true, ranks: false)
      dropOtherChoices(
        than: sampling, because: "\(request.key) (\(request.source)) asks for sampling")
      return StrategyChoice(strategy: sampling, reason: "\(request.key) (\(request.source))")
    }
    if modelChoice.strategy.ranks {
      dropOtherChoices(
        than: modelChoice.strategy, because: "\(modelChoice.reason) asks for beams")
    }
    return modelChoice
  }

  /// The strategy that the model's files choose, where the user left it to them.
  private var modelChoice: StrategyChoice {
    let merged = model.merging(user) { $1 }
    func isModels(_ strategy: StrategyEntry) -> Bool {
      strategy.trigger?.isModels { merged[$0]?.value } ?? true
    }
    if let (_, strategy) = Self.named(model), isModels(strategy) {
      return StrategyChoice(strategy: strategy, reason: "\(SettingSource.model)")
    }
    if let (choice, _) = Self.inferredChoice(merged, where: isModels) { return choice }
    let greedy = StrategyCatalogue.first(draws: false, ranks: false)
    if let temperature = model[Temperature.divisor.erased], temperature.value.asDouble == 0 {
      return StrategyChoice(strategy: greedy, reason: "temperature 0 (\(SettingSource.model))")
    }
    if let doSample = model[StrategyCatalogue.doSample.erased], doSample.value == .bool(false) {
      return StrategyChoice(strategy: greedy, reason: "do_sample false (\(SettingSource.model))")
    }
    return StrategyChoice(
      strategy: StrategyCatalogue.first(draws: true, ranks: false),
      reason: "\(SettingSource.default)")
  }

  /// The strategy that is named.
  private static func named(
    _ settings: [AnyParameter: Setting]
  ) -> (setting: Setting, strategy: StrategyEntry)? {
    guard let setting = settings[StrategyCatalogue.strategy.erased],
      case .text(let name) = setting.value, let strategy = StrategyCatalogue.entry(named: name)
    else { return nil }
    return (setting, strategy)
  }

  /// The strategy that a setting asks for without naming it.
  private static func inferredChoice(
    _ settings: [AnyParameter: Setting], where isAllowed: (StrategyEntry) -> Bool = { _ in true }
  ) -> (choice: StrategyChoice, trigger: StrategyEntry.Trigger)? {
    for strategy in StrategyCatalogue.inferred {
      guard let trigger = strategy.trigger, let setting = settings[trigger.parameter],
        !setting.isNeutral, isAllowed(strategy)
      else { continue }
      let reason = "\(setting.key) \(setting.value) (\(setting.source))"
      return (StrategyChoice(strategy: strategy, reason: reason), trigger)
    }
    return nil
  }

  /// The user's setting that only makes sense when sampling, if there is one.
  private func requestForSampling(insteadOf choice: StrategyChoice) -> Setting? {
    let sampling = StrategyCatalogue.first(draws: true, ranks: false)
    let resultCount = StrategyCatalogue.resultCount.erased
    if let doSample = user[StrategyCatalogue.doSample.erased], doSample.value == .bool(true) {
      return doSample
    }
    // Beams have several results without being drawn, and drawing can be what the model's files choose.
    if choice.strategy.draws, choice.strategy != sampling { return nil }
    if let temperature = user[Temperature.divisor.erased] { return temperature }
    return SettingCatalogue.parameters.lazy
      .filter {
        FilterCatalogue.parameters.contains($0) || $0 == SettingCatalogue.selection.erased
          || $0 == resultCount && !choice.strategy.ranks
      }
      // Such as the candidates of the model's contrastive search.
      .filter { !choice.strategy.parameters.contains($0) }
      .compactMap { user[$0] }
      .first { !$0.isNeutral }
  }

  /// Drops the model's own choice of strategy where the user has overruled it with `strategy`.
  private mutating func dropOtherChoices(than strategy: StrategyEntry, because reason: String) {
    let agreeing: [(AnyParameter, ParameterValue)] = [
      (StrategyCatalogue.strategy.erased, .text(strategy.name)),
      (StrategyCatalogue.doSample.erased, .bool(strategy.draws)),
    ]
    for (parameter, value) in agreeing {
      if let setting = model[parameter], setting.value != value { drop(setting, because: reason) }
    }
  }
}
