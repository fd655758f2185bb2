import Decoding
import LanguageModeling

extension SettingsResolver {
  /// The value of a setting that nobody gave; `nil` for the seed, which is drawn, for keys that only help to infer the
  /// strategy, and for those that are another's to choose.
  static func `default`(of key: SettingKey) -> Setting? {
    let value: SettingValue? =
      switch key {
      case .strategy, .doSample, .paddingToken, .negativePrompt, .seed: nil
      case .temperature: .number(1)
      case .topK: .integer(0)
      case .topP, .typicalP, .dynamicTemperatureExponent: .number(1)
      case .minP, .epsilonCutoff, .etaCutoff, .topNSigma, .xtcProbability,
        .dynamicTemperatureRange:
        .number(0)
      case .xtcThreshold: .number(0.1)
      case .topH: .null
      case .penaltyAlpha: .number(0)
      case .filterOrder: .text("huggingface")
      case .beamCount, .beamGroupCount: .integer(1)
      case .diversityPenalty: .number(0)
      case .lengthPenalty: .number(1)
      case .earlyStopping: .bool(false)
      case .maxNewTokens: .integer(128)
      case .minNewTokens: .integer(0)
      case .guidanceScale, .repetitionPenalty: .number(1)
      case .frequencyPenalty, .presencePenalty: .number(0)
      case .penaltyScope: .text(PenaltyScope.all.rawValue)
      case .repeatLastN: .integer(-1)
      case .dryMultiplier: .number(0)
      case .dryBase: .number(DRYPenalty.usualBase)
      case .dryAllowedLength: .integer(DRYPenalty.usualAllowedLength)
      case .dryPenaltyLastN: .integer(-1)
      case .drySequenceBreakers:
        .list(GenerationSettings.usualDRYSequenceBreakers.map(SettingValue.text))
      case .noRepeatNGramSize: .integer(0)
      case .logitBias, .sequenceBias, .badWordTokens, .forcedEndOfSequence,
        .exponentialDecayLength:
        .null
      case .stopStrings, .endOfSequenceTokens, .suppressTokens, .beginSuppressTokens, .badWords:
        .list([])
      case .mirostat: .integer(0)
      case .mirostatTau: .number(Mirostat.usualTarget)
      case .mirostatEta: .number(Mirostat.usualRate)
      case .patience: .number(1)
      case .ignoreEndOfSequence: .bool(false)
      case .returnSequenceCount: .integer(1)
      case .selection: .null
      case .selectionUtility: .text(UtilityName.chrF.rawValue)
      case .selectionAnswer: .text(AnswerExtraction.number.rawValue)
      case .promptLookupCount: .integer(0)
      }
    return value.map { Setting(key, $0, from: .default) }
  }

  /// Whether the value does nothing, so that no strategy can be said to ignore it.
  static func isNeutral(_ setting: Setting) -> Bool {
    guard let neutral = Self.default(of: setting.key) else { return false }
    if setting.key == .topNSigma, let count = setting.value.asDouble, count <= 0 { return true }
    if neutral.value.isEmpty && setting.value.isEmpty { return true }
    return setting.value.means(neutral.value)
  }

  /// Whether the value has the setting's type and lies in its range.
  static func accepts(_ setting: Setting) -> Bool {
    let value = setting.value
    switch setting.key {
    case .strategy:
      guard case .text(let text) = value else { return false }
      return StrategyName(rawValue: text) != nil
    case .doSample, .ignoreEndOfSequence:
      if case .bool = value { return true }
      return false
    case .temperature:
      guard let number = value.asDouble else { return false }
      return number == 0 || (number > 0 && Float(number).isNormal)
    case .minP, .xtcProbability, .xtcThreshold, .penaltyAlpha:
      guard let number = value.asDouble else { return false }
      return number >= 0 && number <= 1
    case .epsilonCutoff, .etaCutoff:
      guard let number = value.asDouble else { return false }
      return number >= 0 && number < 1
    case .dynamicTemperatureRange, .dynamicTemperatureExponent, .dryMultiplier, .mirostatTau,
      .mirostatEta:
      guard let number = value.asDouble else { return false }
      return number >= 0 && Float(number).isFinite
    case .topNSigma:
      guard let number = value.asDouble else { return false }
      return Float(number).isFinite
    case .topP, .typicalP, .topH:
      guard let number = value.asDouble else { return false }
      return number > 0 && number <= 1 && Float(number).isNormal
    case .repetitionPenalty:
      guard let number = value.asDouble else { return false }
      return number > 0 && Float(number).isNormal
    case .negativePrompt:
      if case .text = value { return true }
      return false
    case .frequencyPenalty, .presencePenalty, .guidanceScale:
      guard let number = value.asDouble else { return false }
      return Float(number).isFinite
    case .penaltyScope:
      guard case .text(let text) = value else { return false }
      return PenaltyScope(rawValue: text) != nil
    case .dryBase:
      guard let number = value.asDouble else { return false }
      return number >= 1 && number.isFinite
    case .mirostat:
      guard case .integer(let number) = value else { return false }
      return number == 0 || Mirostat.Version(rawValue: number) != nil
    case .patience:
      guard let number = value.asDouble else { return false }
      return number > 0 && number <= 1024
    case .repeatLastN, .dryPenaltyLastN:
      guard case .integer(let number) = value else { return false }
      return number >= -1
    case .noRepeatNGramSize, .topK, .maxNewTokens, .minNewTokens, .dryAllowedLength:
      guard case .integer(let number) = value else { return false }
      return number >= 0
    case .lengthPenalty:
      return value.asDouble?.isFinite ?? false
    case .diversityPenalty:
      guard let number = value.asDouble else { return false }
      return number >= 0 && number.isFinite
    case .earlyStopping:
      return earlyStopping(of: value) != nil
    case .paddingToken:
      guard case .integer = value else { return false }
      return tokens(of: value) != nil
    case .beamCount, .beamGroupCount, .returnSequenceCount:
      guard case .integer(let number) = value else { return false }
      return (1...1024).contains(number)
    case .selection:
      return SelectionName(value) != nil
    case .selectionUtility:
      return UtilityName(value) != nil
    case .selectionAnswer:
      return AnswerExtraction(value) != nil
    case .promptLookupCount:
      guard case .integer(let number) = value else { return false }
      return (0...1024).contains(number)
    case .filterOrder:
      return filterOrder(of: value) != nil
    case .stopStrings, .drySequenceBreakers, .badWords:
      return texts(of: value) != nil
    case .endOfSequenceTokens, .suppressTokens, .beginSuppressTokens, .forcedEndOfSequence:
      return tokens(of: value) != nil
    case .badWordTokens:
      return tokenLists(of: value) != nil
    case .logitBias:
      return logitBias(of: value) != nil
    case .sequenceBias:
      return sequenceBias(of: value) != nil
    case .exponentialDecayLength:
      return exponentialDecayLength(of: value) != nil
    case .seed:
      return seed(of: value) != nil
    }
  }

  /// The order that a text spells.
  static func filterOrder(of value: SettingValue) -> FilterOrder? {
    guard case .text(let text) = value else { return nil }
    return try? FilterOrder(parsing: text)
  }

  /// A truth value, or `never`.
  static func earlyStopping(of value: SettingValue) -> EarlyStopping? {
    switch value {
    case .bool(let isImmediate): isImmediate ? .immediate : .heuristic
    case .text(let text): EarlyStopping(rawValue: text)
    default: nil
    }
  }

  /// One text or a list of them, none empty.
  static func texts(of value: SettingValue) -> [String]? {
    let values = if case .list(let list) = value { list } else { [value] }
    var texts: [String] = []
    for case .text(let text) in values where !text.isEmpty { texts.append(text) }
    return texts.count == values.count ? texts : nil
  }

  /// One token id or a list of them.
  static func tokens(of value: SettingValue) -> [TokenID]? {
    let values = if case .list(let list) = value { list } else { [value] }
    var tokens: [TokenID] = []
    for case .integer(let number) in values {
      if let token = TokenID(exactly: number), token >= 0 { tokens.append(token) }
    }
    return tokens.count == values.count ? tokens : nil
  }

  /// A whole number from 0.
  static func seed(of value: SettingValue) -> UInt64? {
    switch value {
    case .integer(let number): UInt64(exactly: number)
    case .unsigned(let number): number
    default: nil
    }
  }
}

extension RawRepresentable<String> {
  /// The case that a text names.
  fileprivate init?(_ value: SettingValue) {
    guard case .text(let text) = value else { return nil }
    self.init(rawValue: text)
  }
}

extension GenerationSettings {
  /// The settings of checked values.
  init(strategy: StrategyName, values: [SettingKey: Setting]) {
    self.strategy = strategy
    func integer(_ key: SettingKey, _ fallback: Int) -> Int {
      if case .integer(let value)? = values[key]?.value { value } else { fallback }
    }
    temperature = values[.temperature]?.value.asDouble ?? temperature
    topK = integer(.topK, topK)
    func number(_ key: SettingKey, _ fallback: Double) -> Double {
      values[key]?.value.asDouble ?? fallback
    }
    func texts(_ key: SettingKey) -> [String]? {
      values[key].flatMap { SettingsResolver.texts(of: $0.value) }
    }
    func tokens(_ key: SettingKey) -> [TokenID] {
      values[key].flatMap { SettingsResolver.tokens(of: $0.value) } ?? []
    }
    topP = number(.topP, topP)
    minP = number(.minP, minP)
    typicalP = number(.typicalP, typicalP)
    epsilonCutoff = number(.epsilonCutoff, epsilonCutoff)
    etaCutoff = number(.etaCutoff, etaCutoff)
    topNSigma = number(.topNSigma, topNSigma)
    topH = values[.topH]?.value.asDouble
    xtcProbability = number(.xtcProbability, xtcProbability)
    xtcThreshold = number(.xtcThreshold, xtcThreshold)
    dynamicTemperatureRange = number(.dynamicTemperatureRange, dynamicTemperatureRange)
    dynamicTemperatureExponent = number(.dynamicTemperatureExponent, dynamicTemperatureExponent)
    filterOrder =
      values[.filterOrder].flatMap { SettingsResolver.filterOrder(of: $0.value) } ?? filterOrder
    guidanceScale = number(.guidanceScale, guidanceScale)
    if case .text(let text)? = values[.negativePrompt]?.value { negativePrompt = text }
    repetitionPenalty = number(.repetitionPenalty, repetitionPenalty)
    frequencyPenalty = number(.frequencyPenalty, frequencyPenalty)
    presencePenalty = number(.presencePenalty, presencePenalty)
    if case .text(let text)? = values[.penaltyScope]?.value {
      penaltyScope = PenaltyScope(rawValue: text) ?? penaltyScope
    }
    repeatLastN = integer(.repeatLastN, repeatLastN)
    dryMultiplier = number(.dryMultiplier, dryMultiplier)
    dryBase = number(.dryBase, dryBase)
    dryAllowedLength = integer(.dryAllowedLength, dryAllowedLength)
    dryPenaltyLastN = integer(.dryPenaltyLastN, dryPenaltyLastN)
    drySequenceBreakers = texts(.drySequenceBreakers) ?? drySequenceBreakers
    noRepeatNGramSize = integer(.noRepeatNGramSize, noRepeatNGramSize)
    logitBias = values[.logitBias].flatMap { SettingsResolver.logitBias(of: $0.value) } ?? [:]
    sequenceBias =
      values[.sequenceBias].flatMap { SettingsResolver.sequenceBias(of: $0.value) } ?? []
    badWords = texts(.badWords) ?? []
    badWordTokens =
      values[.badWordTokens].flatMap { SettingsResolver.tokenLists(of: $0.value) } ?? []
    suppressedTokens = tokens(.suppressTokens)
    beginSuppressedTokens = tokens(.beginSuppressTokens)
    forcedEndOfSequence = tokens(.forcedEndOfSequence)
    exponentialDecayLength = values[.exponentialDecayLength].flatMap {
      SettingsResolver.exponentialDecayLength(of: $0.value)
    }
    mirostat = Mirostat.Version(rawValue: integer(.mirostat, 0))
    mirostatTau = number(.mirostatTau, mirostatTau)
    mirostatEta = number(.mirostatEta, mirostatEta)
    patience = number(.patience, patience)
    penaltyAlpha = number(.penaltyAlpha, penaltyAlpha)
    beamCount = integer(.beamCount, beamCount)
    beamGroupCount = integer(.beamGroupCount, beamGroupCount)
    diversityPenalty = number(.diversityPenalty, diversityPenalty)
    lengthPenalty = number(.lengthPenalty, lengthPenalty)
    earlyStopping =
      values[.earlyStopping].flatMap { SettingsResolver.earlyStopping(of: $0.value) }
      ?? earlyStopping
    paddingToken = values[.paddingToken].flatMap { SettingsResolver.tokens(of: $0.value)?.first }
    maxNewTokens = integer(.maxNewTokens, maxNewTokens)
    minNewTokens = integer(.minNewTokens, minNewTokens)
    stopStrings = texts(.stopStrings) ?? []
    ignoresEndOfSequence = values[.ignoreEndOfSequence]?.value == .bool(true)
    endOfSequenceTokens = tokens(.endOfSequenceTokens)
    returnSequenceCount = integer(.returnSequenceCount, returnSequenceCount)
    selection = values[.selection].flatMap { SelectionName($0.value) }
    selectionUtility =
      values[.selectionUtility].flatMap { UtilityName($0.value) } ?? selectionUtility
    selectionAnswer =
      values[.selectionAnswer].flatMap { AnswerExtraction($0.value) } ?? selectionAnswer
    promptLookupCount = integer(.promptLookupCount, promptLookupCount)
    seed = values[.seed].flatMap { SettingsResolver.seed(of: $0.value) }
  }
}
