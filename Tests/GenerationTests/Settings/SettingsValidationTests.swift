import Decoding
import Generation
import Testing

@Suite struct ValueRanges {
  static let refused: [(String, [ParameterValue])] = [
    ("strategy", [.text("beams"), .text(""), .integer(1)]),
    ("do_sample", [.integer(1), .text("yes")]),
    (
      "temperature",
      [
        .number(-0.1), .integer(-1), .number(.infinity), .number(.nan), .number(1e-300),
        .number(1e300),
        .text("1"), .bool(true),
      ]
    ),
    ("top_k", [.integer(-1), .number(1.5), .number(40), .text("40")]),
    ("top_p", [.integer(0), .number(-0.5), .number(1.0001), .number(.nan), .integer(2)]),
    ("min_p", [.number(-0.1), .number(1.1), .number(.nan)]),
    ("typical_p", [.integer(0), .number(1.1), .number(.nan)]),
    ("epsilon_cutoff", [.number(-0.1), .integer(1), .number(.nan)]),
    ("eta_cutoff", [.number(-0.1), .integer(1), .text("a")]),
    ("top_n_sigma", [.number(.nan), .number(.infinity)]),
    ("top_h", [.integer(0), .number(1.1), .number(.nan)]),
    ("xtc_probability", [.number(-0.1), .number(1.1)]),
    ("xtc_threshold", [.number(-0.1), .number(1.1)]),
    ("p_less", [.integer(1), .text("yes")]),
    ("min_k", [.number(-0.1), .number(.infinity), .number(.nan)]),
    ("adaptive_p", [.number(1.1), .number(.nan), .number(-.infinity)]),
    ("adaptive_decay", [.number(-0.1), .integer(1), .number(.nan)]),
    ("dynatemp_range", [.number(-0.1), .number(.infinity)]),
    ("dynatemp_exp", [.number(-0.1), .number(.nan)]),
    (
      "filter_order",
      [
        .text(""), .text("hf"), .text("top-k;top-k"), .text("top-k;"), .text("top-k,top-p"),
        .list([]),
      ]
    ),
    ("mirostat", [.integer(3), .integer(-1), .number(2), .bool(true)]),
    ("mirostat_tau", [.number(-0.1), .number(.nan), .text("5")]),
    ("mirostat_eta", [.number(-0.1), .number(.infinity)]),
    ("penalty_alpha", [.number(-0.1), .number(1.1), .number(.nan)]),
    ("num_beams", [.integer(0), .integer(65537), .number(2)]),
    ("num_beam_groups", [.integer(0), .text("2")]),
    ("diversity_penalty", [.number(-0.1), .number(.nan), .number(.infinity)]),
    ("length_penalty", [.number(.nan), .number(-.infinity), .text("1")]),
    ("early_stopping", [.text("maybe"), .integer(1)]),
    ("patience", [.integer(0), .number(-1), .number(.nan), .number(1e9), .text("1")]),
    ("pad_token_id", [.text("1"), .list([])]),
    ("guidance_scale", [.number(.nan), .number(.infinity), .text("1")]),
    ("negative_prompt", [.integer(1), .list([.text("a")])]),
    ("repetition_penalty", [.integer(0), .number(-1), .number(.nan)]),
    ("frequency_penalty", [.number(.nan), .text("1")]),
    ("presence_penalty", [.number(.infinity), .bool(true)]),
    ("penalty_scope", [.text("both"), .integer(1)]),
    ("repeat_last_n", [.integer(-2), .number(2)]),
    ("dry_multiplier", [.number(-0.1), .number(.nan), .text("1")]),
    ("dry_base", [.number(0.9), .number(.infinity)]),
    ("dry_allowed_length", [.integer(-1), .number(2)]),
    ("dry_penalty_last_n", [.integer(-2), .number(2)]),
    ("dry_sequence_breakers", [.text(""), .list([.integer(1)]), .integer(1)]),
    ("no_repeat_ngram_size", [.integer(-1), .number(2)]),
    (
      "logit_bias",
      [
        .text("5"), .list([.integer(1)]), .mapping([.init("x", .integer(1))]),
        .mapping([.init("-1", .integer(1))]), .mapping([.init("1", .text("a"))]),
        .mapping([.init("1", .number(.infinity))]), .mapping([.init("1", .number(.nan))]),
        .mapping([.init("1", .number(1e39))]),
        .mapping([.init("1", .integer(1)), .init("1", .integer(2))]),
      ]
    ),
    (
      "sequence_bias",
      [
        .text("1=2"), .list([.integer(1)]), .list([.list([.integer(1), .integer(2)])]),
        .list([.list([.list([]), .integer(2)])]), .list([.list([.list([.integer(1)])])]),
        .list([.list([.list([.integer(1)]), .number(.nan)])]),
        .mapping([.init("", .integer(1))]), .mapping([.init("1,", .integer(1))]),
        .mapping([.init("(1, x)", .integer(1))]),
        .mapping([.init("1,2", .integer(1)), .init("(1, 2)", .integer(1))]),
      ]
    ),
    ("bad_words", [.text(""), .list([.text("a"), .integer(1)]), .integer(1)]),
    (
      "bad_words_ids",
      [.integer(1), .list([.integer(1)]), .list([.list([])]), .list([.list([.text("a")])])]
    ),
    ("json_schema", [.text(""), .integer(1), .list([.text("{}")])]),
    ("grammar", [.text(""), .bool(true)]), ("grammar_file", [.text(""), .integer(1)]),
    ("regex", [.text(""), .list([.text("a")])]),
    ("choice", [.text(""), .list([.text("a"), .text("")]), .integer(1)]),
    ("json_whitespace", [.text("pretty"), .integer(2)]), ("schema_lenient", [.text("yes")]),
    ("constrain_after", [.text(""), .integer(1)]),
    ("suppress_tokens", [.integer(-1), .text("1,x"), .list([.text("2")])]),
    ("begin_suppress_tokens", [.integer(-1), .text("1")]),
    ("forced_eos_token_id", [.integer(-1), .bool(true)]),
    (
      "exponential_decay_length_penalty",
      [
        .integer(1), .list([]), .list([.integer(1)]), .list([.integer(-1), .number(1.1)]),
        .list([.number(2), .number(1.1)]), .list([.integer(2), .integer(0)]),
        .list([.integer(2), .number(1.1), .integer(1)]),
      ]
    ),
    ("max_new_tokens", [.integer(-2), .number(2)]),
    ("min_new_tokens", [.integer(-1)]),
    (
      "stop_strings",
      [.text(""), .list([.text("a"), .text("")]), .list([.integer(1)]), .integer(1)]
    ),
    ("ignore_eos", [.integer(0)]),
    ("eos_token_id", [.integer(-1), .integer(1 << 31), .list([.text("2")]), .bool(false)]),
    ("num_return_sequences", [.integer(0), .integer(65537), .number(.nan)]),
    ("select", [.text("best"), .text(""), .bool(true)]),
    ("select_utility", [.text("chrF"), .integer(1)]),
    ("select_answer", [.text("last"), .list([])]),
    ("prompt_lookup_num_tokens", [.integer(-1), .integer(1025), .number(2), .text("4")]),
    ("jacobi_num_tokens", [.integer(-1), .integer(1025), .number(2), .text("4")]),
    ("seed", [.integer(-1), .number(1), .text("1")]),
  ]

  @Test func everyKeyRefusesWhatIsOutOfRange() {
    #expect(Set(Self.refused.map(\.0)) == Set(SettingCatalogue.parameters.map(\.key)))
    for (key, values) in Self.refused {
      for value in values {
        let message = Given(flags: [(key, value)]).failure() ?? "accepted"
        #expect(message.hasPrefix("--\(key): \(key) is "), "\(message)")
      }
    }
  }

  @Test func modelFileOutOfRangeIsDroppedWithTheReason() throws {
    for (key, values) in Self.refused {
      for value in values {
        let resolved = try Given(model: [(key, value)]).resolve()
        #expect(resolved.dropped.map(\.key) == [key])
        #expect(resolved.settings == GenerationSettings())
      }
    }
  }

  @Test(arguments: [
    ("temperature", ParameterValue.number(1e-6)), ("temperature", .integer(100)),
    ("top_k", .integer(.max)), ("top_p", .number(1e-6)), ("top_p", .integer(1)),
    ("max_new_tokens", .integer(0)),
    ("stop_strings", .text("a")), ("num_beams", .integer(1)),
    ("eos_token_id", .integer(0)), ("seed", .integer(0)),
    ("logit_bias", .mapping([])), ("logit_bias", .list([])), ("sequence_bias", .list([])),
    ("sequence_bias", .mapping([.init("(1,)", .text("-inf"))])),
    ("bad_words_ids", .list([])), ("patience", .integer(1)), ("mirostat_tau", .integer(5)),
    ("dry_sequence_breakers", .list([.text("\n"), .text(":"), .text("\""), .text("*")])),
  ])
  func edgesOfTheRangeAreAccepted(key: String, value: ParameterValue) {
    #expect(Given(flags: [(key, value)]).failure() == nil)
  }
}

@Suite struct ConfigurationFiles {
  @Test(arguments: [
    ("temprature", "temperature"), ("top-p", "top_p"), ("maxNewTokens", "max_new_tokens"),
    ("num_beam", "num_beams"), ("Seed", "seed"),
  ])
  func unknownKeyNamesTheNearest(key: String, nearest: String) {
    let message = Given(file: [(key, .integer(1))]).failure()
    #expect(message == "c.yaml: there is no setting “\(key)”; did you mean “\(nearest)”?")
  }

  @Test func unknownKeyFarFromAllNamesNone() {
    #expect(
      Given(file: [("zzzzzz", .integer(1))]).failure() == "c.yaml: there is no setting “zzzzzz”")
  }

  @Test func bookkeepingAndNeutralKeysOfHuggingFacePass() {
    // `GenerationConfig().to_dict()` of transformers 4.51.3, without the keys that are settings here.
    let given = Given(file: [
      ("prefill_chunk_size", .null), ("max_length", .integer(20)), ("min_length", .integer(0)),
      ("early_stopping", .bool(false)),
      ("max_time", .null), ("num_beams", .integer(1)), ("num_beam_groups", .integer(1)),
      ("penalty_alpha", .null), ("dola_layers", .null), ("use_cache", .bool(true)),
      ("min_p", .null), ("typical_p", .number(1)), ("epsilon_cutoff", .number(0)),
      ("eta_cutoff", .number(0)), ("diversity_penalty", .number(0)),
      ("repetition_penalty", .number(1)), ("encoder_repetition_penalty", .number(1)),
      ("length_penalty", .number(1)), ("no_repeat_ngram_size", .integer(0)),
      ("bad_words_ids", .null), ("force_words_ids", .null), ("renormalize_logits", .bool(false)),
      ("constraints", .null), ("forced_bos_token_id", .null), ("forced_eos_token_id", .null),
      ("remove_invalid_values", .bool(false)), ("exponential_decay_length_penalty", .null),
      ("suppress_tokens", .null), ("begin_suppress_tokens", .null), ("forced_decoder_ids", .null),
      ("sequence_bias", .null), ("token_healing", .bool(false)), ("guidance_scale", .null),
      ("low_memory", .null), ("watermarking_config", .null), ("output_attentions", .bool(false)),
      ("output_hidden_states", .bool(false)), ("output_scores", .bool(false)),
      ("output_logits", .null), ("return_dict_in_generate", .bool(false)),
      ("pad_token_id", .integer(2)),
      ("bos_token_id", .integer(1)), ("encoder_no_repeat_ngram_size", .integer(0)),
      ("decoder_start_token_id", .null), ("is_assistant", .bool(false)),
      ("num_assistant_tokens", .integer(20)), ("num_assistant_tokens_schedule", .text("constant")),
      ("assistant_confidence_threshold", .number(0.4)), ("prompt_lookup_num_tokens", .null),
      ("max_matching_ngram_size", .null), ("assistant_early_exit", .null),
      ("assistant_lookbehind", .integer(10)), ("target_lookbehind", .integer(10)),
      ("cache_implementation", .null), ("cache_config", .null), ("return_legacy_cache", .null),
      ("compile_config", .null), ("disable_compile", .bool(false)),
      ("generation_kwargs", .mapping([])),
      ("_from_model_config", .bool(true)), ("transformers_version", .text("4.51.3")),
    ])
    #expect(given.failure() == nil)
  }

  @Test(arguments: [
    ("encoder_repetition_penalty", ParameterValue.number(1.1), "1"),
    ("force_words_ids", .list([.integer(1)]), "null"),
  ])
  func keyThatIsNotThereYetIsAnErrorInTheUsersFile(
    key: String, value: ParameterValue, neutral: String
  ) {
    let message = Given(file: [(key, value)]).failure()
    #expect(
      message == "c.yaml: \(key) \(value) is not supported; leave it out or at \(neutral)")
  }

  @Test func lengthsThatCountThePromptGiveWayToThoseThatDoNot() throws {
    for (key, newTokens) in [("max_length", "max_new_tokens"), ("min_length", "min_new_tokens")] {
      let message = Given(file: [(key, .integer(64))]).failure()
      #expect(
        message
          == "c.yaml: \(key) 64 is not supported; it counts the prompt too: give \(newTokens) instead"
      )
      // As in transformers, where both stand the other is passed over.
      let both = Given(file: [(key, .integer(64)), (newTokens, .integer(8))])
      #expect(both.failure() == nil)
      let dropped = try Given(model: [(key, .integer(64))]).resolve().dropped
      #expect(
        dropped == [
          DroppedSetting(
            key: key, value: .integer(64),
            reason: "it counts the prompt; \(newTokens) is what holds")
        ])
    }
  }

  @Test func keyThatIsNotThereYetIsDroppedFromTheModelsFile() throws {
    let resolved = try Given(model: [
      ("encoder_repetition_penalty", .number(1.1)), ("novel", .bool(true)),
    ])
    .resolve()
    #expect(
      resolved.dropped == [
        DroppedSetting(
          key: "encoder_repetition_penalty", value: .number(1.1), reason: "not supported"),
        DroppedSetting(key: "novel", value: .bool(true), reason: "unknown"),
      ])
  }
}
