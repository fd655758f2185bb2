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
  static func isBookkeeping(_ key: String, _ value: SettingValue) -> Bool {
    if key == SettingKey.paddingToken.rawValue, let number = value.asDouble, number < 0 {
      return true
    }
    return bookkeeping.contains(key)
  }

  /// Keys of decoders that aren't here, each with the values at which it does nothing. `null` always does nothing.
  static let neutral: [String: [SettingValue]] = [
    "max_length": [.integer(20)], "min_length": [.integer(0)], "max_time": [],
    "penalty_alpha": [.integer(0)], "dola_layers": [],
    "encoder_repetition_penalty": [.integer(1)],
    "encoder_no_repeat_ngram_size": [.integer(0)],
    "bad_words_ids": [], "force_words_ids": [], "constraints": [], "sequence_bias": [],
    "begin_suppress_tokens": [.list([])],
    "forced_bos_token_id": [], "forced_eos_token_id": [], "forced_decoder_ids": [],
    "exponential_decay_length_penalty": [], "renormalize_logits": [.bool(false)],
    "remove_invalid_values": [.bool(false)], "token_healing": [.bool(false)],
    "guidance_scale": [.integer(1)], "watermarking_config": [],
  ]

  /// How a message spells the neutral value of `key`.
  static func neutralDescription(of key: String) -> String {
    neutral[key]?.first?.description ?? "null"
  }

  /// The known key closest to `key`, if one is close enough to be meant.
  static func nearest(to key: String) -> String? {
    let names = SettingKey.allCases.map(\.rawValue) + neutral.keys.sorted()
    let folded = key.lowercased().map { $0 == "-" ? "_" : $0 }
    let scored = names.map { (name: $0, distance: editDistance(folded, Array($0))) }
    guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(1, best.name.count / 3) ? best.name : nil
  }

  /// Levenshtein's distance.
  ///
  /// - Complexity: O(*nm*) time, O(*m*) memory.
  static func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let substituted = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
      }
    }
    return row[right.count]
  }
}
