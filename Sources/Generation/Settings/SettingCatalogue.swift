public import Decoding
public import LanguageModeling

/// All settings, in the order of reports: what belongs to filters, processors and strategies stands beside those; what
/// belongs to texts, ends, seeds and choices among samples stands here.
///
///     SettingCatalogue.parameter(named: "top_k")?.expectation  // "a whole number, 0 (off) or above"
public enum SettingCatalogue {
  /// The settings.
  public static let parameters: [AnyParameter] =
    ([StrategyCatalogue.strategy.erased, StrategyCatalogue.doSample.erased]
    + FilterCatalogue.parameters + StrategyCatalogue.parameters
    + [guidanceScale.erased, negativePrompt.erased] + ProcessorCatalogue.parameters
    + constraints
    + [
      maxNewTokens.erased, minNewTokens.erased, stopStrings.erased, ignoresEndOfSequence.erased,
      endOfSequenceTokens.erased, StrategyCatalogue.resultCount.erased,
    ] + selections + drafts + [seed.erased])
    .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }

  private static let byKey = Dictionary(
    parameters.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })

  /// The setting of a name; `nil` for a name that is no setting.
  public static func parameter(named key: String) -> AnyParameter? { byKey[key] }

  /// Whether a setting has an effect under a strategy. One that hasn't conflicts with it.
  public static func applies(_ parameter: AnyParameter, to strategy: StrategyEntry) -> Bool {
    if let isRead = strategy.reads(parameter) { return isRead }
    if selections.contains(parameter) { return strategy.results == .samples }
    if drafts.contains(parameter) { return strategy.supportsDrafting }
    return true
  }

  /// Whether a setting may have led to `strategy`, so that it has an effect though the strategy doesn't read it.
  public static func mayChoose(_ parameter: AnyParameter, _ strategy: StrategyEntry) -> Bool {
    if parameter == Temperature.divisor.erased {
      return strategy == StrategyCatalogue.first(draws: false, ranks: false)
    }
    return parameter == StrategyCatalogue.strategy.erased
      || parameter == StrategyCatalogue.doSample.erased
      || StrategyCatalogue.inferred.contains { $0.trigger?.parameter == parameter }
  }

  // MARK: - Guidance

  /// `guidance_scale`
  public static let guidanceScale = Parameter<Double>.number(
    "guidance_scale", neutral: 1, "a number; 1 is off",
    help: "Moves away from the negative prompt where above 1 (classifier-free guidance), at twice"
      + " the work.",
    neutralWords: "off"
  ) { Float($0).isFinite }

  /// `negative_prompt`
  public static let negativePrompt = Parameter<String?>(
    "negative_prompt", .text, neutral: nil, spelled: nil, "a text",
    help: "With --guidance-scale, the text to move away from, as plain text without the chat"
      + " template.",
    neutralWords: "the last token of the prompt",
    flag: ParameterFlag("negative-prompt", valueName: "text"), needs: [guidanceScale.erased]
  ) { value in
    if case .text(let text) = value { .some(text) } else { nil }
  }

  // MARK: - Ends

  /// `max_new_tokens`
  public static let maxNewTokens = Parameter<Int>.integer(
    "max_new_tokens", neutral: 128,
    "a whole number, 0 or above, or -1: until the context is full", in: (-1)...,
    help: "Maximum number of tokens to generate; -1: until the context is full.",
    flag: ParameterFlag(
      "max-new-tokens", aliases: ["n-predict", "max-tokens"], letter: "n", valueName: "n"))

  /// `min_new_tokens`
  public static let minNewTokens = Parameter<Int>.integer(
    "min_new_tokens", neutral: 0, "a whole number, 0 or above", in: 0...,
    help: "Minimum number of tokens to generate before an end-of-sequence token.")

  /// `stop_strings`
  public static let stopStrings = Parameter<[String]>.texts(
    "stop_strings", help: "Stops before this text. Repeatable.",
    flag: ParameterFlag("stop", letter: "r", valueName: "text"))

  /// `ignore_eos`
  public static let ignoresEndOfSequence = Parameter<Bool>.truth(
    "ignore_eos", help: "Never ends with an end-of-sequence token.")

  /// `eos_token_id`
  public static let endOfSequenceTokens = Parameter<[TokenID]>.tokens(
    "eos_token_id", help: "Token ids that end a sequence.")

  // MARK: - Speed and chance

  /// `prompt_lookup_num_tokens`
  public static let promptLookupCount = Parameter<Int>.integer(
    "prompt_lookup_num_tokens", neutral: 0, "a whole number from 0 (off) to 1024", in: 0...1024,
    help: "Drafts up to n tokens by looking them up in the prompt and the text; the text stays the"
      + " same.",
    neutralWords: "off", flag: ParameterFlag("prompt-lookup", valueName: "n"))

  /// `jacobi_num_tokens`
  public static let jacobiCount = Parameter<Int>.integer(
    "jacobi_num_tokens", neutral: 0, "a whole number from 0 (off) to 1024", in: 0...1024,
    help: "Guesses the next n tokens at once and mends the guesses at each step (Jacobi iteration);"
      + " the text stays the same.",
    neutralWords: "off", flag: ParameterFlag("jacobi", valueName: "n"), isYoung: true)

  /// The settings that have tokens drafted; one of them at a time.
  public static let drafts: [AnyParameter] = [promptLookupCount.erased, jacobiCount.erased]

  /// `seed`
  public static let seed = Parameter<UInt64?>(
    "seed", .integer, neutral: nil, spelled: nil, "a whole number from 0 to \(UInt64.max)",
    help: "Seed: the same seed gives the same text.",
    neutralWords: "random, and reported; 0 in a sweep",
    flag: ParameterFlag("seed", letter: "s", valueName: "n")
  ) { value in
    switch value {
    case .integer(let number): UInt64(exactly: number).map { .some($0) }
    case .unsigned(let number): .some(number)
    default: nil
    }
  }
}

extension Parameters {
  /// How much the prompt counts against the negative prompt (`guidance_scale`); finite, 1 is no guidance.
  public var guidanceScale: Double {
    get { self[SettingCatalogue.guidanceScale] }
    set { self[SettingCatalogue.guidanceScale] = newValue }
  }

  /// The text to move away from under guidance (`negative_prompt`); `nil`: the last token of the prompt.
  public var negativePrompt: String? {
    get { self[SettingCatalogue.negativePrompt] }
    set { self[SettingCatalogue.negativePrompt] = newValue }
  }

  /// The maximum number of tokens to generate (`max_new_tokens`), 0 or above; -1: until the context is full.
  public var maxNewTokens: Int {
    get { self[SettingCatalogue.maxNewTokens] }
    set { self[SettingCatalogue.maxNewTokens] = newValue }
  }

  /// ``maxNewTokens`` as a limit: `Int.max` where only the context is one.
  public var newTokenLimit: Int { maxNewTokens < 0 ? .max : maxNewTokens }

  /// End-of-sequence tokens can't be chosen before this many tokens (`min_new_tokens`), 0 to ``maxNewTokens``.
  public var minNewTokens: Int {
    get { self[SettingCatalogue.minNewTokens] }
    set { self[SettingCatalogue.minNewTokens] = newValue }
  }

  /// Texts that end a sequence; the text stops before them (`stop_strings`). None is empty.
  public var stopStrings: [String] {
    get { self[SettingCatalogue.stopStrings] }
    set { self[SettingCatalogue.stopStrings] = newValue }
  }

  /// Whether end-of-sequence tokens can't be chosen at all (`ignore_eos`, llama.cpp's flag with its meaning).
  public var ignoresEndOfSequence: Bool {
    get { self[SettingCatalogue.ignoresEndOfSequence] }
    set { self[SettingCatalogue.ignoresEndOfSequence] = newValue }
  }

  /// The tokens that end a sequence (`eos_token_id`).
  public var endOfSequenceTokens: [TokenID] {
    get { self[SettingCatalogue.endOfSequenceTokens] }
    set { self[SettingCatalogue.endOfSequenceTokens] = newValue }
  }

  /// The maximum number of tokens to draft at a time from what stands in the prompt and the text
  /// (`prompt_lookup_num_tokens`); 0 to 1024, 0 is off. It changes the speed alone; used by strategies that support
  /// drafting.
  public var promptLookupCount: Int {
    get { self[SettingCatalogue.promptLookupCount] }
    set { self[SettingCatalogue.promptLookupCount] = newValue }
  }

  /// The number of tokens to guess at once by Jacobi iteration (`jacobi_num_tokens`); 0 to 1024, 0 is off. It changes the
  /// speed alone; used by strategies that support drafting, without ``promptLookupCount``.
  public var jacobiCount: Int {
    get { self[SettingCatalogue.jacobiCount] }
    set { self[SettingCatalogue.jacobiCount] = newValue }
  }

  /// The seed of all randomness (`seed`); `nil`: the caller picks one, and reports it.
  public var seed: UInt64? {
    get { self[SettingCatalogue.seed] }
    set { self[SettingCatalogue.seed] = newValue }
  }
}
