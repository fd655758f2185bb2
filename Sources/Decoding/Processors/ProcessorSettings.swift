public import LanguageModeling

/// The parameters of the processors, and their order. `nil` and the neutral value that is named with each are off.
public struct ProcessorSettings: Sendable {
  /// ``LogitBias``; empty is off.
  public var logitBias: [TokenID: Double] = [:]
  /// ``SequenceBias``; empty is off.
  public var sequenceBias: [SequenceBias.Entry] = []
  /// ``RepetitionPenalty``; 1 is off.
  public var repetitionPenalty: Double?
  /// The frequency penalty of ``OccurrencePenalty``; 0 is off.
  public var frequencyPenalty: Double?
  /// The presence penalty of ``OccurrencePenalty``; 0 is off.
  public var presencePenalty: Double?
  /// The scope of these three penalties; all unless given.
  public var penaltyScope: PenaltyScope?
  /// The window of these three penalties: the whole sequence unless given, and at −1; 0 turns them off, as in
  /// llama.cpp.
  public var repeatLastN: Int?
  /// The multiplier of ``DRYPenalty``; 0 is off.
  public var dryMultiplier: Double?
  /// The base of ``DRYPenalty``; 1.75 unless given.
  public var dryBase: Double?
  /// The allowed length of ``DRYPenalty``; 2 unless given.
  public var dryAllowedLength: Int?
  /// The window of ``DRYPenalty``: the whole sequence unless given, and at −1; 0 turns it off.
  public var dryPenaltyLastN: Int?
  /// The breakers of ``DRYPenalty``.
  public var drySequenceBreakers: [[TokenID]] = []
  /// ``NoRepeatNGram``; 0 is off.
  public var noRepeatNGramSize: Int?
  /// ``BadWords``; empty is off.
  public var badWords: [[TokenID]] = []
  /// ``AllowedTokens``.
  public var allowedTokens: AllowedTokens?
  /// ``ForcedEndOfSequence``; empty is off.
  public var forcedEndOfSequence: [TokenID] = []
  /// ``ExponentialDecayLength``.
  public var exponentialDecayLength: ExponentialDecayLength?
  /// ``SuppressTokens``; empty is off.
  public var suppressTokens: [TokenID] = []
  /// ``BeginSuppressTokens``; empty is off.
  public var beginSuppressTokens: [TokenID] = []

  /// Settings with everything off.
  public init() {}

  /// The processors that are on, in transformers' order (`_get_logits_processor`); what it doesn't have stands where
  /// llama.cpp has it beside the rest: logit bias, sequence bias, repetition, frequency and presence, DRY, n-grams,
  /// bad words, allowed tokens, forced end of sequence, exponential decay, suppressed tokens, tokens
  /// suppressed at the beginning. The minimum of new tokens is a stop rule, applied before all of them.
  ///
  /// - Throws: ``DecodingError/invalidParameter(_:reason:)`` for a setting outside its range.
  public func processors() throws(DecodingError) -> [any LogitsProcessor] {
    var processors: [any LogitsProcessor] = []
    if !logitBias.isEmpty { processors.append(try LogitBias(logitBias)) }
    if !sequenceBias.isEmpty { processors.append(try SequenceBias(sequenceBias)) }
    processors += try penalties()
    if let noRepeatNGramSize, noRepeatNGramSize != 0 {
      processors.append(try NoRepeatNGram(noRepeatNGramSize))
    }
    if !badWords.isEmpty { processors.append(try BadWords(badWords)) }
    if let allowedTokens { processors.append(allowedTokens) }
    if !forcedEndOfSequence.isEmpty {
      processors.append(try ForcedEndOfSequence(forcedEndOfSequence))
    }
    if let exponentialDecayLength { processors.append(exponentialDecayLength) }
    if !suppressTokens.isEmpty { processors.append(SuppressTokens(suppressTokens)) }
    if !beginSuppressTokens.isEmpty {
      processors.append(BeginSuppressTokens(beginSuppressTokens))
    }
    return processors
  }

  private func penalties() throws(DecodingError) -> [any LogitsProcessor] {
    var penalties: [any LogitsProcessor] = []
    if hasPenalty, repeatLastN != 0 {
      let window = try PenaltyWindow(
        scope: penaltyScope ?? .all, length: repeatLastN == -1 ? nil : repeatLastN)
      if let repetitionPenalty, repetitionPenalty != 1 {
        penalties.append(try RepetitionPenalty(repetitionPenalty, window: window))
      }
      if (frequencyPenalty ?? 0) != 0 || (presencePenalty ?? 0) != 0 {
        penalties.append(
          try OccurrencePenalty(
            frequency: frequencyPenalty ?? 0, presence: presencePenalty ?? 0, window: window))
      }
    }
    if let dryMultiplier, dryMultiplier != 0, dryPenaltyLastN != 0 {
      penalties.append(
        try DRYPenalty(
          multiplier: dryMultiplier, base: dryBase ?? DRYPenalty.usualBase,
          allowedLength: dryAllowedLength ?? DRYPenalty.usualAllowedLength,
          lastTokens: dryPenaltyLastN == -1 ? nil : dryPenaltyLastN,
          breakers: drySequenceBreakers))
    }
    return penalties
  }

  private var hasPenalty: Bool {
    (repetitionPenalty ?? 1) != 1 || (frequencyPenalty ?? 0) != 0 || (presencePenalty ?? 0) != 0
  }

  /// Which parameters do nothing without which others.
  public static let dependencies: [ParameterDependency] = [
    ParameterDependency(
      [.penaltyScope, .repeatLastN],
      needs: [.repetitionPenalty, .frequencyPenalty, .presencePenalty]),
    ParameterDependency(
      [.dryBase, .dryAllowedLength, .dryPenaltyLastN, .drySequenceBreakers],
      needs: [.dryMultiplier]),
  ]

  /// Refuses settings that could have no effect: a parameter of a penalty that is off.
  ///
  /// - Throws: ``DecodingError/conflict(_:)`` with a sentence that says what to write instead.
  public func refuseIdle() throws(DecodingError) {
    for dependency in Self.dependencies { try dependency.check(isOn) }
  }

  private func isOn(_ name: ParameterName) -> Bool {
    switch name {
    case .repetitionPenalty: (repetitionPenalty ?? 1) != 1
    case .frequencyPenalty: (frequencyPenalty ?? 0) != 0
    case .presencePenalty: (presencePenalty ?? 0) != 0
    case .penaltyScope: (penaltyScope ?? .all) != .all
    case .repeatLastN: (repeatLastN ?? -1) != -1
    case .dryMultiplier: (dryMultiplier ?? 0) != 0
    case .dryBase: (dryBase ?? DRYPenalty.usualBase) != DRYPenalty.usualBase
    case .dryAllowedLength:
      (dryAllowedLength ?? DRYPenalty.usualAllowedLength) != DRYPenalty.usualAllowedLength
    case .dryPenaltyLastN: (dryPenaltyLastN ?? -1) != -1
    case .drySequenceBreakers: !drySequenceBreakers.isEmpty
    default: false
    }
  }
}
