import Decoding
import Generation
import Testing

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
