import Decoding
import Generation
import Testing

/// What holds for a sampling of which nobody sets anything, where the command asks for that.
@Suite struct UsualSettings {
  private func sources(_ given: Given) throws -> [String] {
    try given.resolve(usual: true).entries.filter { $0.source == .usual }
      .map { "\($0.key) \($0.value)" }
  }

  private static let all = ["temperature 0.8", "top_k 40", "top_p 0.95", "min_p 0.05"]

  @Test func holdWhereNobodyNamesATemperatureOrAFilter() throws {
    let bare = try Given().resolve(usual: true)
    #expect(
      bare.filters.map(\.summary) == ["temperature 0.8", "top-k 40", "top-p 0.95", "min-p 0.05"])
    for given in [
      Given(),
      Given(flags: [("max_new_tokens", .integer(3)), ("repetition_penalty", .number(1.1))]),
      Given(flags: [("strategy", .text("sample"))], model: [("num_beams", .integer(4))]),
      Given(flags: [("num_return_sequences", .integer(2))]),
      Given(flags: [("filter_order", .text("llama.cpp"))]),
    ] {
      #expect(try sources(given) == Self.all)
    }
  }

  @Test func oneThatIsNamedMakesAllOthersNeutral() throws {
    var parameters = FilterCatalogue.parameters.filter { $0 != FilterOrder.parameter.erased }
    // What means nothing without its filter is refused.
    parameters.removeAll { !$0.needs.isEmpty }
    for parameter in parameters {
      // A neutral value counts as named, and null doesn't name anything.
      guard let neutral = parameter.neutral, neutral != .null else { continue }
      for given in [
        Given(flags: [(parameter.key, neutral)]), Given(file: [(parameter.key, neutral)]),
        Given(model: [(parameter.key, neutral)]),
      ] {
        #expect(try sources(given).isEmpty, "\(parameter)")
        #expect(try given.resolve(usual: true).filters.isEmpty, "\(parameter)")
      }
    }
  }

  @Test func holdUnderNoOtherStrategyAndOnlyWhereTheyAreAskedFor() throws {
    for given in [
      Given(flags: [("num_beams", .integer(2))]), Given(flags: [("strategy", .text("arithmetic"))]),
      Given(file: [("do_sample", .bool(false))]),
    ] {
      #expect(try sources(given).isEmpty)
    }
    #expect(try Given().resolve().settings == GenerationSettings())
  }

  @Test func anOrderThatLeavesThemOutLeavesThemOut() throws {
    let given = Given(flags: [("filter_order", .text("top-k;temperature"))])
    #expect(try sources(given) == ["temperature 0.8", "top_k 40"])
  }
}

/// What a sweep asks of the resolver.
@Suite struct DroppingWithoutEffect {
  @Test(arguments: [
    (Given(flags: [("num_beams", .integer(2)), ("top_p", .number(0.5))]), ["top_p"]),
    (
      Given(
        flags: [("temperature", .integer(0))],
        file: [("top_k", .integer(5)), ("xtc_threshold", .number(0.3))]),
      ["top_k", "xtc_threshold"]
    ),
    (
      Given(flags: [("dry_base", .integer(2)), ("select_answer", .text("text"))]),
      ["dry_base", "select_answer"]
    ),
    (Given(flags: [("mirostat", .integer(2)), ("min_p", .number(0.1))]), ["min_p"]),
    (Given(flags: [("filter_order", .text("mlx")), ("eta_cutoff", .number(0.1))]), ["eta_cutoff"]),
  ])
  func whatTheUserGaveInVainIsDroppedAndListed(given: Given, keys: [String]) throws {
    #expect(given.failure() != nil)
    let resolved = try given.resolve(policy: .drop)
    #expect(resolved.dropped.filter(\.source.isUser).map(\.key) == keys)
    for key in keys {
      let parameter = try #require(SettingCatalogue.parameter(named: key))
      for entry in resolved.entries where entry.parameter == parameter {
        #expect(entry.source == .default)
      }
    }
  }

  @Test func whatIsDroppedHasNoSayInTheChoiceOfTheStrategy() throws {
    // By itself it asks for sampling, and without its probability it does nothing.
    let given = Given(
      flags: [("xtc_threshold", .number(0.3))], model: [("do_sample", .bool(false))])
    #expect(try given.resolve(policy: .drop).settings.strategy == .greedy)
  }

  @Test func contradictionsAreRefusedAllTheSame() {
    let given = Given(flags: [("num_beams", .integer(2)), ("num_return_sequences", .integer(3))])
    #expect(throws: SettingsError.self) { try given.resolve(policy: .drop) }
  }
}

@Suite struct YoungSettings {
  @Test func theyStandInTheAccountOnlyWhereTheyAreNotNeutral() throws {
    let young = SettingCatalogue.parameters.filter(\.isYoung)
    #expect(
      young.map(\.key) == [
        "min_k", "p_less", "adaptive_p", "adaptive_decay", "acceptance_threshold", "json_schema",
        "grammar", "grammar_file", "regex", "choice", "json_whitespace", "schema_lenient",
        "constrain_after", "select_confidence", "select_confidence_window",
        "select_confidence_top", "select_borda_power", "jacobi_num_tokens",
      ])
    let bare = try Given().resolve().entries.map(\.parameter)
    #expect(young.allSatisfy { !bare.contains($0) })
    let neutral = try Given(flags: [("p_less", .bool(false)), ("adaptive_p", .integer(-3))])
      .resolve()
    #expect(neutral.entries.map(\.parameter) == bare)
    let given = try Given(flags: [
      ("p_less", .bool(true)), ("min_k", .integer(0)), ("adaptive_p", .number(0.4)),
    ]).resolve()
    #expect(
      given.entries.map(\.key).filter {
        $0.hasPrefix("p_") || $0.hasPrefix("min_k") || $0.hasPrefix("ad")
      }
        == ["min_k", "p_less", "adaptive_p"])
    #expect(given.filters.map(\.summary) == ["min-k 0", "p-less", "adaptive-p 0.4"])
  }

  @Test func adaptivePIsForStrategiesThatDrawOneTokenAtATime() throws {
    for name in ["sample", "arithmetic", "stochastic-beam"] {
      let given = Given(flags: [("strategy", .text(name)), ("adaptive_p", .number(0.5))])
      #expect(try given.resolve().filters.map(\.name) == ["adaptive-p"])
    }
    let given = Given(flags: [("strategy", .text("beam-sample")), ("adaptive_p", .number(0.5))])
    #expect(
      given.failure()
        == "--adaptive_p: adaptive_p 0.5 has no effect under beam sampling, chosen by --strategy; "
        + "leave it out, or choose --strategy sample")
    #expect(
      Given(flags: [("adaptive_decay", .number(0.5))]).failure()?
        .contains("has no effect without adaptive_p") == true)
  }
}
