import Decoding
import Generation
import Testing

/// What the tables below hand to the resolver, by source.
struct Given: Sendable {
  var flags: [(String, ParameterValue)] = []
  var file: [(String, ParameterValue)] = []
  var model: [(String, ParameterValue)] = []

  func resolve(
    policy: SettingsPolicy = .refuse, usual: Bool = false
  ) throws -> ResolvedSettings {
    try SettingsResolver.resolve(
      flags: SettingsLayer(
        flags.map { key, value in
          Setting(
            try #require(SettingCatalogue.parameter(named: key)), value, from: .flag("--\(key)"))
        }),
      configuration: SettingsLayer(
        configuration: file.map { (key: $0, value: $1) }, file: "c.yaml"),
      model: SettingsLayer(model: model.map { (key: $0, value: $1) }), policy: policy,
      usual: usual)
  }

  func failure() -> String? {
    do {
      _ = try resolve()
      return nil
    } catch {
      return "\(error)"
    }
  }
}

@Suite struct Precedence {
  @Test(arguments: [
    (Given(), 0, SettingSource.default),
    (Given(model: [("top_k", .integer(3))]), 3, .model),
    (
      Given(file: [("top_k", .integer(2))], model: [("top_k", .integer(3))]), 2,
      .configuration("c.yaml")
    ),
    (
      Given(
        flags: [("top_k", .integer(1))], file: [("top_k", .integer(2))],
        model: [("top_k", .integer(3))]),
      1, .flag("--top_k")
    ),
    (Given(file: [("top_k", .null)], model: [("top_k", .integer(3))]), 3, .model),
  ])
  func strongestSourceWins(given: Given, expected: Int, source: SettingSource) throws {
    let resolved = try given.resolve()
    #expect(resolved.settings.topK == expected)
    #expect(resolved.entries.first { $0.key == "top_k" }?.source == source)
  }

  @Test func defaultsAreThoseOfTheSettingsType() throws {
    #expect(try Given().resolve().settings == GenerationSettings())
  }

  @Test func everySettingArrives() throws {
    let settings = try Given(file: [
      ("strategy", .text("sample")), ("temperature", .number(0.5)), ("top_k", .integer(4)),
      ("top_p", .number(0.75)), ("filter_order", .text("mlx")), ("pad_token_id", .integer(5)),
      ("max_new_tokens", .integer(9)), ("min_new_tokens", .integer(2)),
      ("stop_strings", .list([.text("a"), .text("b")])),
      ("ignore_eos", .bool(true)), ("eos_token_id", .list([.integer(7), .integer(8)])),
      ("num_return_sequences", .integer(3)), ("seed", .unsigned(.max)),
    ]).resolve().settings
    var expected = GenerationSettings()
    expected.strategy = .sample
    expected.temperature = 0.5
    expected.topK = 4
    expected.topP = 0.75
    expected.filterOrder = .mlx
    expected.maxNewTokens = 9
    expected.minNewTokens = 2
    expected.stopStrings = ["a", "b"]
    expected.ignoresEndOfSequence = true
    expected.endOfSequenceTokens = [7, 8]
    expected.returnSequenceCount = 3
    expected.seed = .max
    #expect(settings == expected)
  }
}

@Suite struct StrategyInference {
  @Test(arguments: [
    (Given(), StrategyEntry.sample),
    (Given(flags: [("strategy", .text("greedy"))]), .greedy),
    (Given(flags: [("temperature", .integer(0))]), .greedy),
    (Given(flags: [("temperature", .number(0.5))]), .sample),
    (Given(file: [("do_sample", .bool(false))]), .greedy),
    (Given(flags: [("strategy", .text("sample"))], file: [("do_sample", .bool(false))]), .sample),
    (Given(flags: [("strategy", .text("greedy"))], file: [("do_sample", .bool(true))]), .greedy),
    (Given(model: [("do_sample", .bool(false))]), .greedy),
    (Given(model: [("temperature", .integer(0))]), .greedy),
    (Given(flags: [("top_p", .number(0.9))], model: [("do_sample", .bool(false))]), .sample),
    (Given(flags: [("top_p", .number(0.9))], model: [("temperature", .integer(0))]), .sample),
    (Given(flags: [("temperature", .integer(1))], model: [("do_sample", .bool(false))]), .sample),
    (Given(flags: [("top_k", .integer(0))], model: [("do_sample", .bool(false))]), .greedy),
    (
      Given(flags: [("num_return_sequences", .integer(2))], model: [("do_sample", .bool(false))]),
      .sample
    ),
    (Given(flags: [("temperature", .integer(0))], model: [("do_sample", .bool(true))]), .greedy),
    (Given(flags: [("num_beams", .integer(4))]), .beam),
    (Given(flags: [("num_beams", .integer(4))], file: [("do_sample", .bool(false))]), .beam),
    (Given(flags: [("num_beams", .integer(4))], model: [("do_sample", .bool(true))]), .beam),
    (Given(flags: [("num_beams", .integer(4))], model: [("top_p", .number(0.9))]), .beam),
    (Given(flags: [("num_beams", .integer(4)), ("num_beam_groups", .integer(2))]), .diverseBeam),
    (Given(flags: [("num_beams", .integer(4))], model: [("num_beam_groups", .integer(2))]), .beam),
    (
      Given(flags: [("strategy", .text("beam-sample"))], file: [("num_beams", .integer(4))]),
      .beamSample
    ),
    (Given(flags: [("num_beams", .integer(1))], model: [("num_beams", .integer(4))]), .sample),
    (Given(model: [("num_beams", .integer(4)), ("do_sample", .bool(true))]), .beam),
    (Given(model: [("num_beams", .integer(4)), ("num_beam_groups", .integer(2))]), .diverseBeam),
    (Given(flags: [("top_p", .number(0.9))], model: [("num_beams", .integer(4))]), .sample),
    (
      Given(flags: [("num_return_sequences", .integer(2))], model: [("num_beams", .integer(4))]),
      .beam
    ),
    (Given(flags: [("length_penalty", .integer(2))], model: [("num_beams", .integer(4))]), .beam),
  ])
  func firstRuleThatHoldsWins(given: Given, expected: StrategyEntry) throws {
    #expect(try given.resolve().settings.strategy == expected)
  }

  @Test func modelsChoiceIsDroppedOnlyWhereTheUserDiffers() throws {
    for (temperature, doSample, dropped) in [
      (0.5, true, []), (0.5, false, ["do_sample"]), (0, true, ["do_sample"]), (0, false, []),
    ] {
      let resolved = try Given(
        flags: [("temperature", .number(temperature))], model: [("do_sample", .bool(doSample))]
      ).resolve()
      #expect(resolved.dropped.map(\.key) == dropped)
    }
  }

  @Test func overruledModelTemperatureFallsBackToOne() throws {
    let resolved = try Given(
      flags: [("top_p", .number(0.9))], model: [("temperature", .integer(0))]
    ).resolve()
    #expect(resolved.settings.temperature == 1)
    #expect(resolved.dropped.map(\.key) == ["temperature"])
  }
}

@Suite struct Conflicts {
  /// Every setting that only sampling heeds, at a value that does something.
  static let samplingOnly: [(String, ParameterValue)] = [
    ("temperature", .number(0.7)), ("top_k", .integer(40)), ("top_p", .number(0.9)),
    ("min_p", .number(0.1)), ("typical_p", .number(0.9)), ("epsilon_cutoff", .number(0.001)),
    ("eta_cutoff", .number(0.001)), ("top_n_sigma", .integer(1)), ("top_h", .number(0.4)),
    ("xtc_probability", .number(0.5)), ("dynatemp_range", .number(0.5)),
    ("filter_order", .text("mlx")), ("num_return_sequences", .integer(2)),
  ]
  /// Everything that chooses greedy decoding, in each source where it can stand.
  static let greedy: [Given] = [
    Given(flags: [("strategy", .text("greedy"))]), Given(file: [("strategy", .text("greedy"))]),
    Given(flags: [("temperature", .integer(0))]), Given(file: [("temperature", .number(0))]),
    Given(file: [("do_sample", .bool(false))]),
  ]

  @Test func greedyRefusesWhatOnlySamplingHeeds() {
    for (key, value) in Self.samplingOnly {
      for base in Self.greedy {
        let choosesByTemperature =
          (base.flags.map(\.0) + base.file.map(\.0)).contains("temperature")
        if key == "temperature" && choosesByTemperature { continue }
        var byFlag = base
        byFlag.flags.append((key, value))
        var byFile = base
        byFile.file.append((key, value))
        for given in [byFlag, byFile] {
          let message = given.failure() ?? "nothing"
          #expect(message.contains("\(key) \(value) has no effect"), "\(message)")
          #expect(message.contains("leave it out, or"), "\(message)")
        }
      }
    }
  }

  @Test func neutralValueNeverConflicts() {
    let neutral: [(String, ParameterValue)] = [
      ("temperature", .integer(1)), ("top_k", .integer(0)), ("top_p", .integer(1)),
      ("filter_order", .text("huggingface")), ("num_return_sequences", .integer(1)),
    ]
    for (key, value) in neutral {
      let given = Given(flags: [("strategy", .text("greedy")), (key, value)])
      #expect(given.failure() == nil)
    }
  }

  @Test func modelValueThatDoesNotApplyIsDroppedAndListed() throws {
    for (key, value) in Self.samplingOnly {
      for var given in Self.greedy {
        given.model.append((key, value))
        let overridden =
          (given.flags.map(\.0) + given.file.map(\.0))
          .contains(key)
        let resolved = try given.resolve()
        #expect(resolved.dropped.map(\.key) == (overridden ? [] : [key]))
      }
    }
  }

  @Test(arguments: [
    (
      Given(flags: [("num_beams", .integer(4)), ("temperature", .number(0.5))]),
      "temperature 0.5 has no effect under beam search, chosen by num_beams 4 (--num_beams); "
        + "leave it out, or choose --strategy beam-sample"
    ),
    (
      Given(flags: [("num_beams", .integer(4))], file: [("top_k", .integer(5))]),
      "c.yaml: top_k 5 has no effect under beam search"
    ),
    (
      Given(flags: [("num_beams", .integer(4)), ("temperature", .integer(0))]),
      "temperature 0 has no effect under beam search, chosen by num_beams 4 (--num_beams); leave it out"
    ),
    (
      Given(flags: [
        ("num_beams", .integer(4)), ("num_beam_groups", .integer(2)), ("top_p", .number(0.5)),
      ]),
      "under diverse beam search"
    ),
    (
      Given(flags: [("strategy", .text("sample")), ("num_beams", .integer(4))]),
      "num_beams 4 has no effect when sampling, chosen by --strategy; leave it out, or choose "
        + "--strategy beam-sample"
    ),
    (
      Given(flags: [("strategy", .text("greedy")), ("num_beams", .integer(4))]),
      "leave it out, or choose --strategy beam"
    ),
    (Given(flags: [("length_penalty", .integer(2))]), "leave it out, or give num_beams above 1"),
    (
      Given(flags: [("length_penalty", .integer(2)), ("top_k", .integer(2))]),
      "leave it out, or choose --strategy beam-sample"
    ),
    (
      Given(flags: [("num_beams", .integer(2)), ("diversity_penalty", .integer(1))]),
      "diversity_penalty 1 has no effect under beam search, chosen by num_beams 2 (--num_beams); "
        + "leave it out, or give num_beam_groups above 1"
    ),
    (
      Given(flags: [("strategy", .text("diverse-beam")), ("diversity_penalty", .integer(1))]),
      "diversity_penalty 1 has no effect without num_beam_groups; give that too, or leave it out"
    ),
    (
      Given(flags: [("num_beams", .integer(3)), ("num_beam_groups", .integer(2))]),
      "num_beams 3 (--num_beams) can't be split into 2 equal groups"
    ),
    (
      Given(flags: [("num_beam_groups", .integer(2))]),
      "num_beams 1 (default) can't be split into 2"
    ),
    (
      Given(flags: [("num_beams", .integer(2)), ("num_return_sequences", .integer(3))]),
      "num_return_sequences 3 is more than num_beams 2"
    ),
    (
      Given(flags: [("num_beams", .integer(2))], file: [("do_sample", .bool(true))]),
      "choose --strategy beam-sample, or leave do_sample out"
    ),
    (
      Given(flags: [("strategy", .text("beam-sample")), ("temperature", .integer(0))]),
      "give a temperature above 0, or --strategy beam"
    ),
  ])
  func beamConflictsNameWhatToWrite(given: Given, sentence: String) {
    let message = given.failure() ?? "nothing"
    #expect(message.contains(sentence), "\(message)")
  }

  @Test(arguments: [
    (
      Given(flags: [("num_beams", .integer(3))], model: [("num_return_sequences", .integer(4))]),
      ["num_return_sequences"]
    ),
    (
      Given(
        flags: [("num_beams", .integer(3))],
        model: [("temperature", .number(0.5)), ("pad_token_id", .integer(0))]),
      ["temperature"]
    ),
    (
      Given(model: [
        ("num_beams", .integer(3)), ("num_beam_groups", .integer(2)),
        ("diversity_penalty", .integer(1)),
      ]),
      ["num_beam_groups"]
    ),
    (
      Given(
        flags: [("top_k", .integer(3))],
        model: [("num_beams", .integer(3)), ("pad_token_id", .integer(-1))]),
      ["num_beams"]
    ),
  ])
  func modelsBeamsThatDoNotApplyAreDropped(given: Given, keys: [String]) throws {
    #expect(try given.resolve().dropped.map(\.key).first == keys.first)
  }

  @Test func beamsAreOneRequestForTheBest() throws {
    let given = Given(
      flags: [("num_beams", .integer(4)), ("num_beam_groups", .integer(2))],
      file: [
        ("diversity_penalty", .number(0.5)), ("length_penalty", .integer(-1)),
        ("early_stopping", .text("never")), ("num_return_sequences", .integer(3)),
        ("pad_token_id", .integer(7)), ("patience", .integer(2)),
      ])
    let request = try given.resolve().settings.request(prompt: [1])
    #expect(request.samples == [0])
    let strategy = try #require(request.strategy as? DiverseBeamSearch)
    #expect(
      strategy
        == DiverseBeamSearch(
          beamCount: 4, groupCount: 2, diversityPenalty: 0.5, lengthPenalty: -1,
          earlyStopping: .never, resultCount: 3, patience: 2, paddingToken: 7))
  }

  @Test(arguments: [(0, false, 2), (1, false, 2), (3, false, 4), (3, true, 2)])
  func beamSamplingKeepsEnoughToGoOn(ends: Int, ignoresEnd: Bool, kept: Int) throws {
    let given = Given(flags: [
      ("strategy", .text("beam-sample")), ("num_beams", .integer(2)), ("top_k", .integer(1)),
      ("eos_token_id", .list((0..<ends).map { .integer($0) })),
      ("ignore_eos", .bool(ignoresEnd)),
    ])
    let strategy = try #require(
      given.resolve().settings.decodingStrategy() as? BeamSampling)
    #expect((strategy.filters.first as? TopK)?.count == kept)
  }

  @Test func patienceIsForBeams() throws {
    let settings = try Given(flags: [("num_beams", .integer(4)), ("patience", .number(1.5))])
      .resolve().settings
    #expect(
      try settings.decodingStrategy() as? BeamSearch == BeamSearch(beamCount: 4, patience: 1.5))
    let message = Given(flags: [("patience", .integer(2))]).failure() ?? "nothing"
    #expect(message.contains("give num_beams above 1"), "\(message)")
  }

  @Test func ordersAreEchoedInOneSpelling() throws {
    let resolved = try Given(
      flags: [("filter_order", .text("top_k;typ_p;temperature")), ("top_k", .integer(3))]
    ).resolve()
    #expect(
      resolved.entries.first { $0.key == "filter_order" }?.value
        == .text("top-k;typical;temperature"))
  }

  @Test func filterThatTheOrderLeavesOutIsRefused() throws {
    let order: (String, ParameterValue) = ("filter_order", .text("top-k;temperature"))
    let message = Given(flags: [order, ("top_p", .number(0.9))]).failure() ?? "nothing"
    #expect(message.contains("leaves top-p out"), "\(message)")
    let resolved = try Given(flags: [order], model: [("top_p", .number(0.9))]).resolve()
    #expect(resolved.settings.topP == 1)
    #expect(resolved.dropped.map(\.key) == ["top_p"])
  }

  @Test(arguments: [
    Given(flags: [("strategy", .text("sample")), ("temperature", .integer(0))]),
    Given(flags: [("temperature", .integer(0))], file: [("do_sample", .bool(true))]),
    Given(flags: [("min_new_tokens", .integer(200))]),
    Given(flags: [("min_new_tokens", .integer(2)), ("max_new_tokens", .integer(1))]),
  ])
  func contradictionsAreRefused(given: Given) {
    #expect(given.failure() != nil)
  }

  @Test func modelMinimumAboveTheMaximumIsDropped() throws {
    let resolved = try Given(
      flags: [("max_new_tokens", .integer(1))], model: [("min_new_tokens", .integer(2))]
    ).resolve()
    #expect(resolved.settings.minNewTokens == 0)
    #expect(resolved.dropped.map(\.key) == ["min_new_tokens"])
  }
}

@Suite struct Penalties {
  @Test func settingsBecomeProcessorsInOrder() throws {
    let request = try Given(
      flags: [
        ("suppress_tokens", .list([.integer(4), .integer(5)])),
        ("no_repeat_ngram_size", .integer(3)),
      ],
      file: [("repetition_penalty", .number(1.2)), ("penalty_scope", .text("output"))],
      model: [("presence_penalty", .number(0.5)), ("repeat_last_n", .integer(8))]
    ).resolve().settings.request(prompt: [1])
    let window = try PenaltyWindow(scope: .output, length: 8)
    let expected: [any LogitsProcessor] = [
      try RepetitionPenalty(1.2, window: window),
      try OccurrencePenalty(frequency: 0, presence: 0.5, window: window), try NoRepeatNGram(3),
      SuppressTokens([4, 5]),
    ]
    #expect(request.processors.map(\.description) == expected.map(\.description))
    #expect(try Given().resolve().settings.request(prompt: [1]).processors.isEmpty)
  }

  /// Every penalty and mask, as a configuration file spells it.
  static let all: [(String, ParameterValue)] = [
    ("dry_multiplier", .number(0.8)), ("dry_base", .integer(2)),
    ("dry_allowed_length", .integer(3)), ("dry_penalty_last_n", .integer(64)),
    ("dry_sequence_breakers", .list([.text("."), .text("!")])),
    ("logit_bias", .mapping([.init("7", .number(-1.5)), .init("8", .number(-.infinity))])),
    (
      "sequence_bias",
      .list([
        .list([.list([.integer(3), .integer(4)]), .number(0.5)]),
        .list([.list([.integer(5)]), .integer(2)]),
      ])
    ),
    ("bad_words", .list([.text("ab")])),
    ("bad_words_ids", .list([.list([.integer(1)]), .list([.integer(2), .integer(3)])])),
    ("suppress_tokens", .list([.integer(4)])), ("begin_suppress_tokens", .integer(5)),
    ("forced_eos_token_id", .integer(9)), ("eos_token_id", .integer(9)),
    ("exponential_decay_length_penalty", .list([.integer(40), .number(1.05)])),
  ]

  @Test func everyPenaltyAndMaskArrives() throws {
    let settings = try Given(file: Self.all).resolve().settings
    var expected = GenerationSettings()
    expected.dryMultiplier = 0.8
    expected.dryBase = 2
    expected.dryAllowedLength = 3
    expected.dryPenaltyLastN = 64
    expected.drySequenceBreakers = [".", "!"]
    expected.logitBias = [7: -1.5, 8: -.infinity]
    expected.sequenceBias = [.init([3, 4], bias: 0.5), .init([5], bias: 2)]
    expected.badWords = ["ab"]
    expected.badWordTokens = [[1], [2, 3]]
    expected.suppressedTokens = [4]
    expected.beginSuppressedTokens = [5]
    expected.forcedEndOfSequence = [9]
    expected.endOfSequenceTokens = [9]
    expected.exponentialDecayLength = try ExponentialDecayLength(start: 40, factor: 1.05)
    #expect(settings == expected)
    let named = Dictionary(uniqueKeysWithValues: settings.namedTokens.map { ($0.key, $0.tokens) })
    #expect(named["logit_bias"] == [7, 8] && named["sequence_bias"] == [3, 4, 5])
    #expect(named["bad_words_ids"] == [1, 2, 3] && named["forced_eos_token_id"] == [9])
  }

  @Test func textsBecomeTokensOfTheVocabulary() throws {
    let tokenizer = PieceTokenizer([" ", "\n", "a", "b", ".", "!", "x.", "c", "d", "e"])
    let settings = try Given(file: Self.all).resolve().settings
    let processors = try settings.processors(tokenizer: tokenizer)
    let expected: [any LogitsProcessor] = [
      try LogitBias([7: -1.5, 8: -.infinity]),
      try SequenceBias([.init([3, 4], bias: 0.5), .init([5], bias: 2)]),
      try DRYPenalty(
        multiplier: 0.8, base: 2, allowedLength: 3, lastTokens: 64, breakers: [[4], [5], [6]]),
      try BadWords([[1], [2, 3], [2, 3], [0, 2, 3]]), try ForcedEndOfSequence([9]),
      try ExponentialDecayLength(start: 40, factor: 1.05), SuppressTokens([4]),
      BeginSuppressTokens([5]),
    ]
    #expect(processors.map(\.description) == expected.map(\.description))
    let request = try settings.request(prompt: [1], processors: processors)
    #expect(request.processors.map(\.description) == expected.map(\.description))
    #expect(throws: DecodingFailure.self) { try settings.request(prompt: [1]) }
  }

  @Test(arguments: ["10,45", "(10, 45)", "10, 45"])
  func bothSpellingsOfSequenceBiasMeanTheSame(key: String) throws {
    let list = ParameterValue.list([
      .list([.list([.integer(10), .integer(45)]), .number(-0.5)])
    ])
    let mapping = ParameterValue.mapping([.init(key, .number(-0.5))])
    let settings = try [list, mapping].map {
      try Given(file: [("sequence_bias", $0)]).resolve().settings.sequenceBias
    }
    #expect(settings[0] == settings[1] && settings[0] == [.init([10, 45], bias: -0.5)])
  }

  @Test func parametersOfPenaltiesThatAreOffAreRefused() throws {
    for (key, value) in [
      ("dry_base", ParameterValue.integer(2)), ("dry_allowed_length", .integer(4)),
      ("dry_penalty_last_n", .integer(9)), ("dry_sequence_breakers", .list([])),
    ] {
      let message = Given(flags: [(key, value)]).failure() ?? "nothing"
      #expect(message.contains("has no effect without dry_multiplier"), "\(message)")
      #expect(
        try Given(model: [(key, value)]).resolve().dropped.map(\.key) == [key])
    }
  }

  @Test func everyParameterOfTheLibraryIsASetting() {
    let parameters =
      FilterCatalogue.parameters + ProcessorCatalogue.parameters + StrategyCatalogue.parameters
    for parameter in parameters {
      #expect(SettingCatalogue.parameter(named: parameter.key) == parameter)
    }
    #expect(Set(SettingCatalogue.parameters).count == SettingCatalogue.parameters.count)
    for parameter in SettingCatalogue.parameters {
      for need in parameter.needs {
        #expect(SettingCatalogue.parameter(named: need.key) == need)
      }
    }
  }

  @Test func anEndCannotBeBothIgnoredAndForced() throws {
    let ends: [(String, ParameterValue)] = [
      ("forced_eos_token_id", .integer(2)),
      ("exponential_decay_length_penalty", .list([.integer(4), .integer(2)])),
    ]
    for (key, value) in ends {
      let given = Given(
        flags: [
          (key, value), ("ignore_eos", .bool(true)), ("eos_token_id", .integer(2)),
        ])
      #expect(given.failure()?.contains("with ignore_eos (--ignore_eos)") == true)
      let resolved = try Given(
        flags: [("ignore_eos", .bool(true)), ("eos_token_id", .integer(2))],
        model: [(key, value)]
      ).resolve()
      #expect(resolved.dropped.map(\.key) == [key])
    }
    #expect(Given(flags: [ends[1]]).failure()?.contains("give eos_token_id") == true)
    #expect(Given(flags: [ends[0]]).failure() == nil)
  }

  @Test func theEndIsNoBadWord() throws {
    let bans = ParameterValue.list([.list([.integer(2)]), .list([.integer(3), .integer(2)])])
    let given = Given(
      flags: [("bad_words_ids", bans), ("eos_token_id", .integer(2))])
    #expect(given.failure()?.contains("set ignore_eos") == true)
    var settings = GenerationSettings()
    settings.badWords = ["a"]
    settings.endOfSequenceTokens = [0]
    #expect(throws: DecodingFailure.self) {
      try settings.processors(tokenizer: PieceTokenizer(["a", " ", "\n"]))
    }
  }

  @Test func windowWithoutAPenaltyIsRefused() {
    for (key, value) in [
      ("penalty_scope", ParameterValue.text("output")), ("repeat_last_n", .integer(4)),
    ] {
      let message = Given(flags: [(key, value)]).failure() ?? "nothing"
      #expect(message.contains("give one of them too, or leave it out"), "\(message)")
    }
  }
}

@Suite struct MirostatSettings {
  @Test func takesThePlaceOfTheFilters() throws {
    let resolved = try Given(
      flags: [
        ("mirostat", .integer(1)), ("temperature", .number(0.5)), ("mirostat_tau", .integer(3)),
      ],
      model: [
        ("top_p", .number(0.9)), ("mirostat_eta", .number(0.2)), ("filter_order", .text("mlx")),
      ]
    ).resolve()
    #expect(resolved.settings.strategy == .sample)
    #expect(resolved.filters.map(\.name) == ["temperature", "mirostat"])
    #expect(resolved.dropped.map(\.key) == ["top_p", "filter_order"])
    let strategy = try #require(resolved.settings.decodingStrategy() as? Sampling)
    #expect(strategy.filters.count == 2)
    #expect(strategy.filters.first as? Temperature == (try Temperature(0.5)))
    #expect(strategy.filters.last as? Mirostat == (try Mirostat(.first, target: 3, rate: 0.2)))
  }

  @Test func askedForItMeansSampling() throws {
    let resolved = try Given(
      flags: [("mirostat", .integer(2))], model: [("do_sample", .bool(false))]
    ).resolve()
    let strategy = try #require(resolved.settings.decodingStrategy() as? Sampling)
    #expect(strategy.filters.count == 1)
    #expect(strategy.filters.first as? Mirostat == (try Mirostat(.second)))
    #expect(
      try Given(flags: [("mirostat", .integer(0))]).resolve().settings == GenerationSettings())
  }

  @Test func whatItWouldIgnoreIsRefused() {
    for (key, value) in [
      ("top_k", ParameterValue.integer(4)), ("min_p", .number(0.1)),
      ("xtc_probability", .number(0.5)), ("dynatemp_range", .number(0.5)),
      ("filter_order", .text("llama.cpp")),
    ] {
      let message =
        Given(flags: [("mirostat", .integer(2)), (key, value)]).failure() ?? "nothing"
      #expect(
        message.contains("takes the place of all filters but the temperature; leave one"),
        "\(message)")
    }
    for key in ["mirostat_tau", "mirostat_eta"] {
      let message = Given(flags: [(key, .integer(1))]).failure() ?? "nothing"
      #expect(message.contains("has no effect without mirostat"), "\(message)")
    }
    for strategy in ["greedy", "beam", "beam-sample"] {
      let given = Given(flags: [("strategy", .text(strategy)), ("mirostat", .integer(2))])
      #expect(given.failure()?.contains("choose --strategy sample") == true)
    }
  }
}

@Suite struct FilterChains {
  @Test(arguments: [
    ("huggingface", ["temperature", "top-k", "top-p"]),
    ("llama.cpp", ["top-k", "top-p", "temperature"]),
    ("mlx", ["top-p", "top-k", "temperature"]),
    ("top-p;temperature;top-k", ["top-p", "temperature", "top-k"]),
  ])
  func runsInTheOrderAsked(order: String, expected: [String]) throws {
    let flags: [(String, ParameterValue)] = [
      ("filter_order", .text(order)), ("temperature", .number(0.5)), ("top_k", .integer(3)),
      ("top_p", .number(0.5)),
    ]
    #expect(try Given(flags: flags).resolve().filters.map(\.name) == expected)
  }

  /// Every filter, with something that switches it on.
  static let all: [(String, ParameterValue)] = [
    ("temperature", .number(0.5)), ("top_k", .integer(3)), ("top_p", .number(0.5)),
    ("min_p", .number(0.1)), ("top_h", .number(0.4)), ("typical_p", .number(0.9)),
    ("epsilon_cutoff", .number(0.001)), ("eta_cutoff", .number(0.002)),
    ("top_n_sigma", .number(1.5)),
    ("xtc_probability", .number(0.25)), ("xtc_threshold", .number(0.2)), ("p_less", .bool(true)),
    ("min_k", .number(3)), ("adaptive_p", .number(0.5)),
  ]

  @Test func everyFilterIsReportedAndRuns() throws {
    let resolved = try Given(flags: Self.all).resolve()
    let names = FilterOrder.huggingFace.names.filter { $0 != "dynatemp" } + ["adaptive-p"]
    #expect(resolved.filters.map(\.name) == names)
    let strategy = try #require(resolved.settings.decodingStrategy() as? Sampling)
    let expected: [any Filter] = [
      try Temperature(0.5), try TopK(3), try MinK(3), try TopP(0.5), PLess(), try MinP(0.1),
      try TopH(0.4), try Typical(0.9), try EpsilonCutoff(0.001), try EtaCutoff(0.002),
      try TopNSigma(1.5), try XTC(probability: 0.25, threshold: 0.2), try AdaptiveP(target: 0.5),
    ]
    #expect(strategy.filters.map(\.description) == expected.map(\.description))
  }

  @Test func dynamicTemperatureTakesThePlaceOfTheTemperature() throws {
    let dynamic: [(String, ParameterValue)] = [
      ("temperature", .number(0.5)), ("dynatemp_range", .number(0.25)),
    ]
    for order in ["huggingface", "llama.cpp", "dynatemp"] {
      let resolved = try Given(flags: dynamic + [("filter_order", .text(order))]).resolve()
      #expect(resolved.filters.map(\.name) == ["dynatemp"])
      #expect(resolved.settings.temperature == 0.5)
    }
    let message = Given(flags: dynamic + [("filter_order", .text("mlx"))]).failure() ?? "nothing"
    #expect(message.contains("leaves dynatemp out"), "\(message)")
  }

  @Test func parameterOfAFilterThatIsOffIsRefused() throws {
    for (key, value, need) in [
      ("xtc_threshold", 0.2, "xtc_probability"),
      ("dynatemp_exp", 2, "dynatemp_range"),
    ] {
      let message = Given(flags: [(key, .number(value))]).failure() ?? "nothing"
      #expect(message.contains("\(value) has no effect without \(need)"), "\(message)")
      let dropped = try Given(model: [(key, .number(value))]).resolve().dropped
      #expect(dropped.map(\.key) == [key])
    }
    #expect(
      Given(flags: [("top_n_sigma", .integer(-1)), ("strategy", .text("greedy"))]).failure() == nil)
  }

  @Test func skipsFiltersThatAreOff() throws {
    #expect(
      try Given(flags: [("top_k", .integer(3))]).resolve().filters.map(\.name) == ["top-k"])
    #expect(try Given().resolve().filters.isEmpty)
  }
}
