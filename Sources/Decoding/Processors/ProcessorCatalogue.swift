/// The processors, and the order in which they run.
public enum ProcessorCatalogue {
  /// transformers' order (`_get_logits_processor`); processors that it lacks stand where llama.cpp runs them.
  /// The minimum of new tokens is a stop rule, applied before all of them.
  static let entries: [ProcessorEntry] = [
    LogitBias.entry, SequenceBias.entry, RepetitionPenalty.entry, OccurrencePenalty.entry,
    DRYPenalty.entry, NoRepeatNGram.entry, BadWords.entry, AllowedTokens.entry,
    ForcedEndOfSequence.entry, ExponentialDecayLength.entry, SuppressTokens.entry,
    BeginSuppressTokens.entry,
  ]

  /// The parameters of all processors, in the order of reports.
  public static let parameters: [AnyParameter] = [
    RepetitionPenalty.entry, OccurrencePenalty.entry, DRYPenalty.entry, NoRepeatNGram.entry,
    LogitBias.entry, SequenceBias.entry, BadWords.entry, SuppressTokens.entry,
    BeginSuppressTokens.entry, ForcedEndOfSequence.entry, ExponentialDecayLength.entry,
  ].flatMap(\.parameters)

  /// The processors that `parameters` turn on, in the order in which they run.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` for a parameter outside its range, and what the sources
  ///   throw.
  public static func processors(
    _ parameters: Parameters, sources: ProcessorSources = ProcessorSources()
  ) throws(DecodingFailure) -> [any LogitsProcessor] {
    var processors: [any LogitsProcessor] = []
    for entry in entries {
      if let processor = try entry.make(parameters, sources) { processors.append(processor) }
    }
    return processors
  }
}
