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
      if let mirostat {
        return Mirostat(
          mirostat, target: mirostatTau, rate: mirostatEta,
          temperature: temperature == 1 ? nil : try Temperature(temperature))
      }
      return Sampling(filters: try filterOrder.filters(filterSettings))
    case .beam:
      return BeamSearch(
        beamCount: beamCount, lengthPenalty: lengthPenalty, earlyStopping: earlyStopping,
        resultCount: returnSequenceCount, patience: patience)
    case .diverseBeam:
      return DiverseBeamSearch(
        beamCount: beamCount, groupCount: beamGroupCount, diversityPenalty: diversityPenalty,
        lengthPenalty: lengthPenalty, earlyStopping: earlyStopping,
        resultCount: returnSequenceCount, patience: patience, paddingToken: paddingToken)
    case .beamSample:
      // transformers' `min_tokens_to_keep`: enough for a beam to go on whatever ends.
      let ends = ignoresEndOfSequence ? 0 : Set(endOfSequenceTokens).count
      return BeamSampling(
        beamCount: beamCount,
        filters: try filterOrder.filters(filterSettings, minimumKept: max(2, ends + 1)),
        lengthPenalty: lengthPenalty, earlyStopping: earlyStopping,
        resultCount: returnSequenceCount, patience: patience)
    case .stochasticBeam:
      return StochasticBeamSearch(
        beamCount: beamCount, filters: try filterOrder.filters(filterSettings))
    case .arithmetic:
      return ArithmeticSampling(
        codeCount: returnSequenceCount, filters: try filterOrder.filters(filterSettings))
    case .contrastive:
      return ContrastiveSearch(penaltyAlpha: penaltyAlpha, candidateCount: topK)
    }
  }

  /// The most sequences of the model that a request under these settings advances in one step.
  public var sequenceCount: Int {
    let hypotheses =
      switch strategy {
      case .greedy, .sample, .arithmetic: returnSequenceCount
      case .beam, .diverseBeam, .beamSample, .stochasticBeam: beamCount
      case .contrastive: topK
      }
    guard guidanceScale != 1 else { return hypotheses }
    // A number of candidates has no limit of its own here.
    let (doubled, isBeyond) = hypotheses.multipliedReportingOverflow(by: 2)
    return isBeyond ? .max : doubled
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

  /// What ranks the samples of a prompt, if anything does.
  public var sampleSelection: (any SampleSelection)? {
    switch selection {
    case .minimumBayesRisk: MinimumBayesRisk(utility: selectionUtility.utility)
    case .vote: SelfConsistency(answer: selectionAnswer.answer)
    case nil: nil
    }
  }

  /// A request to continue `prompt` under these settings.
  ///
  /// - Parameters:
  ///   - prompt: the tokens that the model is fed, at least one.
  ///   - processors: what ``processors(tokenizer:)`` makes, once for all prompts; `nil`: they are made here, which
  ///     settings that hold texts refuse.
  ///   - seed: takes the place of ``seed`` where that is `nil`.
  ///   - report: what is to be found out about each token.
  ///   - negativePrompt: the tokens of ``negativePrompt``, where there is one: what `Tokenizer.encodePrompt` makes of it.
  /// - Throws: ``DecodingError`` for a value out of its range, and for texts without a tokenizer.
  public func request(
    prompt: [TokenID], processors: [any LogitsProcessor]? = nil, seed: UInt64 = 0,
    report: TokenReport = TokenReport(), negativePrompt: [TokenID]? = nil
  ) throws(DecodingError) -> GenerationRequest {
    guard (negativePrompt == nil) == (self.negativePrompt == nil) else {
      throw .conflict(
        "the negative prompt comes as a text in the settings and as its tokens in the request;"
          + " give both or neither")
    }
    let made =
      if let processors { processors } else { try self.processors(tokenizer: nil) }
    return GenerationRequest(
      DecodingRequest(
        prompt: prompt, strategy: try decodingStrategy(),
        samples: strategy.ranks ? [0] : Array(0..<returnSequenceCount),
        seed: self.seed ?? seed,
        stopRules: StopRules(
          endOfSequence: Set(endOfSequenceTokens), maxNewTokens: maxNewTokens,
          minNewTokens: minNewTokens, ignoresEndOfSequence: ignoresEndOfSequence),
        processors: made,
        guidance: guidanceScale == 1
          ? nil : Guidance(scale: guidanceScale, negativePrompt: negativePrompt),
        report: report, draftLimit: promptLookupCount),
      stopStrings: stopStrings, selection: sampleSelection)
  }
}
