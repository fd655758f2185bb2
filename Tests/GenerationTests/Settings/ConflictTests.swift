import Decoding
import Generation
import Testing

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
