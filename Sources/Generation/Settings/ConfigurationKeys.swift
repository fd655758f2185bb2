import Decoding
import Metrics

/// What the keys of Hugging Face's `GenerationConfig` mean here, beyond those that are settings.
enum ConfigurationKeys {
  /// Keys that say nothing about the text: provenance, caches, output containers, how assistants draft.
  private static let bookkeeping: Set<String> = [
    "_from_model_config", "_commit_hash", "transformers_version", "generation_kwargs",
    "bos_token_id", "decoder_start_token_id",
    "use_cache", "cache_implementation", "cache_config", "return_legacy_cache", "compile_config",
    "disable_compile", "low_memory", "prefill_chunk_size",
    "output_attentions", "output_hidden_states", "output_scores", "output_logits",
    "return_dict_in_generate", "is_assistant", "num_assistant_tokens",
    "num_assistant_tokens_schedule", "assistant_confidence_threshold", "max_matching_ngram_size",
    "assistant_early_exit", "assistant_lookbehind", "target_lookbehind",
  ]

  /// Whether a key says nothing about the text. A negative padding token is how old files say that there is none.
  static func isBookkeeping(_ key: String, _ value: ParameterValue) -> Bool {
    if key == DiverseBeamSearch.paddingToken.key, let number = value.asDouble, number < 0 {
      return true
    }
    return bookkeeping.contains(key)
  }

  /// Keys of decoders that aren't here, each with the values at which it does nothing. `null` always does nothing.
  static let neutral: [String: [ParameterValue]] = [
    "max_length": [.integer(20)], "min_length": [.integer(0)], "max_time": [],
    "dola_layers": [],
    "encoder_repetition_penalty": [.integer(1)],
    "encoder_no_repeat_ngram_size": [.integer(0)],
    "force_words_ids": [], "constraints": [],
    "forced_bos_token_id": [], "forced_decoder_ids": [], "renormalize_logits": [.bool(false)],
    "remove_invalid_values": [.bool(false)], "token_healing": [.bool(false)],
    "watermarking_config": [],
  ]

  /// The lengths that count the prompt, and the settings in whose favour transformers passes them over.
  static let lengthsWithPrompt: [String: String] = [
    "max_length": SettingCatalogue.maxNewTokens.key,
    "min_length": SettingCatalogue.minNewTokens.key,
  ]

  /// What a message says to write instead of `key`.
  static func instead(of key: String) -> String {
    if let newTokens = lengthsWithPrompt[key] {
      return "it counts the prompt too: give \(newTokens) instead"
    }
    return "leave it out or at \(neutral[key]?.first?.description ?? "null")"
  }

  /// The known key closest to `key`, if one is close enough to be meant.
  static func nearest(to key: String) -> String? {
    NearestName.nearest(
      to: key, in: SettingCatalogue.parameters.map(\.key) + neutral.keys.sorted())
  }
}
