public import Decoding
public import LanguageModeling

/// What to generate and how, under the names of Hugging Face's `GenerationConfig`.
///
/// A value of this type is complete and checked when it comes out of ``SettingsResolver``. One made by hand takes the
/// defaults of the command line; nothing here is read from a model's files.
public struct GenerationSettings: Hashable, Sendable {
  /// How the next token is chosen (`strategy`).
  public var strategy: StrategyName = .sample

  /// Divides the logits before sampling (`temperature`): below 1 sharpens the distribution, above 1 flattens it.
  /// Finite, above 0; used by the strategies that draw (``StrategyName/draws``), as all filters are.
  public var temperature: Double = 1

  /// Sampling keeps this many of the most probable tokens (`top_k`); 0 keeps all. Contrastive search tries as many.
  public var topK: Int = 0

  /// Sampling keeps the smallest set of most probable tokens whose mass reaches this (`top_p`); in (0, 1], 1 keeps all.
  public var topP: Double = 1

  /// Keeps what is at least this share of the greatest probability (`min_p`); 0 to 1, 0 keeps all.
  public var minP: Double = 0

  /// The mass of the locally typical tokens that are kept (`typical_p`); in (0, 1], 1 keeps all.
  public var typicalP: Double = 1

  /// Keeps what is at least this probable (`epsilon_cutoff`); from 0, which keeps all, to below 1.
  public var epsilonCutoff: Double = 0

  /// The epsilon of eta sampling (`eta_cutoff`); from 0, which keeps all, to below 1.
  public var etaCutoff: Double = 0

  /// Keeps the logits within this many standard deviations of the greatest (`top_n_sigma`); 0 and below keeps all.
  public var topNSigma: Double = 0

  /// The share of the entropy that the tokens kept may have (`top_h`); in (0, 1], `nil` keeps all.
  public var topH: Double?

  /// How often the most probable tokens are excluded (`xtc_probability`); 0 to 1, 0 is never.
  public var xtcProbability: Double = 0

  /// How probable a token must be for that (`xtc_threshold`); 0 to 1.
  public var xtcThreshold: Double = 0.1

  /// How far the temperature goes to both sides, by the entropy (`dynatemp_range`); 0 leaves it alone.
  public var dynamicTemperatureRange: Double = 0

  /// The exponent of the entropy there (`dynatemp_exp`).
  public var dynamicTemperatureExponent: Double = 1

  /// The order of the filters, and with it their edge semantics (`filter_order`).
  public var filterOrder: FilterOrder = .huggingFace

  /// The version of mirostat that draws, in the place of all filters but the temperature (`mirostat`); `nil` is off.
  public var mirostat: Mirostat.Version?

  /// The surprise that mirostat aims at, in bits (`mirostat_tau`), 0 or above.
  public var mirostatTau: Double = Mirostat.usualTarget

  /// How fast mirostat learns (`mirostat_eta`), 0 or above.
  public var mirostatEta: Double = Mirostat.usualRate

  /// The weight of being unlike what stands before against being probable (`penalty_alpha`); 0 to 1, used by
  /// ``StrategyName/contrastive``, whose candidates ``topK`` counts.
  public var penaltyAlpha: Double = 0

  /// The number of hypotheses that live at once (`num_beams`), 1 to 1024; used by the beam strategies.
  public var beamCount: Int = 1

  /// The number of groups of beams (`num_beam_groups`), of which ``beamCount`` is a multiple; used by
  /// ``StrategyName/diverseBeam``.
  public var beamGroupCount: Int = 1

  /// What each choice of a token by earlier groups takes off its log-probability (`diversity_penalty`), 0 or above.
  public var diversityPenalty: Double = 0

  /// The power of the length that beams' scores are divided by (`length_penalty`); finite, may be negative.
  public var lengthPenalty: Double = 1

  /// When a beam search ends that has as many results as beams (`early_stopping`).
  public var earlyStopping: EarlyStopping = .heuristic

  /// How many results a beam search collects before it may end, in multiples of its beams (`patience`); above 0.
  public var patience: Double = 1

  /// What groups of beams that are done count as choosing (`pad_token_id`); `nil`: the lowest end-of-sequence token.
  public var paddingToken: TokenID?

  /// How much the prompt counts against the negative prompt (`guidance_scale`); finite, 1 is no guidance.
  public var guidanceScale: Double = 1

  /// The text to move away from under guidance (`negative_prompt`); `nil`: the last token of the prompt.
  public var negativePrompt: String?

  /// Divides or multiplies the scores of tokens that came already (`repetition_penalty`); above 0, 1 is off.
  public var repetitionPenalty: Double = 1

  /// Taken off a token's score for each time that it came (`frequency_penalty`); 0 is off.
  public var frequencyPenalty: Double = 0

  /// Taken off the score of a token that came (`presence_penalty`); 0 is off.
  public var presencePenalty: Double = 0

  /// The part of the sequence that these three look at (`penalty_scope`).
  public var penaltyScope: PenaltyScope = .all

  /// How many tokens from its end (`repeat_last_n`); −1 is all, 0 turns the three off.
  public var repeatLastN: Int = -1

  /// The penalty on what would extend a repetition of the allowed length (`dry_multiplier`); 0 is off.
  public var dryMultiplier: Double = 0

  /// What that penalty is multiplied with for each further token (`dry_base`), 1 or above.
  public var dryBase: Double = DRYPenalty.usualBase

  /// The length of repetition from which on there is a penalty (`dry_allowed_length`), 0 or above.
  public var dryAllowedLength: Int = DRYPenalty.usualAllowedLength

  /// How many tokens from the end it looks at (`dry_penalty_last_n`); −1 is all, 0 turns it off.
  public var dryPenaltyLastN: Int = -1

  /// Texts that end what counts as a repetition (`dry_sequence_breakers`).
  public var drySequenceBreakers: [String] = usualDRYSequenceBreakers

  /// The sequence breakers that llama.cpp takes unless told otherwise.
  public static let usualDRYSequenceBreakers = ["\n", ":", "\"", "*"]

  /// No sequence of this many tokens comes twice (`no_repeat_ngram_size`); 0 is off.
  public var noRepeatNGramSize: Int = 0

  /// What is added to the logits of tokens (`logit_bias`): finite, or −∞ to ban one.
  public var logitBias: [TokenID: Double] = [:]

  /// What is added to the logit of a sequence's last token behind the others (`sequence_bias`).
  public var sequenceBias: [SequenceBias.Entry] = []

  /// Texts that never come (`bad_words`), in the spellings of ``BadWordSpellings``. None is empty.
  public var badWords: [String] = []

  /// Sequences of tokens that never come whole (`bad_words_ids`). None is empty.
  public var badWordTokens: [[TokenID]] = []

  /// Tokens that can't be chosen (`suppress_tokens`).
  public var suppressedTokens: [TokenID] = []

  /// Tokens that can't be the first behind the prompt (`begin_suppress_tokens`).
  public var beginSuppressedTokens: [TokenID] = []

  /// What the last token that the limit allows must be among (`forced_eos_token_id`); empty is off.
  public var forcedEndOfSequence: [TokenID] = []

  /// Raises the end-of-sequence tokens from some length on (`exponential_decay_length_penalty`).
  public var exponentialDecayLength: ExponentialDecayLength?

  /// The most tokens to generate (`max_new_tokens`), 0 or above.
  public var maxNewTokens: Int = 128

  /// End-of-sequence tokens can't be chosen before this many tokens (`min_new_tokens`), 0 to ``maxNewTokens``.
  public var minNewTokens: Int = 0

  /// Texts that end a sequence; the text stops before them (`stop_strings`). None is empty.
  public var stopStrings: [String] = []

  /// Whether end-of-sequence tokens can't be chosen at all (`ignore_eos`, llama.cpp's flag with its meaning).
  public var ignoresEndOfSequence: Bool = false

  /// The tokens that end a sequence (`eos_token_id`).
  public var endOfSequenceTokens: [TokenID] = []

  /// Sequences for each prompt (`num_return_sequences`), 1 to 1024: samples, or the best of at most as many beams. Under
  /// ``StrategyName/stochasticBeam`` they are as many as the beams.
  public var returnSequenceCount: Int = 1

  /// How the samples of a prompt are ranked (`select`), best first; `nil` leaves them in the order of drawing. For
  /// more than one sample, used by ``StrategyName/sample`` and ``StrategyName/arithmetic``.
  public var selection: SelectionName?

  /// What minimum Bayes risk compares samples with (`select_utility`).
  public var selectionUtility: UtilityName = .chrF

  /// Where a vote finds the answers (`select_answer`).
  public var selectionAnswer: AnswerExtraction = .number

  /// The most tokens to draft at a time from what stands in the prompt and the text (`prompt_lookup_num_tokens`); 0 to
  /// 1024, 0 is off. It changes the speed alone; used by the strategies that draw or take one token at a time.
  public var promptLookupCount: Int = 0

  /// The seed of all randomness (`seed`); `nil`: the caller picks one, and reports it.
  public var seed: UInt64?

  /// The defaults.
  public init() {}
}
