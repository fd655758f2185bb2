import Decoding

/// The name of a generation setting, as configuration files and reports spell it.
///
/// Hugging Face's names where `GenerationConfig` has the setting. The order of the cases is the order of reports.
public enum SettingKey: String, Hashable, Sendable, CaseIterable {
  case strategy
  case doSample = "do_sample"
  case temperature
  case topK = "top_k"
  case topP = "top_p"
  case minP = "min_p"
  case typicalP = "typical_p"
  case epsilonCutoff = "epsilon_cutoff"
  case etaCutoff = "eta_cutoff"
  case topNSigma = "top_n_sigma"
  case topH = "top_h"
  case xtcProbability = "xtc_probability"
  case xtcThreshold = "xtc_threshold"
  case dynamicTemperatureRange = "dynatemp_range"
  case dynamicTemperatureExponent = "dynatemp_exp"
  case filterOrder = "filter_order"
  case mirostat
  case mirostatTau = "mirostat_tau"
  case mirostatEta = "mirostat_eta"
  case penaltyAlpha = "penalty_alpha"
  case beamCount = "num_beams"
  case beamGroupCount = "num_beam_groups"
  case diversityPenalty = "diversity_penalty"
  case lengthPenalty = "length_penalty"
  case earlyStopping = "early_stopping"
  case patience
  case paddingToken = "pad_token_id"
  case guidanceScale = "guidance_scale"
  case negativePrompt = "negative_prompt"
  case repetitionPenalty = "repetition_penalty"
  case frequencyPenalty = "frequency_penalty"
  case presencePenalty = "presence_penalty"
  case penaltyScope = "penalty_scope"
  case repeatLastN = "repeat_last_n"
  case dryMultiplier = "dry_multiplier"
  case dryBase = "dry_base"
  case dryAllowedLength = "dry_allowed_length"
  case dryPenaltyLastN = "dry_penalty_last_n"
  case drySequenceBreakers = "dry_sequence_breakers"
  case noRepeatNGramSize = "no_repeat_ngram_size"
  case logitBias = "logit_bias"
  case sequenceBias = "sequence_bias"
  case badWords = "bad_words"
  case badWordTokens = "bad_words_ids"
  case suppressTokens = "suppress_tokens"
  case beginSuppressTokens = "begin_suppress_tokens"
  case forcedEndOfSequence = "forced_eos_token_id"
  case exponentialDecayLength = "exponential_decay_length_penalty"
  case maxNewTokens = "max_new_tokens"
  case minNewTokens = "min_new_tokens"
  case stopStrings = "stop_strings"
  case ignoreEndOfSequence = "ignore_eos"
  case endOfSequenceTokens = "eos_token_id"
  case returnSequenceCount = "num_return_sequences"
  case selection = "select"
  case selectionUtility = "select_utility"
  case selectionAnswer = "select_answer"
  case promptLookupCount = "prompt_lookup_num_tokens"
  case seed

  /// What kind of value the setting takes, for messages.
  var expectation: String {
    switch self {
    case .strategy: "one of \(StrategyName.allCases.map(\.rawValue).joined(separator: ", "))"
    case .doSample, .ignoreEndOfSequence: "true or false"
    case .temperature: "a number, 0 or above"
    case .topK: "a whole number, 0 (off) or above"
    case .minP, .xtcProbability, .penaltyAlpha: "a number from 0 (off) to 1"
    case .epsilonCutoff, .etaCutoff: "a number from 0 (off) to below 1"
    case .topNSigma: "a number; 0 and below is off"
    case .topH: "a number above 0 and at most 1"
    case .xtcThreshold: "a number from 0 to 1"
    case .dynamicTemperatureRange, .dynamicTemperatureExponent: "a number, 0 or above"
    case .topP, .typicalP: "a number above 0 and at most 1 (off)"
    case .filterOrder:
      "huggingface, llama.cpp, mlx, or a list of "
        + "\(FilterName.allCases.map(\.rawValue).joined(separator: ", ")) joined by “;”"
    case .repetitionPenalty: "a number above 0"
    case .guidanceScale: "a number; 1 is off"
    case .negativePrompt: "a text"
    case .frequencyPenalty, .presencePenalty: "a number"
    case .penaltyScope: "one of \(PenaltyScope.allCases.map(\.rawValue).joined(separator: ", "))"
    case .repeatLastN: "a whole number, or -1 for the whole sequence"
    case .dryMultiplier: "a number, 0 (off) or above"
    case .dryBase: "a number, 1 or above"
    case .dryAllowedLength: "a whole number, 0 or above"
    case .dryPenaltyLastN: "a whole number, or -1 for the whole sequence"
    case .drySequenceBreakers: "a text or a list of texts, none of them empty"
    case .noRepeatNGramSize: "a whole number, 0 (off) or above"
    case .logitBias:
      "token ids, each with what is added to its logit: 50256=-1.5, in a file {50256: -1.5};"
        + " -inf bans it"
    case .sequenceBias:
      "sequences of token ids, each once, with what is added to the logit of the last:"
        + " 10,45=-0.5, in a file [[[10, 45], -0.5]] or {\"10,45\": -0.5}; -inf bans it"
    case .badWords: "a text or a list of texts, none of them empty"
    case .badWordTokens: "a list of lists of token ids, none of them empty"
    case .suppressTokens, .beginSuppressTokens, .forcedEndOfSequence:
      "a token id or a list of token ids"
    case .exponentialDecayLength:
      "a list of two: the number of tokens from which on, and a factor above 0, as in [40, 1.05]"
    case .mirostat: "0 (off), 1 or 2"
    case .mirostatTau, .mirostatEta: "a number, 0 or above"
    case .patience: "a number above 0 and at most 1024"
    case .beamCount, .beamGroupCount: "a whole number from 1 to 1024"
    case .diversityPenalty: "a number, 0 or above"
    case .lengthPenalty: "a number"
    case .earlyStopping: "false, true or never"
    case .paddingToken: "a token id"
    case .maxNewTokens, .minNewTokens: "a whole number, 0 or above"
    case .stopStrings: "a text or a list of texts, none of them empty"
    case .endOfSequenceTokens: "a token id or a list of token ids"
    case .returnSequenceCount: "a whole number from 1 to 1024"
    case .selection: "one of \(SelectionName.allCases.map(\.rawValue).joined(separator: ", "))"
    case .selectionUtility: "one of \(UtilityName.allCases.map(\.rawValue).joined(separator: ", "))"
    case .selectionAnswer:
      "one of \(AnswerExtraction.allCases.map(\.rawValue).joined(separator: ", "))"
    case .promptLookupCount: "a whole number from 0 (off) to 1024"
    case .seed: "a whole number from 0 to \(UInt64.max)"
    }
  }

  /// Whether it shapes the distribution that tokens are drawn from, so that it asks for sampling.
  var isForDrawing: Bool {
    switch self {
    case .temperature, .topK, .topP, .minP, .typicalP, .epsilonCutoff, .etaCutoff, .topNSigma,
      .topH, .xtcProbability, .xtcThreshold, .dynamicTemperatureRange,
      .dynamicTemperatureExponent, .filterOrder, .mirostat, .mirostatTau, .mirostatEta:
      true
    default: false
    }
  }

  /// Whether a strategy heeds the setting. One that doesn't conflicts with it.
  func isHeeded(by strategy: StrategyName) -> Bool {
    switch self {
    case .topK: strategy.draws || strategy == .contrastive
    case .mirostat, .mirostatTau, .mirostatEta: strategy == .sample
    case _ where isForDrawing: strategy.draws
    case .penaltyAlpha: strategy == .contrastive
    case .beamCount: strategy.ranks
    case .lengthPenalty, .earlyStopping, .patience:
      strategy.ranks && strategy != .stochasticBeam
    case .beamGroupCount, .diversityPenalty, .paddingToken: strategy == .diverseBeam
    case .returnSequenceCount: strategy != .greedy && strategy != .contrastive
    case .selection, .selectionUtility, .selectionAnswer: strategy.draws && !strategy.ranks
    case .promptLookupCount: strategy.takesDrafts
    default: true
    }
  }
}

extension SettingKey: CustomStringConvertible {
  /// The name.
  public var description: String { rawValue }
}
