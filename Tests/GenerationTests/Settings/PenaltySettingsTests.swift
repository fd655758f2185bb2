import Decoding
import Generation
import Testing

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
