import Constraints
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
  ///
  /// - Parameters:
  ///   - prompt: the prompt's tokens.
  ///   - seed: that of the samples' noise.
  public func sampleSelection(prompt: [TokenID], seed: UInt64) -> (any SampleSelection)? {
    switch parameters.selection {
    case .minimumBayesRisk: MinimumBayesRisk(utility: parameters.selectionUtility.utility)
    case .vote:
      SelfConsistency(
        confidence: parameters.selectionConfidence, answer: parameters.selectionAnswer.answer)
    case .weight: ImportanceResampling(seed: seed, prompt: prompt)
    case nil: nil
    }
  }

  /// The constraint, where there is one.
  ///
  /// - Throws: `DecodingFailure.conflict(_:)` where it is in a file that wasn't read, and what `ConstraintLibrary` throws,
  ///   as a `DecodingFailure.invalidParameter(_:reason:)`.
  public func constraint(
    in library: ConstraintLibrary
  ) throws(DecodingFailure) -> TextConstraint? {
    guard let setting = parameters.constraintSetting else { return nil }
    guard let source = parameters.constraintSource else {
      throw .conflict(
        "\(setting) is the path of a file; read it, or give what it holds")
    }
    do throws(ConstraintError) {
      return try library.constraint(
        source, after: parameters.constrainAfter, ends: Set(parameters.endOfSequenceTokens))
    } catch {
      throw .invalidParameter("\(setting)", reason: "\(error)")
    }
  }

  /// A request to continue `prompt` under these settings.
  ///
  /// - Parameters:
  ///   - prompt: the tokens that the model is fed, at least one.
  ///   - processors: what ``processors(tokenizer:)`` makes, once for all prompts; `nil`: they are made here, which
  ///     settings that hold texts refuse.
  ///   - seed: takes the place of the settings' own where that is `nil`.
  ///   - constraint: what ``constraint(in:)`` makes, once for all prompts.
  ///   - report: what to report about each token.
  ///   - negativePrompt: the tokens of the negative prompt, where there is one: what `Tokenizer.encodePrompt` makes of it.
  /// - Throws: `DecodingFailure` for a value out of its range, and for texts without a tokenizer.
  public func request(
    prompt: [TokenID], processors: [any LogitsProcessor]? = nil,
    constraint: TextConstraint? = nil, seed: UInt64 = 0, report: TokenReport = TokenReport(),
    negativePrompt: [TokenID]? = nil
  ) throws(DecodingFailure) -> GenerationRequest {
    guard (negativePrompt == nil) == (parameters.negativePrompt == nil) else {
      throw .conflict(
        "the negative prompt comes as a text in the settings and as its tokens in the request;"
          + " give both or neither")
    }
    guard constraint != nil || parameters.constraintSetting == nil else {
      throw .conflict(
        "a constraint is a text in the settings; make it with a tokenizer first, and hand it to the"
          + " request")
    }
    let isJacobi = parameters.jacobiCount > 0
    guard !isJacobi || parameters.promptLookupCount == 0 else {
      throw .conflict(
        "jacobi_num_tokens and prompt_lookup_num_tokens would both draft; set one of them")
    }
    var report = report
    if parameters.selection == .weight { report.constraintLogProbability = true }
    if parameters.selection == .vote, let confidence = parameters.selectionConfidence {
      report.confidence = confidence.measure.token
    }
    let seed = parameters.seed ?? seed
    let made =
      if let processors { processors } else { try self.processors(tokenizer: nil) }
    return GenerationRequest(
      DecodingRequest(
        prompt: prompt, strategy: try decodingStrategy(),
        samples: strategy.ranks ? [0] : Array(0..<parameters.returnSequenceCount),
        seed: seed,
        stopRules: StopRules(
          endOfSequence: Set(parameters.endOfSequenceTokens),
          maxNewTokens: parameters.newTokenLimit,
          minNewTokens: parameters.minNewTokens,
          ignoresEndOfSequence: parameters.ignoresEndOfSequence),
        constraint: constraint?.after(prompt: prompt), processors: made,
        guidance: parameters.guidanceScale == 1
          ? nil : Guidance(scale: parameters.guidanceScale, negativePrompt: negativePrompt),
        report: report,
        draftLimit: isJacobi ? parameters.jacobiCount : parameters.promptLookupCount,
        drafter: isJacobi ? JacobiIteration() : nil),
      stopStrings: parameters.stopStrings,
      selection: sampleSelection(prompt: prompt, seed: seed))
  }
}
