/// A strategy and how it came to be chosen.
struct StrategyChoice {
  var name: StrategyName
  /// What decided it, as a report says it.
  var reason: String
  /// Whether it was chosen by its name.
  var isNamed = false
  /// What to write for sampling, where that isn't the strategy's name.
  var insteadOfGreedy: String?

  /// What to write for a strategy that heeds `key`, which this one doesn't.
  func instead(for key: SettingKey) -> String {
    if name == .contrastive && !isNamed { return "leave \(SettingKey.penaltyAlpha) out" }
    return switch key {
    case .penaltyAlpha:
      "choose --strategy \(StrategyName.contrastive.rawValue)"
    case .mirostat, .mirostatTau, .mirostatEta:
      insteadOfGreedy ?? "choose --strategy \(StrategyName.sample.rawValue)"
    case .beamCount, .lengthPenalty, .earlyStopping, .patience:
      if isNamed || name == .sample && reason != "\(SettingSource.default)" {
        "choose --strategy \((name.draws ? StrategyName.beamSample : .beam).rawValue)"
      } else {
        "give num_beams above 1"
      }
    case .beamGroupCount, .diversityPenalty:
      isNamed
        ? "choose --strategy \(StrategyName.diverseBeam.rawValue)" : "give num_beam_groups above 1"
    case .selection, .selectionUtility, .selectionAnswer:
      name.ranks && !isNamed
        ? "leave the beams out"
        : insteadOfGreedy ?? "choose --strategy \(StrategyName.sample.rawValue)"
    case .promptLookupCount:
      "choose --strategy greedy or sample"
    default:
      insteadOfGreedy
        ?? "choose --strategy \((name.ranks ? StrategyName.beamSample : .sample).rawValue)"
    }
  }
}

extension SettingsResolver {
  mutating func chooseStrategy() throws(SettingsError) -> StrategyChoice {
    if let named = user[.strategy], case .text(let text) = named.value,
      let name = StrategyName(rawValue: text)
    {
      if name.draws, let temperature = user[.temperature], temperature.value.asDouble == 0 {
        throw .contradiction(
          "\(temperature.source): temperature 0 is greedy, and \(named.source) asks for sampling; "
            + "give a temperature above 0, or --strategy \(name.ranks ? "beam" : "greedy")")
      }
      dropOtherChoices(than: name, because: "\(named.source) names the strategy")
      return StrategyChoice(name: name, reason: "\(named.source)", isNamed: true)
    }
    if let choice = Self.contrastiveChoice(user) {
      if let doSample = user[.doSample], doSample.value == .bool(true) {
        throw .contradiction(
          "\(doSample.source): do_sample true asks for sampling, and \(choice.reason) is contrastive"
            + " search; leave one of them out")
      }
      dropOtherChoices(than: choice.name, because: "\(choice.reason) asks for contrastive search")
      return choice
    }
    if let choice = Self.beamChoice(user) {
      if let doSample = user[.doSample], doSample.value == .bool(true) {
        throw .contradiction(
          "\(doSample.source): do_sample true asks for sampling, and \(choice.reason) is a search "
            + "for the best; choose --strategy beam-sample, or leave do_sample out")
      }
      dropOtherChoices(than: choice.name, because: "\(choice.reason) asks for beams")
      return choice
    }
    if let temperature = user[.temperature], temperature.value.asDouble == 0 {
      if let doSample = user[.doSample], doSample.value == .bool(true) {
        throw .contradiction(
          "\(doSample.source): do_sample true contradicts temperature 0 (\(temperature.source)); "
            + "leave one of them out")
      }
      dropOtherChoices(than: .greedy, because: "temperature 0 (\(temperature.source)) is greedy")
      return StrategyChoice(
        name: .greedy, reason: "temperature 0 (\(temperature.source))",
        insteadOfGreedy: "give a temperature above 0")
    }
    // The model's own beams and contrastive search have `do_sample` false too.
    let modelChoice = modelChoice
    if let doSample = user[.doSample], doSample.value == .bool(false), !modelChoice.name.ranks,
      modelChoice.name != .contrastive
    {
      dropOtherChoices(than: .greedy, because: "\(doSample.source) sets do_sample")
      return StrategyChoice(name: .greedy, reason: "do_sample false (\(doSample.source))")
    }
    if let request = requestForSampling(insteadOf: modelChoice) {
      dropOtherChoices(
        than: .sample, because: "\(request.key) (\(request.source)) asks for sampling")
      return StrategyChoice(name: .sample, reason: "\(request.key) (\(request.source))")
    }
    if modelChoice.name.ranks {
      dropOtherChoices(than: modelChoice.name, because: "\(modelChoice.reason) asks for beams")
    }
    return modelChoice
  }

  /// The strategy that the model's files choose, where the user left it to them.
  private var modelChoice: StrategyChoice {
    let merged = model.merging(user) { $1 }
    // As transformers dispatches: candidates to choose from, and no sampling.
    let canContrast =
      merged[.doSample]?.value != .bool(true)
      && (merged[.topK]?.value.asDouble ?? 0) > 1
    if let named = model[.strategy], case .text(let text) = named.value,
      let name = StrategyName(rawValue: text),
      name != .contrastive || canContrast && merged[.penaltyAlpha] != nil
    {
      return StrategyChoice(name: name, reason: "\(SettingSource.model)")
    }
    if canContrast, let choice = Self.contrastiveChoice(merged) { return choice }
    if let choice = Self.beamChoice(merged) { return choice }
    if let temperature = model[.temperature], temperature.value.asDouble == 0 {
      return StrategyChoice(name: .greedy, reason: "temperature 0 (\(SettingSource.model))")
    }
    if let doSample = model[.doSample], doSample.value == .bool(false) {
      return StrategyChoice(name: .greedy, reason: "do_sample false (\(SettingSource.model))")
    }
    return StrategyChoice(name: .sample, reason: "\(SettingSource.default)")
  }

  /// Contrastive search, where there is a penalty for it.
  private static func contrastiveChoice(_ settings: [SettingKey: Setting]) -> StrategyChoice? {
    guard let alpha = settings[.penaltyAlpha], !isNeutral(alpha) else { return nil }
    return StrategyChoice(
      name: .contrastive, reason: "\(alpha.key) \(alpha.value) (\(alpha.source))")
  }

  /// The strategy that more than one beam, or one group of them, asks for.
  private static func beamChoice(_ settings: [SettingKey: Setting]) -> StrategyChoice? {
    for (key, name) in [
      (SettingKey.beamGroupCount, StrategyName.diverseBeam), (.beamCount, .beam),
    ] {
      if let setting = settings[key], !isNeutral(setting) {
        return StrategyChoice(name: name, reason: "\(key) \(setting.value) (\(setting.source))")
      }
    }
    return nil
  }

  /// The user's setting that only makes sense when sampling, if there is one.
  private func requestForSampling(insteadOf choice: StrategyChoice) -> Setting? {
    if let doSample = user[.doSample], doSample.value == .bool(true) { return doSample }
    // Beams have several results without being drawn, and drawing can be what the model's files choose.
    if choice.name.draws, choice.name != .sample { return nil }
    if let temperature = user[.temperature] { return temperature }
    return SettingKey.allCases.lazy
      .filter {
        $0.isForDrawing || $0 == .selection || $0 == .returnSequenceCount && !choice.name.ranks
      }
      // The candidates of the model's contrastive search.
      .filter { $0 != .topK || choice.name != .contrastive }
      .compactMap { user[$0] }
      .first { !Self.isNeutral($0) }
  }

  /// Drops the model's own choice of strategy where the user has overruled it with `name`.
  private mutating func dropOtherChoices(than name: StrategyName, because reason: String) {
    let agreeing: [SettingKey: SettingValue] = [
      .strategy: .text(name.rawValue), .doSample: .bool(name.draws),
    ]
    for key in [SettingKey.strategy, .doSample] {
      if let setting = model[key], setting.value != agreeing[key] { drop(setting, because: reason) }
    }
  }
}
