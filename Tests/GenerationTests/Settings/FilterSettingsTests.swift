import Decoding
import Generation
import Testing

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
