import LanguageModeling

extension DecodingRequest {
  /// Refuses a request that makes no sense over a model with this vocabulary and context, whoever decodes it.
  func check(vocabularyCount: Int, contextLength: Int) throws(DecodingFailure) {
    guard !prompt.isEmpty else { throw .emptyPrompt }
    guard prompt.count <= contextLength else {
      throw .promptTooLong(length: prompt.count, limit: contextLength)
    }
    for token in prompt where token < 0 || token >= vocabularyCount {
      throw .tokenOutOfRange(token, vocabularyCount: vocabularyCount)
    }
    guard stopRules.maxNewTokens >= 0 else {
      throw .invalidParameter(
        "max new tokens", reason: "is \(stopRules.maxNewTokens); it must be at least 0")
    }
    guard stopRules.minNewTokens <= stopRules.maxNewTokens else {
      throw .conflict(
        "at least \(stopRules.minNewTokens) new tokens and at most"
          + " \(stopRules.maxNewTokens) can't both be; raise the limit or lower the minimum")
    }
    guard report.alternatives >= 0 else {
      throw .invalidParameter(
        "alternatives", reason: "is \(report.alternatives); it must be at least 0")
    }
    guard promptAlternatives ?? 0 >= 0 else {
      throw .invalidParameter(
        "prompt alternatives", reason: "is \(promptAlternatives ?? 0); it must be at least 0")
    }
    guard Set(samples).count == samples.count else {
      throw .invalidParameter("samples", reason: "names a sample twice")
    }
    for processor in processors {
      try processor.validate(self, vocabularyCount: vocabularyCount)
    }
    try constraint?.validate(vocabularyCount: vocabularyCount)
    try strategy.validate(self)
    try checkGuidance(vocabularyCount: vocabularyCount, contextLength: contextLength)
  }

  /// Refuses guidance that makes no sense.
  private func checkGuidance(
    vocabularyCount: Int, contextLength: Int
  ) throws(DecodingFailure) {
    guard let guidance = guidance else { return }
    guard Float(guidance.scale).isFinite else {
      throw .invalidParameter(
        "guidance scale", reason: "is \(guidance.scale); it must be a finite number")
    }
    guard let negative = guidance.negativePrompt else { return }
    guard !negative.isEmpty else {
      throw .invalidParameter(
        "negative prompt",
        reason: "holds no tokens; give at least the beginning-of-sequence token, or leave it out")
    }
    guard negative.count <= contextLength else {
      throw .invalidParameter(
        "negative prompt",
        reason: "has \(negative.count) tokens and the context holds \(contextLength); shorten it")
    }
    for token in negative where token < 0 || token >= vocabularyCount {
      throw .tokenOutOfRange(token, vocabularyCount: vocabularyCount)
    }
  }
}
