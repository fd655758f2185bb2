public import Generation
public import Sweeps

/// The settings that a sweep may vary: those of `generate`, and which adapter at which scale.
public struct GenerationCatalogue: SettingsCatalogue {
  /// The setting that names an adapter or several; `none` is the base model.
  public static let adapter = "lora"
  /// The factor on the adapters' own scale.
  public static let adapterScale = "lora_scale"

  /// The catalogue.
  public init() {}

  /// All names.
  public var settingNames: [String] {
    SettingKey.allCases.map(\.rawValue) + [Self.adapter, Self.adapterScale]
  }

  /// The kind of value that a setting takes; `nil` for a name that is no setting.
  public func kind(of setting: String) -> SettingKind? {
    switch setting {
    case Self.adapter: .other
    case Self.adapterScale: .number
    default: SettingKey(rawValue: setting)?.kind
    }
  }
}

extension SettingKey {
  /// What kind of value the setting takes.
  var kind: SettingKind {
    switch self {
    case .temperature, .topP, .minP, .typicalP, .epsilonCutoff, .etaCutoff, .topNSigma, .topH,
      .xtcProbability, .xtcThreshold, .dynamicTemperatureRange, .dynamicTemperatureExponent,
      .mirostatTau, .mirostatEta, .diversityPenalty, .lengthPenalty, .patience,
      .repetitionPenalty, .frequencyPenalty, .presencePenalty, .dryMultiplier, .dryBase,
      .penaltyAlpha, .guidanceScale:
      .number
    case .topK, .mirostat, .beamCount, .beamGroupCount, .repeatLastN, .dryAllowedLength,
      .dryPenaltyLastN, .noRepeatNGramSize, .maxNewTokens, .minNewTokens, .returnSequenceCount,
      .seed, .paddingToken, .promptLookupCount:
      .integer
    case .strategy, .doSample, .filterOrder, .earlyStopping, .penaltyScope,
      .drySequenceBreakers, .logitBias, .sequenceBias, .badWords, .badWordTokens,
      .suppressTokens, .beginSuppressTokens, .forcedEndOfSequence, .exponentialDecayLength,
      .stopStrings, .ignoreEndOfSequence, .endOfSequenceTokens, .selection, .selectionUtility,
      .selectionAnswer, .negativePrompt:
      .other
    }
  }

  /// Whether a comma in the setting's flag stands between values to try, not within one.
  public var takesCommaLists: Bool {
    switch self {
    case .strategy, .filterOrder, .earlyStopping, .penaltyScope, .selection, .selectionUtility,
      .selectionAnswer:
      true
    default: kind != .other
    }
  }

  /// Whether the setting may have led to `strategy`, so that it has an effect though the strategy doesn't read it.
  func mayHaveChosen(_ strategy: StrategyName) -> Bool {
    switch self {
    case .strategy, .doSample, .beamCount, .beamGroupCount, .penaltyAlpha: true
    case .temperature: strategy == .greedy
    default: false
    }
  }
}
