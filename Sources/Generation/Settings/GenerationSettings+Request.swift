public import Decoding
public import LanguageModeling

extension GenerationSettings {
  /// The strategy with its parameters.
  ///
  /// - Throws: ``DecodingError/invalidParameter(_:reason:)`` for a value out of its range.
  public func decodingStrategy() throws(DecodingError) -> any DecodingStrategy {
    switch strategy {
    case .greedy:
      return GreedySearch()
    case .sample:
      return Sampling(filters: try filterOrder.filters(filterSettings))
    case .beam:
      return BeamSearch(
        beamCount: beamCount, lengthPenalty: lengthPenalty, earlyStopping: earlyStopping,
        resultCount: returnSequenceCount)
    case .diverseBeam:
      return DiverseBeamSearch(
        beamCount: beamCount, groupCount: beamGroupCount, diversityPenalty: diversityPenalty,
        lengthPenalty: lengthPenalty, earlyStopping: earlyStopping,
        resultCount: returnSequenceCount, paddingToken: paddingToken)
    case .beamSample:
      // transformers' `min_tokens_to_keep`: enough for a beam to go on whatever ends.
      let ends = ignoresEndOfSequence ? 0 : Set(endOfSequenceTokens).count
      return BeamSampling(
        beamCount: beamCount,
        filters: try filterOrder.filters(filterSettings, minimumKept: max(2, ends + 1)),
        lengthPenalty: lengthPenalty, earlyStopping: earlyStopping,
        resultCount: returnSequenceCount)
    }
  }

  /// The parameters of the penalties and masks.
  public var processorSettings: ProcessorSettings {
    var processors = ProcessorSettings()
    processors.repetitionPenalty = repetitionPenalty
    processors.frequencyPenalty = frequencyPenalty
    processors.presencePenalty = presencePenalty
    processors.penaltyScope = penaltyScope
    processors.repeatLastN = repeatLastN
    processors.noRepeatNGramSize = noRepeatNGramSize
    processors.suppressTokens = suppressedTokens
    return processors
  }

  /// The parameters of the filters.
  public var filterSettings: FilterSettings {
    FilterSettings(
      temperature: temperature, topK: topK, topP: topP, minP: minP, typicalP: typicalP,
      epsilonCutoff: epsilonCutoff, etaCutoff: etaCutoff, topNSigma: topNSigma, topH: topH,
      xtcProbability: xtcProbability, xtcThreshold: xtcThreshold,
      dynamicTemperatureRange: dynamicTemperatureRange,
      dynamicTemperatureExponent: dynamicTemperatureExponent)
  }

  /// A request to continue `prompt` under these settings.
  ///
  /// - Parameters:
  ///   - prompt: the tokens that the model is fed, at least one.
  ///   - seed: takes the place of ``seed`` where that is `nil`.
  ///   - report: what is to be found out about each token.
  /// - Throws: ``DecodingError/invalidParameter(_:reason:)`` for a value out of its range.
  public func request(
    prompt: [TokenID], seed: UInt64 = 0, report: TokenReport = TokenReport()
  ) throws(DecodingError) -> GenerationRequest {
    GenerationRequest(
      prompt: prompt, strategy: try decodingStrategy(),
      samples: strategy.ranks ? [0] : Array(0..<returnSequenceCount),
      seed: self.seed ?? seed,
      stopRules: StopRules(
        endOfSequence: Set(endOfSequenceTokens), maxNewTokens: maxNewTokens,
        minNewTokens: minNewTokens, ignoresEndOfSequence: ignoresEndOfSequence),
      stopStrings: stopStrings, processors: try processorSettings.processors(), report: report,
      draftLimit: promptLookupCount)
  }
}
