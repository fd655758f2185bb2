public import Decoding
public import LanguageModeling

extension GenerationSettings {
  /// The strategy with its parameters.
  ///
  /// - Throws: `DecodingFailure.invalidParameter(_:reason:)` for a value out of its range.
  public func decodingStrategy() throws(DecodingFailure) -> any DecodingStrategy {
    let ends = parameters.ignoresEndOfSequence ? [] : Set(parameters.endOfSequenceTokens)
    return try strategy.make(parameters, StrategySources(endOfSequenceCount: ends.count))
  }

  /// The filters that say which tokens could come next: those of sampling, the best token alone of greedy search, the
  /// best few of contrastive search, none of beams. `nil` where what they leave depends on what was drawn before.
  ///
  /// - Throws: `DecodingFailure.invalidParameter(_:reason:)` for a value out of its range.
  public func supportFilters() throws(DecodingFailure) -> [any Filter]? {
    try strategy.supportFilters(parameters)
  }

  /// What ranks the samples of a prompt, if anything does.
  public var sampleSelection: (any SampleSelection)? {
    switch parameters.selection {
    case .minimumBayesRisk: MinimumBayesRisk(utility: parameters.selectionUtility.utility)
    case .vote: SelfConsistency(answer: parameters.selectionAnswer.answer)
    case nil: nil
    }
  }

  /// A request to continue `prompt` under these settings.
  ///
  /// - Parameters:
  ///   - prompt: the tokens that the model is fed, at least one.
  ///   - processors: what ``processors(tokenizer:)`` makes, once for all prompts; `nil`: they are made here, which
  ///     settings that hold texts refuse.
  ///   - seed: takes the place of the settings' own where that is `nil`.
  ///   - report: what to report about each token.
  ///   - negativePrompt: the tokens of the negative prompt, where there is one: what `Tokenizer.encodePrompt` makes of it.
  /// - Throws: `DecodingFailure` for a value out of its range, and for texts without a tokenizer.
  public func request(
    prompt: [TokenID], processors: [any LogitsProcessor]? = nil, seed: UInt64 = 0,
    report: TokenReport = TokenReport(), negativePrompt: [TokenID]? = nil
  ) throws(DecodingFailure) -> GenerationRequest {
    guard (negativePrompt == nil) == (parameters.negativePrompt == nil) else {
      throw .conflict(
        "the negative prompt comes as a text in the settings and as its tokens in the request;"
          + " give both or neither")
    }
    let made =
      if let processors { processors } else { try self.processors(tokenizer: nil) }
    return GenerationRequest(
      DecodingRequest(
        prompt: prompt, strategy: try decodingStrategy(),
        samples: strategy.ranks ? [0] : Array(0..<parameters.returnSequenceCount),
        seed: parameters.seed ?? seed,
        stopRules: StopRules(
          endOfSequence: Set(parameters.endOfSequenceTokens),
          maxNewTokens: parameters.newTokenLimit,
          minNewTokens: parameters.minNewTokens,
          ignoresEndOfSequence: parameters.ignoresEndOfSequence),
        processors: made,
        guidance: parameters.guidanceScale == 1
          ? nil : Guidance(scale: parameters.guidanceScale, negativePrompt: negativePrompt),
        report: report, draftLimit: parameters.promptLookupCount),
      stopStrings: parameters.stopStrings, selection: sampleSelection)
  }
}
