import ArgumentParser
import Decoding
import Generation

/// How to choose tokens and how many: a flag for each setting that has one.
struct SettingsOptions: ParsableArguments {
  @Option(setting: StrategyCatalogue.strategy) var strategy: GivenSetting?

  // Filters
  @Option(setting: Temperature.divisor) var temperature: GivenSetting?
  @Option(setting: TopK.count) var topK: GivenSetting?
  @Option(setting: TopP.mass) var topP: GivenSetting?
  @Option(setting: FilterOrder.parameter) var filterOrder: GivenSetting?
  @Option(setting: MinP.ratio) var minP: GivenSetting?
  @Option(setting: Typical.mass) var typicalP: GivenSetting?
  @Option(setting: EpsilonCutoff.probability) var epsilonCutoff: GivenSetting?
  @Option(setting: EtaCutoff.epsilon) var etaCutoff: GivenSetting?
  @Option(setting: TopNSigma.deviations) var topNSigma: GivenSetting?
  @Option(setting: TopH.share) var topH: GivenSetting?
  @Option(setting: XTC.probability) var xtcProbability: GivenSetting?
  @Option(setting: XTC.threshold) var xtcThreshold: GivenSetting?
  @Option(setting: DynamicTemperature.range) var dynatempRange: GivenSetting?
  @Option(setting: DynamicTemperature.exponent) var dynatempExp: GivenSetting?
  @Flag(setting: PLess.isOn) var pLess = false
  @Option(setting: MinK.fallback) var minK: GivenSetting?
  @Option(setting: AdaptiveP.target) var adaptiveP: GivenSetting?
  @Option(setting: AdaptiveP.decay) var adaptiveDecay: GivenSetting?
  @Option(setting: Mirostat.version) var mirostat: GivenSetting?
  @Option(setting: Mirostat.target) var mirostatTau: GivenSetting?
  @Option(setting: Mirostat.rate) var mirostatEta: GivenSetting?

  // Penalties, biases and bans
  @Option(setting: RepetitionPenalty.penalty) var repetitionPenalty: GivenSetting?
  @Option(setting: OccurrencePenalty.frequency) var frequencyPenalty: GivenSetting?
  @Option(setting: OccurrencePenalty.presence) var presencePenalty: GivenSetting?
  @Option(setting: PenaltyWindow.scope) var penaltyScope: GivenSetting?
  @Option(setting: PenaltyWindow.length) var repeatLastN: GivenSetting?
  @Option(setting: NoRepeatNGram.size) var noRepeatNgramSize: GivenSetting?
  @Option(setting: DRYPenalty.multiplier) var dryMultiplier: GivenSetting?
  @Option(setting: DRYPenalty.base) var dryBase: GivenSetting?
  @Option(setting: DRYPenalty.allowedLength) var dryAllowedLength: GivenSetting?
  @Option(setting: DRYPenalty.lastTokens) var dryPenaltyLastN: GivenSetting?
  @Option(setting: DRYPenalty.breakers) var drySequenceBreaker: [GivenSetting] = []
  @Option(setting: LogitBias.biases) var logitBias: [GivenSetting] = []
  @Option(setting: SequenceBias.entries) var sequenceBias: [GivenSetting] = []
  @Option(setting: BadWords.texts) var badWord: [GivenSetting] = []
  @Option(setting: SuppressTokens.tokens) var suppressTokens: [GivenSetting] = []

  // Constraints
  @OptionGroup var constraint: ConstraintOptions
  @Option(setting: SettingCatalogue.constrainAfter) var constrainAfter: GivenSetting?

  // Searches
  @Option(setting: BeamParameters.count) var numBeams: GivenSetting?
  @Option(setting: DiverseBeamSearch.groupCount) var numBeamGroups: GivenSetting?
  @Option(setting: DiverseBeamSearch.diversityPenalty) var diversityPenalty: GivenSetting?
  @Option(setting: BeamParameters.lengthPenalty) var lengthPenalty: GivenSetting?
  @Option(setting: BeamParameters.earlyStopping) var earlyStopping: GivenSetting?
  @Option(setting: BeamParameters.patience) var patience: GivenSetting?
  @Option(setting: ContrastiveSearch.penaltyAlpha) var penaltyAlpha: GivenSetting?
  @Option(setting: SettingCatalogue.guidanceScale) var guidanceScale: GivenSetting?
  @Option(setting: SettingCatalogue.negativePrompt) var negativePrompt: GivenSetting?
  @Option(setting: SettingCatalogue.promptLookupCount) var promptLookup: GivenSetting?
  @Option(setting: SettingCatalogue.jacobiCount) var jacobi: GivenSetting?

  // Diffusion
  @Option(setting: Diffusion.steps) var steps: GivenSetting?
  @Option(setting: Diffusion.blockLength) var blockLength: GivenSetting?
  @Option(setting: Diffusion.schedule) var schedule: GivenSetting?
  @Option(setting: Diffusion.acceptanceName) var acceptance: GivenSetting?
  @Option(setting: Diffusion.acceptanceThreshold) var acceptanceThreshold: GivenSetting?
  @Option(setting: Diffusion.remask) var remask: GivenSetting?

  // Lengths, samples and chance
  @Option(setting: SettingCatalogue.maxNewTokens) var maxNewTokens: GivenSetting?
  @Option(setting: SettingCatalogue.minNewTokens) var minNewTokens: GivenSetting?
  @Option(setting: SettingCatalogue.stopStrings) var stop: [GivenSetting] = []
  @Flag(setting: SettingCatalogue.ignoresEndOfSequence) var ignoreEos = false
  @Option(setting: StrategyCatalogue.resultCount) var numReturnSequences: GivenSetting?
  @Option(setting: SettingCatalogue.selection) var select: GivenSetting?
  @Option(setting: SettingCatalogue.selectionUtility) var selectUtility: GivenSetting?
  @Option(setting: SettingCatalogue.selectionAnswer) var selectAnswer: GivenSetting?
  @Option(setting: SettingCatalogue.selectionConfidence) var selectConfidence: GivenSetting?
  @Option(setting: SettingCatalogue.selectionWindow) var selectConfidenceWindow: GivenSetting?
  @Option(setting: SettingCatalogue.selectionTop) var selectConfidenceTop: GivenSetting?
  @Option(setting: SettingCatalogue.selectionBordaPower) var selectBordaPower: GivenSetting?
  @Option(setting: SettingCatalogue.seed) var seed: GivenSetting?

  @Option(
    help: ArgumentHelp(
      "Settings from YAML or JSON, such as a Hugging Face generation_config.json.",
      valueName: "file"), completion: .file())
  var config: String?

  func validate() throws { try requirePath(config, "--config") }

  /// What the flags say.
  var flags: SettingsLayer { SettingsLayer(givenSettings) }

  /// What the configuration file says; nothing without one.
  func configuration() throws(CommandFailure) -> SettingsLayer {
    guard let config else { return SettingsLayer() }
    let pairs = try ConfigurationFile.read(config)
    do throws(SettingsError) {
      return try SettingsLayer(configuration: pairs, file: config)
    } catch {
      throw .usage("\(error)")
    }
  }

  /// The settings, resolved against the configuration file's and `model`'s own.
  ///
  /// - Parameters:
  ///   - usual: whether a sampling that nobody sets anything of takes the usual temperature and filters.
  ///   - own: settings that take the place of the flags', such as those of a prompt.
  func resolve(
    over configuration: SettingsLayer, model: SettingsLayer, usual: Bool,
    own: SettingsLayer = SettingsLayer()
  ) throws(CommandFailure) -> ResolvedSettings {
    var flags = flags
    let constraints = SettingCatalogue.constraintSources
    let hasConstraint = own.settings.contains { constraints.contains($0.parameter) }
    flags.settings.removeAll { flag in
      own.settings.contains { $0.parameter == flag.parameter }
        || hasConstraint && constraints.contains(flag.parameter)
    }
    flags.settings += own.settings
    do throws(SettingsError) {
      return try SettingsResolver.resolve(
        flags: flags, configuration: configuration, model: model, usual: usual)
    } catch {
      throw .usage("\(error)")
    }
  }
}
